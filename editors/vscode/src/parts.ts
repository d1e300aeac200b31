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

/** Whether the suggestion, of which this is written, goes on with the first of the characters behind the cursor. */
export function isSaidNext(suggestion: string, { text, places }: Replaced, written: string, behind: string): boolean {
  const taken = written.replaceAll("\r\n", "\n");
  const isLeft = places.length === text.length && behind !== "" && text.endsWith(behind);
  return isLeft && suggestion.startsWith(taken) && places[text.length - behind.length] === taken.length;
}
