/** Where suggestions are switched off, as the server has it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { switchedOffBy, withEntry, type Languages } from "../src/languages";

function check(sentence: string, languages: Languages, offBy: string | undefined, place = { language: "python", path: "/p/src/a.py" }): void {
  test(sentence, () => assert.equal(switchedOffBy([{}, languages], place), offBy));
}

check("nothing said", {}, undefined);
check("the language", { python: false }, "python");
check("another language", { rust: false }, undefined);
check("a file", { "src/a.py": false }, "src/a.py");
check("files of an ending, in any folder", { "*.py": false }, "*.py");
check("an asterisk goes over slashes", { "/p/*.py": false }, "/p/*.py");
check("a folder below the path", { "src/*": false }, "src/*");
check("no part of a name", { "rc/a.py": false, "a.p": false }, undefined);
check("a question mark is one character", { "?.py": false }, "?.py");
check("a set", { "[a-c].py": false }, "[a-c].py");
check("a set of others", { "[!b].py": false }, "[!b].py");
check("a name with brackets, as the command writes it", { "[[]x].py": false }, "[[]x].py", { language: "python", path: "/p/[x].py" });
check("a point is a point", { "aXpy": false, "a.py": true }, undefined);
check("a backslash is a slash", { "src/a.py": false }, "src/a.py", { language: "python", path: "C:\\p\\src\\a.py" });
check("the last entry that fits decides", { "*.py": false, python: true }, undefined);
check("and is the one that is named", { python: true, "*": false }, "*");

test("one table switches off, whatever another says", () => {
  const place = { language: "python", path: "/p/a.py" };
  assert.equal(switchedOffBy([{ python: true }, { "a.py": false }], place), "a.py");
  assert.equal(switchedOffBy([{ python: false }, { "a.py": true }], place), "python");
});

test("what is switched now decides from now on", () => {
  assert.deepEqual(Object.entries(withEntry({ python: false, "*": true }, "python", false)), [["*", true], ["python", false]]);
  assert.deepEqual(withEntry(undefined, "c", true), { c: true });
});
