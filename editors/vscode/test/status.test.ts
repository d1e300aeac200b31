/** What the status bar shows for what the server says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { shown, type ServerStatus, type State } from "../src/status";

const WELL: ServerStatus = { busy: false, kind: "normal", message: "", model: "qwen3-coder-flash" };

function check(sentence: string, state: State, ...[icon, tooltip, severity]: [string, string, string]): void {
  test(sentence, () => {
    assert.deepEqual(shown(state), { text: `$(${icon}) infill`, tooltip: `infill-ls: ${tooltip}`, severity });
  });
}

function running(change: Partial<ServerStatus>): State {
  return { name: "running", status: { ...WELL, ...change } };
}

check("starting", { name: "starting" }, "loading~spin", "starting", "none");
check("stopped", { name: "stopped" }, "circle-slash", "stopped", "error");
check("missing", { name: "missing", problem: "No server." }, "error", "No server.", "error");
check("not yet heard of", { name: "running", status: undefined }, "sparkle", "ready", "none");
check("well", running({}), "sparkle", "asks qwen3-coder-flash", "none");
check("without a model", running({ model: "local" }), "sparkle", "completes from your own code, without a network", "none");
check("busy", running({ busy: true }), "loading~spin", "asks qwen3-coder-flash", "none");
check("switched off", running({ kind: "inactive" }), "circle-slash", "switched off", "none");
check("a passing trouble", running({ kind: "warning", message: "Wait." }), "warning", "Wait.", "warning");
check("a lasting one, also while busy", running({ busy: true, kind: "error", message: "No key." }), "error", "No key.", "error");
