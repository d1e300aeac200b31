/**
 * Notices when a part of a suggestion is taken, by word or by line. VS Code tells an extension only when all of it is
 * (by the item's command); its notice of parts is a proposed API, closed to other people's extensions. So the edit tells.
 */

/** A change of the document: what it put in, and what is there now from where the suggestion begins to the change's end. */
export interface Change {
  readonly inserted: string;
  readonly written: string;
}

/** How much of the suggestion is in the document now, where the change took a part of it and was not typed. */
export function lengthTaken(suggestion: string, { inserted, written }: Change): number | undefined {
  const text = written.replaceAll("\r\n", "\n");
  // One key can put in a pair of brackets, or a line's end with indentation, but not a word.
  const isTaken = inserted.length > 1 && /[\p{L}\p{N}_]/u.test(inserted);
  return isTaken && text.length < suggestion.length && suggestion.startsWith(text) ? text.length : undefined;
}

/** What a suggestion replaces behind the cursor, and where its text has each of these characters again. */
export interface Replaced {
  readonly text: string;
  readonly places: readonly number[];
}

/** What of a suggestion is in the document, and what is left behind the cursor of that which it replaces. */
export interface Written {
  readonly text: string;
  readonly behind: string;
}

/** Whether the suggestion goes on with the first of the characters behind the cursor. */
export function isSaidNext(suggestion: string, { text, places }: Replaced, written: Written): boolean {
  const taken = written.text.replaceAll("\r\n", "\n");
  const { behind } = written;
  const isLeft = places.length === text.length && behind !== "" && text.endsWith(behind);
  return isLeft && suggestion.startsWith(taken) && places[text.length - behind.length] === taken.length;
}

/**
 * How many of the characters behind the cursor are in the part that was taken, too: VS Code may have found them again
 * further on, in a later line. Those that came after the suggestion closed what was typed of it.
 */
export function nSaid({ text, places }: Replaced, written: Written): number {
  const taken = written.text.replaceAll("\r\n", "\n");
  const { behind } = written;
  if (text.endsWith(behind)) {
    const left = places.slice(text.length - behind.length);
    return left.filter((place) => place < taken.length).length;
  }
  const added = behind.endsWith(text) ? behind.slice(0, behind.length - text.length) : "";
  return added.length === 1 && isClosed(taken, added) ? 1 : 0;
}

/** Characters behind what was taken that are in it, too, and the offset at which they stand. */
export interface Surplus {
  readonly start: number;
  readonly text: string;
}

/** Where they stand after changes; undefined where they are gone. */
export function moved(
  { start, text }: Surplus,
  changes: readonly { rangeOffset: number; rangeLength: number; text: string }[],
): Surplus | undefined {
  const before = changes.filter((each) => each.rangeOffset + each.rangeLength <= start);
  const isTouched = changes.some((each) => !before.includes(each) && each.rangeOffset < start + text.length);
  const delta = before.reduce((sum, each) => sum + each.text.length - each.rangeLength, 0);
  return isTouched ? undefined : { start: start + delta, text };
}

/** Whether what this closes has been opened in the text, and is not open any more. */
function isClosed(text: string, closer: string): boolean {
  const opener = "([{"[")]}".indexOf(closer)] ?? closer;
  const count = (mark: string): number => text.split(mark).length - 1;
  return text.startsWith(opener) && (opener === closer ? count(closer) % 2 === 0 : count(opener) === count(closer));
}
