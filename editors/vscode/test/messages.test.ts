/** What a message of VS Code's makes of somebody else's words. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { installFailure, plain } from "../src/messages";

function check(sentence: string, text: string, shown: string): void {
  test(sentence, () => assert.equal(plain(text), shown));
}

check("a sentence stays", "No key was found: set DASHSCOPE_API_KEY [or a command] (see the docs).", "No key was found: set DASHSCOPE_API_KEY [or a command] (see the docs).");
check("a link is none", "It says: [click](command:workbench.action.quit)", "It says: [click] (command:workbench.action.quit)");
check("nor is one that hidden marks would make", "[a]\u200e(https://evil) [b]\n(https://evil)", "[a] (https://evil) [b] (https://evil)");
check("lines become one", "a\r\n\tb\0c\u202ed", "a b c d");
check("a page of text is cut", "x".repeat(600), `${"x".repeat(500)}…`);

const FAILURES: Readonly<Record<string, readonly [string, RegExp]>> = {
  "Debian's Python without venv": [
    "The virtual environment was not created successfully because ensurepip is not\navailable. On Debian/Ubuntu systems, you need to install the python3-venv\n\nFailing command: /x/bin/python3\nCommand failed: /usr/bin/python3 -I -m venv /x",
    /^Python's venv is missing: .*apt install python3-venv/,
  ],
  "a network that is down": [
    "Command failed: python -m pip install x.whl\nWARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found for anyio<5,>=4.4",
    /check the network/,
  ],
  "a network that is down, said quietly": ["ERROR: No matching distribution found for anyio<5,>=4.4", /check the network/],
  "a certificate of an organization's own": ["SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))", /PIP_CERT/],
  "a full disk": ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", /make some room/],
  "anything else: its last line": ["Command failed: x\nwarning\nERROR: it [went](wrong)\n", /^ERROR: it \[went\] \(wrong\)$/],
};
for (const [sentence, [said, shown]] of Object.entries(FAILURES)) {
  test(`why the server was not installed: ${sentence}`, () => assert.match(installFailure(said), shown));
}
