/** What the server, Python and pip say, in VS Code's own messages, which would make links of Markdown in it. */

const LONGEST = 500;

/** Text that VS Code shows as it is: one line, with no link in it. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu, " ").trim();
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  return short.replaceAll("](", "] (");
}

/** Why the server was not installed, and what to do about it; the last line of what failed, where nothing is known. */
export function installFailure(said: string): string {
  const known = CAUSES.find(([pattern]) => pattern.test(said));
  return known?.[1] ?? plain(said.trim().split("\n").pop() ?? "");
}

/** What venv and pip write about causes that people can remove. pip calls a network that is down a missing version. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/ensurepip is not\s+available|No module named '?(venv|ensurepip)/, "Python's venv is missing: install it (Debian, Ubuntu: apt install python3-venv), then try again."],
  [/No space left on device|ENOSPC/, "The disk is full: make some room, then try again."],
  [/certificate verify failed|SSLError/i, "The certificate of pip's package index is not trusted: set PIP_CERT to your organization's, then try again."],
  [/NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|name resolution|No matching distribution found/, "pip reached no package index that has what is needed: check the network, or pip's proxy and index, then try again."],
];
