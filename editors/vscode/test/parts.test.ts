/** Which edits take a part of a suggestion, and which are typed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSaidNext, lengthTaken } from "../src/parts";

const TEXT = "(name):\n    return name\n";

function check(sentence: string, inserted: string, written: string, taken: number | undefined): void {
  test(sentence, () => assert.equal(lengthTaken(TEXT, { inserted, written }), taken));
}

check("a first word", "(name", "(name", 5);
check("a word further on", "return", "(name):\n    return", 18);
check("a line, in a file with Windows line ends", "(name):\r\n", "(name):\r\n", 8);
check("all of it, of which the item's command tells", TEXT, TEXT, undefined);
check("a key", "(", "(", undefined);
check("a pair of brackets by one key", "()", "()", undefined);
check("a line end with its indentation by one key", "\n    ", "(name):\n    ", undefined);
check("another text", "(node", "(node", undefined);

test("the character behind the cursor is said next, later, or was said", () => {
  const replaced = { text: "')", places: [1, 5] };
  const next = (written: string, behind: string): boolean => isSaidNext("a', b) {", replaced, written, behind);
  assert.deepEqual([next("a", "')"), next("a', b", ")")], [true, true]);
  assert.deepEqual([next("", "')"), next("a'", ")"), next("a', b)", ""), next("x", "')")], [false, false, false, false]);
});
