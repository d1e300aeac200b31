/** In which layer a setting reaches the server, and what never leaves the user's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../package.json";
import { environmentOf, keysOf, propertiesOf, startOptions, workspaceSection, type Written } from "../src/settings";

const KEYS = keysOf(propertiesOf<{ scope?: string }>(manifest.contributes.configuration));

function inspectIn(written: Readonly<Record<string, Written>>): (key: string) => Written | undefined {
  return (key) => written[key];
}

test("everything that says where code is sent, or what is spent, is the user's alone", () => {
  const groups = new Set(KEYS.user.map((key) => key.split(".")[0] ?? ""));
  assert.ok(["provider", "local", "usage", "cache"].every((group) => groups.has(group)));
  assert.ok(KEYS.any.every((key) => !key.startsWith("provider.") && !key.startsWith("usage.")));
  assert.ok(KEYS.any.includes("completion.languages"));
});

test("the extension's own settings are not the server's", () => {
  assert.ok([...KEYS.user, ...KEYS.any].every((key) => !key.startsWith("server.") && !key.startsWith("trace.")));
});

test("nothing written: the server asks its own file and environment", () => {
  assert.deepEqual(startOptions(KEYS, inspectIn({})), { status: true, nextEdit: true });
  assert.deepEqual(workspaceSection(KEYS, inspectIn({})), {});
});

test("an empty box says nothing", () => {
  const empty = { "provider.base_url": { globalValue: "" }, "provider.model": { globalValue: null }, "completion.comments": { globalValue: false } };
  assert.deepEqual(startOptions(KEYS, inspectIn(empty)), { status: true, nextEdit: true, "completion.comments": false });
});

test("a workspace's value for what is the user's alone goes nowhere", () => {
  const evil = { "provider.base_url": { workspaceValue: "http://evil" }, "usage.daily_tokens": { workspaceValue: 9 } };
  assert.deepEqual(startOptions(KEYS, inspectIn(evil)), { status: true, nextEdit: true });
  assert.deepEqual(workspaceSection(KEYS, inspectIn(evil)), {});
});

test("the user's value goes along at the start", () => {
  const own = { "provider.base_url": { globalValue: "http://mine", workspaceValue: "http://evil" }, "provider.seed": { globalValue: 0 } };
  assert.deepEqual(startOptions(KEYS, inspectIn(own)), { status: true, nextEdit: true, "provider.base_url": "http://mine", "provider.seed": 0 });
  assert.deepEqual(workspaceSection(KEYS, inspectIn(own)), {});
});

test("the user's values go along at the start, and the workspace's when the server asks", () => {
  const both = {
    "completion.max_lines": { globalValue: 5, workspaceValue: 3 },
    "completion.trigger": { globalValue: "manual" },
    "completion.languages": { globalValue: { markdown: false }, workspaceValue: { c: false } },
    "cache.size": { globalValue: null },
  };
  assert.deepEqual(startOptions(KEYS, inspectIn(both)), {
    status: true, nextEdit: true,
    "completion.max_lines": 5,
    "completion.trigger": "manual",
    "completion.languages": { markdown: false },
  });
  assert.deepEqual(workspaceSection(KEYS, inspectIn(both)), {
    "completion.max_lines": 3,
    "completion.languages": { c: false },
  });
});

test("what is excluded adds up, and the user's part is known before a file is read", () => {
  const both = { "privacy.exclude": { globalValue: ["*.secret"], workspaceValue: ["internal/"] } };
  assert.deepEqual(startOptions(KEYS, inspectIn(both)), { status: true, nextEdit: true, "privacy.exclude": ["*.secret"] });
  assert.deepEqual(workspaceSection(KEYS, inspectIn(both)), { "privacy.exclude": ["internal/"] });
});

test("keys are added to the editor's environment", () => {
  assert.deepEqual(environmentOf({ PATH: "/bin", DASHSCOPE_API_KEY: "old" }, { DASHSCOPE_API_KEY: "new" }), {
    PATH: "/bin",
    DASHSCOPE_API_KEY: "new",
  });
});
