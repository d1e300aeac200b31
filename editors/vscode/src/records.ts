/** The server's records as text for people. Asks for none. */

/** A record of `infill-ls.why`. */
export interface Outcome {
  readonly time: string;
  readonly trigger: string;
  readonly outcome: string;
  readonly rule: string | null;
  readonly source: string | null;
  readonly model: string | null;
  readonly ms: { readonly total: number };
  readonly lines: number;
}

/** A day with a model, of `infill-ls.usage`. */
export interface Entry {
  readonly day: string;
  readonly model: string;
  readonly calls: number;
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly shown: number;
  readonly accepted: number;
  readonly cost: readonly (readonly [string, number])[];
}

/** One thing that `infill-ls.doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly sentence: string;
}

const WORDS: Readonly<Record<string, string>> = {
  shown: "a suggestion was shown",
  empty: "there was nothing to add",
  gated: "not asked for here",
  filtered: "the model's text was not fit to be shown",
  excluded: "this file is never sent",
  cancelled: "cancelled by the editor",
  superseded: "something newer was asked for",
  stale: "the text changed meanwhile",
  rate_limited: "the service asks to wait",
  over_budget: "the day's tokens are used up",
  auth: "the key was refused, or there is none",
  not_found: "the service does not know the model or address",
  bad_request: "the service did not understand the request",
  unreachable: "the service could not be reached",
  timeout: "the service took too long",
  unsupported: "the model cannot be asked in this mode",
};

/** One line, and a second one, of a list. */
export function describe(outcome: Outcome): { label: string; description: string; detail: string } {
  const rule = outcome.rule === null || outcome.rule === outcome.outcome ? "" : ` (${outcome.rule})`;
  const by = [outcome.trigger, outcome.source, outcome.model].filter((word) => word !== null);
  return {
    label: `${outcome.outcome}${rule}`,
    description: WORDS[outcome.outcome] ?? "",
    detail: `${outcome.time.slice(11, 19)} UTC · ${[...new Set(by)].join(" · ")} · ${Math.round(outcome.ms.total)} ms`,
  };
}

/** A table of models and days, newest first. */
export function usagePage(entries: readonly Entry[] | undefined): string {
  if (entries === undefined) {
    return NO_SERVER;
  }
  if (entries.length === 0) {
    return "Nothing has been used so far.\n";
  }
  const rows = [...entries]
    .sort((one, other) => other.day.localeCompare(one.day) || one.model.localeCompare(other.model))
    .map((entry) => [
      entry.day,
      entry.model || "(no name)",
      ...[entry.calls, entry.prompt, entry.cached, entry.completion, entry.shown, entry.accepted].map(String),
      entry.cost.map(([currency, amount]) => `${amount.toFixed(4)} ${currency}`).join(" + "),
    ]);
  return table([["day", "model", "calls", "in", "cached", "out", "shown", "accepted", "cost"], ...rows]);
}

export function doctorPage(checks: readonly Check[] | undefined): string {
  if (checks === undefined) {
    return NO_SERVER;
  }
  return checks.map(({ ok, name, sentence }) => `${ok ? "ok  " : "FAIL"}  ${name.padEnd(10)} ${sentence}\n`).join("");
}

/** All of it: texts as they are, the rest as JSON. */
export function promptPage(prompt: object | undefined): string {
  if (prompt === undefined) {
    return NO_SERVER;
  }
  const parts = Object.entries(prompt).filter(([, value]) => !isEmpty(value));
  return parts.length === 0
    ? "Nothing is sent for this place.\n"
    : parts.map(([name, value]) => `--- ${name} ---\n${asText(value)}\n`).join("\n");
}

const NO_SERVER = "No server is running; the log of infill-ls says why.\n";

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}
