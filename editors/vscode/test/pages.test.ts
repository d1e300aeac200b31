/** The server's records, as people read them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { doctorPage } from "../src/doctor";
import { highlighted } from "../src/highlight";
import { html, type Markup } from "../src/html";
import { partsOf, promptPage } from "../src/prompt";
import type { Entry, Outcome, Prompt, SetUp } from "../src/records";
import { setupPage } from "../src/setup";
import { usagePage } from "../src/usage";
import { whyPage } from "../src/why";

/** What a reader sees: the text without its tags, a line for each block. */
function words({ text }: Markup): string[] {
  return text
    .replace(/<\/(p|li|tr|dd|h2|pre|caption|figure|title)>/g, "\n")
    .replace(/<\/t[dh]>/g, " | ")
    .replace(/<[^>]*>/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Every page with hostile words in each field has no tag that a page with harmless words has not. */
function checkHarmless(page: (word: string) => Markup): void {
  const evil = "<img src=x onerror=alert(1)>\"'&[x](command:workbench.action.quit)</pre>";
  const tags = (word: string): string[] => page(word).text.match(/<[^>]*>/g)?.map((tag) => tag.replace(/".*"/, "")) ?? [];
  assert.deepEqual(tags(evil), tags("harmless"));
}

const OUTCOME: Outcome = {
  time: "2026-11-28T10:20:30.123+00:00",
  trigger: "automatic",
  outcome: "gated",
  sentence: "The cursor is inside a word.",
  ms: { total: 0.4 },
};
const clock = (time: Date): string => `local ${time.getUTCHours() + 1}:${time.getUTCMinutes()}`;

test("why: sentences, newest first, by the user's own clock", () => {
  const page = whyPage([OUTCOME, { ...OUTCOME, trigger: "invoked", sentence: "Suggested by m.", ms: { total: 345.6 } }], "a.py", clock);
  assert.equal(words(page)[0], "The last time: The cursor is inside a word.");
  assert.ok(words(page).includes("local 11:20 | The cursor is inside a word. |"));
  assert.ok(words(page).includes("while typing | 0 ms |"));
  assert.ok(words(page).includes("local 11:20 | Suggested by m. |"));
  assert.ok(words(page).includes("by you | 346 ms |"));
});

test("why: the same several times is one line", () => {
  const page = whyPage([OUTCOME, OUTCOME, { ...OUTCOME, trigger: "invoked" }, OUTCOME], "a.py", clock);
  assert.equal(page.text.match(/<tr><td/g)?.length, 3);
  assert.ok(words(page).includes("local 11:20 | The cursor is inside a word. (2 times) |"));
});

test("why: nothing asked for yet, a time that is none, and a server that knows no sentences", () => {
  assert.match(words(whyPage([], "a.py", clock))[0] ?? "", /^No suggestion has been asked for in a\.py yet/);
  const { sentence: _, ...old } = { ...OUTCOME, time: "<time>" };
  assert.match(words(whyPage([old], "a.py", clock)).join("\n"), /&lt;time&gt; \| gated/);
});

const ENTRY: Entry = {
  day: "2026-11-27",
  model: "qwen3-coder-flash",
  calls: 12,
  prompt: 3456,
  cached: 1000,
  completion: 78,
  shown: 9,
  accepted: 3,
  estimated: 0,
  unpriced: 0,
  cost: [["USD", 0.0123]],
};
const LOCAL: Entry = { ...ENTRY, day: "2026-11-29", model: "local", calls: 0, prompt: 0, cached: 0, completion: 0, shown: 11, accepted: 7, cost: [] };

test("usage: a sentence, bars, and tables that say the same", () => {
  const page = usagePage([ENTRY, LOCAL]);
  assert.equal(
    words(page)[0],
    "Since 2026-11-27, 20 suggestions were shown, and 10 of them (50 %) accepted. 12 calls to models took 3,534 tokens, which cost 0.0123 USD.",
  );
  assert.ok(words(page).includes("qwen3-coder-flash | 9 | 3 | 12 | 3,456 | 1,000 | 78 | 0.0123 USD |"));
  assert.ok(words(page).includes("the embedded engine | 11 | 7 | 0 | 0 | 0 | 0 |  |"));
  assert.equal(page.text.match(/<svg role="img" aria-label="/g)?.length, 2);
  assert.equal(page.text.match(/<g><title>2026-11-28: 0 accepted, 0 shown/g)?.length, 1, "a day without any has its place");
});

test("usage: what was for next edits has its own columns", () => {
  const page = usagePage([{ ...ENTRY, next_edit_calls: 5, next_edit_tokens: 700 }, LOCAL]);
  assert.ok(words(page).includes("qwen3-coder-flash | 9 | 3 | 12 | 3,456 | 1,000 | 78 | 5 | 700 | 0.0123 USD |"));
});

test("usage: a bar's height is its share of the most", () => {
  const heights = [...usagePage([ENTRY, LOCAL]).text.matchAll(/class="(first|second)"[^>]* height="([\d.]+)"/g)].slice(0, 6);
  assert.deepEqual(heights.map(([, kind, height]) => [kind, Math.round(Number(height))]), [
    ["first", 26],
    ["second", 52],
    ["first", 0],
    ["second", 0],
    ["first", 61],
    ["second", 35],
  ]);
});

test("usage: without a model there is no chart and no column of tokens", () => {
  assert.ok(words(usagePage([LOCAL])).includes("the embedded engine | 11 | 7 |"));
  assert.equal(usagePage([LOCAL]).text.match(/<svg/g)?.length, 1);
  assert.match(words(usagePage([LOCAL]))[0] ?? "", /No model was asked\.$/);
  assert.deepEqual(words(usagePage([])), ["Nothing has been used so far."]);
});

test("usage: what the figures leave out is said", () => {
  const said = words(usagePage([{ ...ENTRY, estimated: 1200, unpriced: 3 }])).slice(-2);
  assert.match(said[0] ?? "", /^About 1,200 more tokens/);
  assert.match(said[1] ?? "", /^The cost of 3 calls is not known/);
});

test("usage: a year has the bars of its last days only", () => {
  const days = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10));
  assert.equal(usagePage(days.map((day) => ({ ...LOCAL, day }))).text.match(/<g>/g)?.length, 30);
});

test("doctor: each finding with what helps", () => {
  const page = doctorPage([
    { name: "settings", ok: true, sentence: "read from config.toml", cause: null },
    { name: "completion", ok: false, sentence: "The key was refused.", cause: "key" },
  ]);
  assert.deepEqual(words(page).slice(0, 6), [
    "One thing is wrong.",
    "✓ Settings in order",
    "Read from config.toml",
    "✗ A live completion needs attention",
    "The key was refused.",
    "Enter an API Key… Open the Settings",
  ]);
  assert.match(page.text, /<a href="command:infillLs\.enterKey">/);
  assert.match(doctorPage([{ name: "completion", ok: true, sentence: "qwen3-coder-flash answers", cause: null }]).text, /<p>qwen3/);
  assert.match(doctorPage([{ name: "speed", ok: true, sentence: "reads 95 tokens a second", cause: null }]).text, /✓ Speed/);
  assert.match(words(doctorPage([]))[0] ?? "", /Everything works/);
});

const FIM: Prompt = {
  unsent: null,
  model: "qwen-coder-turbo",
  mode: "fim",
  max_tokens: 256,
  stop: ["<|endoftext|>", "\n"],
  text: "<|fim_prefix|>x = 1\ny = f<|fim_suffix|>\nz = 3\n<|fim_middle|>",
  messages: [],
  context: { prefix: "x = 1\ny = f", suffix: "\nz = 3\n", path: "src/a.py", language: "python" },
};

test("prompt: each part by its name, with its tokens, and every character of it", () => {
  const page = promptPage(FIM);
  assert.match(page.text, /Before the cursor <small>about 3 tokens \(11 characters\)<\/small>/);
  assert.match(page.text, /After the cursor <small>about 2 tokens \(7 characters\)<\/small>/);
  assert.match(page.text, /<mark>&lt;\|fim_middle\|&gt;<\/mark>/);
  assert.match(page.text, /<code>&quot;\\n&quot;<\/code>/);
  assert.ok(words(page).includes("Modelqwen-coder-turbo"));
});

test("prompt: joined, the parts are what is sent, wherever the document's text stands in it", () => {
  const texts = ["<P>aba<S>b<M>", "<S>b<P>aba<M>", "aba", "b", "<P><S><M>", "", "<P>other<M>"];
  for (const text of texts) {
    for (const [prefix, suffix] of [["aba", "b"], ["", "b"], ["aba", ""], ["", ""]] as const) {
      const parts = partsOf(text, { prefix, suffix, path: "", language: "" });
      assert.equal(parts.map((each) => each.text).join(""), text);
    }
  }
  assert.deepEqual(partsOf("<P>aba<S>b<M>", { prefix: "aba", suffix: "b", path: "", language: "" }).map((each) => each.name), [
    undefined,
    "Before the cursor",
    undefined,
    "After the cursor",
    undefined,
  ]);
});

test("prompt: a chat is its messages", () => {
  const page = promptPage({
    ...FIM,
    mode: "partial",
    text: "",
    messages: [
      { role: "user", content: "Continue.", partial: false },
      { role: "assistant", content: "x = 1", partial: true, images: ["data:"] },
    ],
  });
  assert.match(page.text, /<h2>Message of the user <small>about 3 tokens/);
  assert.match(page.text, /<h2>Start of the answer, which the model continues/);
  assert.match(page.text, /With an image/);
});

test("prompt: where nothing is sent, that is all it says", () => {
  for (const prompt of [{ ...FIM, unsent: "This file is never sent: git ignores it." }, { ...FIM, text: "" }, {}]) {
    const page = promptPage(prompt);
    assert.match(words(page)[0] ?? "", /^Nothing is sent\./);
    assert.doesNotMatch(page.text, /x = 1|fim/);
  }
});

const PIECES = [
  { path: "store.py", text: "class Store:", reasons: ["`Store` is named near the cursor"] },
  { path: "b.py", text: "def load():" },
];
const CONTEXT = { prefix: "x = 1", suffix: "y = 2", path: "a.py", language: "python", neighbors: PIECES };

test("prompt: pieces of other files are sections with their size, and why they are there", () => {
  const text = "<F>store.py\nclass Store:\n<F>b.py\ndef load():\n<F>a.py\n<P>x = 1<S>y = 2<M>";
  for (const prompt of [
    { ...FIM, text, context: CONTEXT },
    { ...FIM, text: "", messages: [{ role: "user", content: text, partial: false }], context: CONTEXT },
  ]) {
    const page = promptPage(prompt);
    assert.match(page.text, /<h2>From store.py <small>about 3 tokens \(12 characters\)<\/small>/);
    assert.match(page.text, /<h2>From b.py/);
    assert.ok(words(page).includes("`Store` is named near the cursor"));
    assert.ok(words(page).includes("Of other filesabout 6 tokens (23 characters), from 2 of them"));
    assert.match(page.text, /<span class="keyword">class<\/span> Store/);
  }
  assert.equal(partsOf(text, CONTEXT).map((each) => each.text).join(""), text);
});

test("no page takes markup from anybody's words", () => {
  checkHarmless((word) => whyPage([{ ...OUTCOME, sentence: word, time: word, trigger: word }], word, clock));
  checkHarmless((word) => usagePage([{ ...ENTRY, model: word, cost: [[word, 1]] }]));
  checkHarmless((word) => doctorPage([{ name: word, ok: false, sentence: word, cause: word }]));
  checkHarmless((word) => promptPage({ unsent: word }));
  checkHarmless((word) => promptPage({ ...FIM, model: word, mode: word, stop: [word], context: { prefix: "", suffix: "", path: word, language: word }, text: word }));
  checkHarmless((word) => promptPage({ ...FIM, context: { ...CONTEXT, neighbors: [{ path: word, text: "x", reasons: [word] }] }, text: "ax" }));
  checkHarmless((word) => promptPage({ ...FIM, messages: [{ role: word, content: word, partial: false }] }));
});

function kinds(code: string, language: string): [string, string][] {
  const all = html`${highlighted(code, language)}`.text.matchAll(/<span class="(\w+)">([^<]*)<\/span>/g);
  return [...all].map(([, kind, text]) => [kind ?? "", (text ?? "").replace(/&quot;/g, '"').replace(/&#39;/g, "'")]);
}

test("code is marked by the rules of its language's family", () => {
  assert.deepEqual(kinds('def f():\n  return "a#b"  # why\n', "python"), [["keyword", "def"], ["keyword", "return"], ["string", '"a#b"'], ["comment", "# why"]]);
  assert.deepEqual(kinds("let x = `a\nb`; // 'no", "typescript"), [["keyword", "let"], ["string", "`a\nb`"], ["comment", "// 'no"]]);
  assert.deepEqual(kinds("fn f<'a>(x: &'a str) { 'c' }", "rust"), [["keyword", "fn"], ["string", "'c'"]]);
  assert.deepEqual(kinds("x = nil -- 'it", "lua"), [["literal", "nil"], ["comment", "-- 'it"]]);
  assert.deepEqual(kinds("It's 'quoted' for all", "markdown"), [["keyword", "for"]]);
  assert.deepEqual(kinds('"""open\ntext', "python"), [["string", '"""open\ntext']]);
  assert.deepEqual(kinds("/* open", "go"), [["comment", "/* open"]]);
});

test("marking loses and adds nothing, whatever the code", () => {
  const pieces = ['"', "'", "`", '"""', "#", "//", "/*", "*/", "\\", "\n", "a", "1", "return", "<", "--", " ", "👩‍🚀"];
  for (let number = 0; number < 3000; number++) {
    const code = Array.from({ length: 8 }, (_, place) => pieces[(number * 7919 * (place + 1) + place * 31 + Math.floor(number / 17)) % pieces.length]).join("");
    for (const language of ["python", "rust", "typescript", "lua", "markdown"]) {
      const text = html`${highlighted(code, language)}`.text.replace(/<[^>]*>/g, "");
      assert.equal(text, html`${code}`.text);
    }
  }
});

test("marking takes a time by the length of the code", () => {
  for (const piece of ['"', "/*", "'''", "\\", "`", "<!--", "1.", "a"]) {
    highlighted(piece.repeat(20_000), "python");
    highlighted(piece.repeat(20_000), "typescript");
    highlighted(piece.repeat(20_000), "html");
  }
});

const SET_UP: SetUp = {
  found: [{ kind: "ollama", address: "http://127.0.0.1:11434", model: "qwen2.5-coder:7b", fills: true }],
  install: null,
  lines: '[provider]\nkind = "ollama"\n',
  written: null,
  problem: null,
  checks: [],
};

test("setup: the engines, the lines for one, and nothing that is written before it is wanted", () => {
  const page = setupPage(SET_UP);
  assert.ok(words(page).includes("qwen2.5-coder:7b ollama at http://127.0.0.1:11434, fills in the middle"));
  assert.ok(words(page).includes("kind = &quot;ollama&quot;"));
  assert.ok(page.text.includes("command:infillLs.setupWrite"));
});

test("setup: what to install, where there is nothing, and what came of writing", () => {
  const none = setupPage({ ...SET_UP, found: [], lines: null, install: "ollama pull x" });
  assert.ok(words(none).includes("ollama pull x"));
  assert.ok(!none.text.includes("infillLs.setupWrite"));
  const checks = [{ name: "completion", ok: true, sentence: "m answers.", cause: null }];
  const done = setupPage({ ...SET_UP, written: "/home/me/config.toml", checks });
  assert.equal(words(done)[0], "Written to /home/me/config.toml.");
  assert.ok(words(done).includes("M answers."));
  assert.equal(words(setupPage({ ...SET_UP, problem: "It names a server already." }))[0], "It names a server already.");
});

test("setup: what an engine says of itself is text", () => {
  checkHarmless((word) =>
    setupPage({ ...SET_UP, found: [{ kind: word, address: word, model: word, fills: null }], lines: word }),
  );
  checkHarmless((word) => setupPage({ ...SET_UP, install: word }));
});
