/** What the status bar shows for what the server says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { shown, type Front, type ServerStatus, type State } from "../src/status";

const WELL: ServerStatus = { busy: false, kind: "normal", message: "", model: "qwen3-coder-flash" };

const NOTHING: Front = { offBy: undefined, manual: false };

function check(sentence: string, state: State, ...[icon, tooltip, severity, front]: [string, string, string, Partial<Front>?]): void {
  test(sentence, () => {
    assert.deepEqual(shown(state, { ...NOTHING, ...front }), { text: `$(${icon}) infill`, tooltip: `infill-ls: ${tooltip}`, severity });
  });
}

function running(change: Partial<ServerStatus>): State {
  return { name: "running", status: { ...WELL, ...change } };
}

check("starting", { name: "starting" }, "loading~spin", "starting", "none");
check("stopped", { name: "stopped" }, "circle-slash", "the server has stopped", "error");
check("not there: nothing is wrong", { name: "absent" }, "cloud-download", "needs its server; click to install it", "none");
check("being installed", { name: "installing" }, "loading~spin", "installing its server", "none");
check("a setting is wrong", { name: "unusable", problem: "No program." }, "error", "No program.", "error");
check("not yet heard of", { name: "running", status: undefined }, "sparkle", "ready", "none");
check("well", running({}), "sparkle", "asks qwen3-coder-flash", "none");
check("without a model", running({ model: "local" }), "sparkle", "completes from your own code, without a network", "none");
check("busy", running({ busy: true }), "loading~spin", "asks qwen3-coder-flash", "none");
check("switched off", running({ kind: "inactive" }), "circle-slash", "switched off in this window", "none");
check("switched off for the language", running({}), "circle-slash", "switched off for python", "none", { offBy: "python" });
check("switched off in both ways", running({ kind: "inactive" }), "circle-slash", "switched off in this window", "none", { offBy: "python" });
check("by hand only", running({}), "sparkle", "asks qwen3-coder-flash, when you ask for it", "none", { manual: true });
check("a passing trouble", running({ kind: "warning", message: "Wait." }), "warning", "Wait.", "warning");
check("a lasting one, also while busy", running({ busy: true, kind: "error", message: "No key." }), "error", "No key.", "error");
