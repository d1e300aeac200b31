/** What a message of VS Code's makes of somebody else's words. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { plain } from "../src/messages";

function check(sentence: string, text: string, shown: string): void {
  test(sentence, () => assert.equal(plain(text), shown));
}

check("a sentence stays", "No key was found: set DASHSCOPE_API_KEY [or a command] (see the docs).", "No key was found: set DASHSCOPE_API_KEY [or a command] (see the docs).");
check("a link is none", "It says: [click](command:workbench.action.quit)", "It says: [click] (command:workbench.action.quit)");
check("nor is one that hidden marks would make", "[a]\u200e(https://evil) [b]\n(https://evil)", "[a] (https://evil) [b] (https://evil)");
check("lines become one", "a\r\n\tb\0c\u202ed", "a b c d");
check("a page of text is cut", "x".repeat(600), `${"x".repeat(500)}…`);
