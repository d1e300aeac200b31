/** The server's records, as people read them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, doctorPage, promptPage, usagePage, type Entry, type Outcome } from "../src/records";

const OUTCOME: Outcome = {
  time: "2026-11-28T10:20:30.123+00:00",
  trigger: "automatic",
  outcome: "gated",
  rule: "mid_word",
  source: null,
  model: null,
  ms: { total: 0.4 },
  lines: 0,
};
const ENTRY: Entry = {
  day: "2026-11-27",
  model: "qwen3-coder-flash",
  calls: 12,
  prompt: 3456,
  cached: 1000,
  completion: 78,
  shown: 9,
  accepted: 3,
  cost: [["USD", 0.0123]],
};

test("an outcome says what it means, by whom, and how long it took", () => {
  assert.deepEqual(describe(OUTCOME), {
    label: "gated (mid_word)",
    description: "not asked for here",
    detail: "10:20:30 UTC · automatic · 0 ms",
  });
  const shown = { ...OUTCOME, outcome: "shown", rule: null, source: "model", model: "qwen3-coder-flash", ms: { total: 345.6 } };
  assert.equal(describe(shown).detail, "10:20:30 UTC · automatic · model · qwen3-coder-flash · 346 ms");
  assert.equal(describe({ ...OUTCOME, outcome: "empty", rule: "empty" }).label, "empty");
  assert.equal(describe({ ...OUTCOME, outcome: "something new" }).description, "");
});

test("usage is a table, newest day first", () => {
  const page = usagePage([ENTRY, { ...ENTRY, day: "2026-11-28", model: "", cost: [] }]);
  assert.deepEqual(page.split("\n"), [
    "day         model              calls    in  cached  out  shown  accepted        cost",
    "2026-11-28  (no name)             12  3456    1000   78      9         3",
    "2026-11-27  qwen3-coder-flash     12  3456    1000   78      9         3  0.0123 USD",
    "",
  ]);
  assert.equal(usagePage([]), "Nothing has been used so far.\n");
});

test("the doctor's findings, one a line", () => {
  const checks = [
    { name: "settings", ok: true, sentence: "read from config.toml" },
    { name: "completion", ok: false, sentence: "The key was refused." },
  ];
  assert.equal(doctorPage(checks), "ok    settings   read from config.toml\nFAIL  completion The key was refused.\n");
});

test("a prompt is shown as it is, part by part", () => {
  assert.equal(promptPage({ model: "m", text: "a\n\tb", stop: ["\n"], empty: null, messages: [] }), '--- model ---\nm\n\n--- text ---\na\n\tb\n\n--- stop ---\n[\n  "\\n"\n]\n');
  assert.equal(promptPage({}), "Nothing is sent for this place.\n");
});

test("without a server there is nothing to show, and it is said", () => {
  for (const page of [usagePage(undefined), doctorPage(undefined), promptPage(undefined)]) {
    assert.match(page, /No server is running/);
  }
});
