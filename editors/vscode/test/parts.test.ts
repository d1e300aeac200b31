/** Which edits take a part of a suggestion, and which are typed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSaidNext, lengthTaken, moved, nSaid } from "../src/parts";

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
  const next = (written: string, behind: string): boolean => isSaidNext("a', b) {", replaced, { text: written, behind });
  assert.deepEqual([next("a", "')"), next("a', b", ")")], [true, true]);
  assert.deepEqual([next("", "')"), next("a'", ")"), next("a', b)", ""), next("x", "')")], [false, false, false, false]);
});

test("what is behind the cursor and in the part that was taken, too", () => {
  const replaced = { text: "')", places: [1, 2] };
  const said = (text: string, behind: string): number => nSaid(replaced, { text, behind });
  assert.deepEqual([said("a", "')"), said("a'", "')"), said("a')\r\n", "')"), said("a')", ")"), said("a')", "")], [0, 1, 2, 1, 0]);
  const added = (text: string, behind: string): number => nSaid({ text: "", places: [] }, { text, behind });
  assert.deepEqual([added("'a'\n", "'"), added("{a}\n", "}"), added("'a", "'"), added("{a", "}"), added("a {b}", "}")], [1, 1, 0, 0, 0]);
});

test("what is to be taken away, while somebody types on", () => {
  const after = (rangeOffset: number, rangeLength: number, text: string): number | undefined =>
    moved({ start: 5, text: "')" }, [{ rangeOffset, rangeLength, text }])?.start;
  assert.deepEqual([after(5, 0, "ab"), after(2, 2, ""), after(7, 0, "x")], [7, 3, 5]);
  assert.deepEqual([after(5, 1, ""), after(4, 2, "x")], [undefined, undefined]);
});
