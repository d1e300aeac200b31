/** HTML for pages: whatever is put into a template is escaped, and a page can neither run nor load anything. */

import { createHash } from "node:crypto";

/** HTML that was written here. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Value = Markup | string | number | readonly Value[];

/** HTML with values in it, which are text unless they are `Markup`. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, index) => part + written(values[index] ?? "")).join(""));
}

function written(value: Value): string {
  if (value instanceof Markup) {
    return value.text;
  }
  return typeof value === "object" ? value.map(written).join("") : escaped(String(value));
}

const NAMES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** Control characters, and marks that would show text in another order than it has; joiners are part of emoji. */
const HIDDEN = /(?![\t\n])[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => NAMES[character] ?? "")
    .replace(HIDDEN, (character) => `<span class="hidden">U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}</span>`);
}

/** A link that runs a command of this extension. */
export function action(command: string, label: string): Markup {
  return html`<a href="command:${command}">${label}</a>`;
}

/** A whole page. */
export function pageOf(title: string, body: Markup): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`.text;
}

// All colours are the theme's.
const STYLE = `
body { color: var(--vscode-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family);
  font-size: var(--vscode-font-size); line-height: 1.5; padding: 0 1.2em 2em; }
main { max-width: 56em; overflow-wrap: anywhere; }
table { overflow-wrap: normal; }
h1 { font-size: 1.5em; font-weight: 600; margin: 0.8em 0 0.4em; }
h2 { font-size: 1.1em; font-weight: 600; margin: 1.4em 0 0.3em; }
h2 small { font-weight: normal; font-size: 0.9em; color: var(--vscode-descriptionForeground); }
a { color: var(--vscode-textLink-foreground); }
a:focus-visible, pre:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.lead { font-size: 1.1em; }
.note { color: var(--vscode-descriptionForeground); }
.actions a { margin-right: 1.2em; }
code, pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
pre { margin: 0; padding: 0.6em 0.8em; overflow: auto; max-height: 60vh; tab-size: 4;
  border: 1px solid var(--vscode-widget-border, transparent); background: var(--vscode-textCodeBlock-background); }
pre code { color: var(--vscode-editor-foreground); background: none; padding: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.4em 0; }
th, td { text-align: left; vertical-align: top; padding: 0.2em 1.2em 0.2em 0; border-bottom: 1px solid var(--vscode-widget-border, transparent); }
th { font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0.15em 1.2em; margin: 0.4em 0; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; }
ul.checks { list-style: none; padding: 0; }
ul.checks > li { margin: 0.7em 0; padding-left: 0.9em; border-left: 3px solid var(--vscode-testing-iconPassed, currentColor); }
ul.checks > li.failed { border-left-color: var(--vscode-testing-iconFailed, currentColor); }
ul.checks p { margin: 0.15em 0; }
figure { margin: 0.8em 0; }
figcaption { color: var(--vscode-descriptionForeground); }
svg { max-width: 100%; height: auto; display: block; }
caption { text-align: left; }
svg text { fill: var(--vscode-descriptionForeground); font-size: 11px; }
.axis { stroke: var(--vscode-descriptionForeground); stroke-width: 1; opacity: 0.5; }
.first { fill: var(--vscode-charts-green); }
.second { fill: var(--vscode-charts-blue); }
.third { fill: var(--vscode-charts-yellow); }
.key { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.3em; vertical-align: middle; }
.key.first { background: var(--vscode-charts-green); }
.key.second { background: var(--vscode-charts-blue); }
.key.third { background: var(--vscode-charts-yellow); }
.legend span { margin-right: 1.2em; }
mark { color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); padding: 0 0.2em; }
.hidden { color: var(--vscode-errorForeground); border: 1px solid currentColor; font-size: 0.8em; padding: 0 0.2em; }
.comment { color: var(--vscode-descriptionForeground); font-style: italic; }
.string { color: var(--vscode-debugTokenExpression-string); }
.literal { color: var(--vscode-debugTokenExpression-number); }
.keyword { color: var(--vscode-debugTokenExpression-name); }
`;
