/** What the server says, in VS Code's own messages, which would make links of Markdown in it. */

const LONGEST = 500;

/** Text that VS Code shows as it is: one line, with no link in it. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu, " ").trim();
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  return short.replaceAll("](", "] (");
}
