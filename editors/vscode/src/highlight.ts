/** Code with its comments, strings, numbers and keywords marked, for reading: no parser, and no language by heart. */

import { html, type Markup } from "./html";

const HASH = "python ruby shellscript yaml toml perl r makefile dockerfile elixir julia nix ini dotenv powershell coffeescript graphql";
const DASHES = "lua sql haskell elm ada vhdl";
const NEITHER = "markdown plaintext html xml json css";
const KEYWORDS = new Set(
  (
    "abstract and as assert async await begin break case catch class const continue def default defer do elif else end enum " +
    "except export extends extern false False final finally fn for from func function go goto if impl implements import in " +
    "interface is lambda let local match mod module mut namespace new nil None not null or package pass private protected pub " +
    "public raise readonly return select self static struct super switch then this throw trait true True try type union " +
    "unsafe use using var void when where while with yield"
  ).split(" "),
);
const LITERALS = new Set(["true", "True", "false", "False", "nil", "None", "null"]);

/** The code, marked as the rules of the language's family have it. */
export function highlighted(code: string, language: string): Markup[] {
  const found: Markup[] = [];
  let last = 0;
  for (const match of code.matchAll(tokensOf(language))) {
    const kind = kindOf(match[0], match.groups ?? {});
    if (kind !== undefined) {
      found.push(html`${code.slice(last, match.index)}<span class="${kind}">${match[0]}</span>`);
      last = match.index + match[0].length;
    }
  }
  return [...found, html`${code.slice(last)}`];
}

function kindOf(token: string, groups: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const kind of ["comment", "string"]) {
    if (groups[kind] !== undefined) {
      return kind;
    }
  }
  if (groups["number"] !== undefined || LITERALS.has(token)) {
    return "literal";
  }
  return KEYWORDS.has(token) ? "keyword" : undefined;
}

function tokensOf(language: string): RegExp {
  const is = (names: string): boolean => names.split(" ").includes(language);
  // Text that breaks off in the middle of one counts as one to its end.
  const block = String.raw`\/\*[^]*?(?:\*\/|$)`;
  const comment = is(HASH) ? "#.*" : is(DASHES) ? "--.*" : is(NEITHER) ? "<!--[^]*?(?:-->|$)" : String.raw`\/\/.*|${block}`;
  const triple = is("python") ? String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|` : "";
  const quoted = String.raw`"(?:\\.|[^"\\\n])*"`;
  // Elsewhere it may be an apostrophe, or a lifetime of Rust's.
  const single = is("rust") || is(NEITHER) ? String.raw`'(?:\\.[^'\n]*|[^'\\\n])'` : String.raw`'(?:\\.|[^'\\\n])*'`;
  const back = is("javascript typescript javascriptreact typescriptreact go") ? "|`[^`]*`" : "";
  const strings = is("markdown plaintext") ? "(?!)" : `${triple}${quoted}|${single}${back}`;
  return new RegExp(`(?<comment>${comment})|(?<string>${strings})|(?<number>\\b\\d[\\w.]*)|[A-Za-z_]\\w*`, "g");
}
