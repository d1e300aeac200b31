/** A page runs nothing, loads nothing, and shows as text whatever it is given. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { html, pageOf } from "../src/html";

const EVIL = [
  "<script>alert(1)</script>",
  "\"><img src=x onerror=alert(1)>",
  "' onload='alert(1)",
  "</code></pre><a href=\"command:workbench.action.quit\">click</a>",
  "<!-- & &lt; -->",
];

test("what is put into a template is text, also inside attributes and lists", () => {
  for (const evil of EVIL) {
    const { text } = html`<p title="${evil}">${[evil, [evil]]}</p>`;
    assert.equal(text.replace(/^<p title="|">|<\/p>$/g, "").match(/[<>"']/g), null, text);
    assert.deepEqual(text.match(/<\w+/g), ["<p"]);
  }
});

test("what was written in a template stays", () => {
  assert.equal(html`<ul>${["a", "b"].map((each) => html`<li>${each}</li>`)}</ul>`.text, "<ul><li>a</li><li>b</li></ul>");
});

test("marks that would turn text round or hide it are shown", () => {
  const text = html`${"a\u202eb\u2066c\u200b\0d"}`.text;
  assert.deepEqual(text.match(/U\+[0-9A-F]+/g), ["U+202E", "U+2066", "U+200B", "U+0000"]);
  assert.equal(html`${"\t\n👩‍🚀 größer"}`.text, "\t\n👩‍🚀 größer");
});

test("a page allows its own style and nothing else", () => {
  const page = pageOf("<Usage>", html`<p>body</p>`);
  const [, policy = ""] = page.match(/Content-Security-Policy" content="([^"]*)"/) ?? [];
  const [, style = ""] = page.match(/<style>([^]*)<\/style>/) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  assert.equal(policy, `default-src 'none'; style-src 'sha256-${hash}'`);
  assert.match(page, /<h1>&lt;Usage&gt;<\/h1>/);
  assert.doesNotMatch(page, /<script|style="|https?:|url\(| on\w+=/);
});
