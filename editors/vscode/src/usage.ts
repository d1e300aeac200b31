/** The page that shows what was used: bars for the days, a table for the models. Asks nobody. */

import { html, type Markup } from "./html";
import type { Entry } from "./records";

const DAYS = 30;
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [420, 120, 44, 16];

export function usagePage(entries: readonly Entry[]): Markup {
  if (entries.length === 0) {
    return html`<p class="lead">Nothing has been used so far.</p>`;
  }
  const all = total(entries);
  const days = lastDays(entries);
  const tokens = html`<h2>Tokens by day</h2>
${figure("Tokens", days, [
  ["sent", "second", (day) => day.prompt],
  ["answered", "third", (day) => day.completion],
])}`;
  return html`<p class="lead">${summary(all, entries)}</p>
<h2>Suggestions by day</h2>
${figure("Suggestions", days, [
  ["accepted", "first", (day) => day.accepted],
  ["shown and not accepted", "second", (day) => Math.max(day.shown - day.accepted, 0)],
])}
${all.prompt + all.completion > 0 ? tokens : ""}
<h2>By model</h2>
${table("Model", groups(entries, (entry) => nameOf(entry.model)))}
<h2>By day</h2>
${table("Day", groups(entries, (entry) => entry.day).reverse())}
${notes(all)}`;
}

type Sums = Omit<Entry, "day" | "model">;

function total(entries: readonly Entry[]): Sums {
  const sum = (of: (entry: Entry) => number): number => entries.reduce((so, entry) => so + (of(entry) || 0), 0);
  const cost = new Map<string, number>();
  for (const [currency, amount] of entries.flatMap((entry) => entry.cost)) {
    cost.set(currency, (cost.get(currency) ?? 0) + amount);
  }
  return {
    calls: sum((entry) => entry.calls),
    prompt: sum((entry) => entry.prompt),
    cached: sum((entry) => entry.cached),
    completion: sum((entry) => entry.completion),
    shown: sum((entry) => entry.shown),
    accepted: sum((entry) => entry.accepted),
    estimated: sum((entry) => entry.estimated),
    unpriced: sum((entry) => entry.unpriced),
    deep: sum((entry) => entry.deep ?? 0),
    deep_tokens: sum((entry) => entry.deep_tokens ?? 0),
    next_edit_calls: sum((entry) => entry.next_edit_calls ?? 0),
    next_edit_tokens: sum((entry) => entry.next_edit_tokens ?? 0),
    cost: [...cost],
  };
}

function groups(entries: readonly Entry[], nameOf: (entry: Entry) => string): [string, Sums][] {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    found.set(nameOf(entry), [...(found.get(nameOf(entry)) ?? []), entry]);
  }
  return [...found].sort(([one], [other]) => one.localeCompare(other)).map(([name, each]) => [name, total(each)]);
}

/** Every day up to the last one with an entry, those without any included. */
function lastDays(entries: readonly Entry[]): [string, Sums][] {
  const sums = new Map(groups(entries, (entry) => entry.day));
  const days = [...sums.keys()];
  const first = Date.parse(days[0] ?? "");
  const last = Date.parse(days.at(-1) ?? "");
  const count = Math.min(DAYS, Math.round((last - first) / 86_400_000) + 1);
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(last - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return [day, sums.get(day) ?? total([])];
  });
}

function summary(all: Sums, entries: readonly Entry[]): string {
  const first = entries.map((entry) => entry.day).sort()[0] ?? "";
  const share = all.shown > 0 ? ` (${Math.round((100 * all.accepted) / all.shown)} %)` : "";
  const seen = `Since ${first}, ${counted(all.shown, "suggestion was", "suggestions were")} shown, and ${number(all.accepted)} of them${share} accepted.`;
  if (all.calls === 0) {
    return `${seen} No model was asked.`;
  }
  const cost = all.cost.length > 0 ? `, which cost ${money(all)}` : "";
  return `${seen} ${counted(all.calls, "call to a model", "calls to models")} took ${number(all.prompt + all.completion)} tokens${cost}.`;
}

type Series = readonly [label: string, kind: string, value: (day: Sums) => number];

/** Bars that stand on each other, a day each. Who cannot see them has the table. */
function figure(what: string, days: readonly [string, Sums][], series: readonly Series[]): Markup {
  const most = Math.max(1, ...days.map(([, day]) => series.reduce((sum, [, , value]) => sum + value(day), 0)));
  const step = (WIDTH - LEFT) / Math.max(days.length, 10);
  const bars = days.map(([name, day], index) => {
    let base = HEIGHT - BOTTOM;
    const told = series.map(([label, , value]) => `${number(value(day))} ${label}`).join(", ");
    const rects = series.map(([, kind, value]) => {
      const height = (value(day) / most) * (HEIGHT - BOTTOM - 8);
      base -= height;
      return html`<rect class="${kind}" x="${(LEFT + index * step + 1).toFixed(1)}" y="${base.toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${height.toFixed(1)}"></rect>`;
    });
    return html`<g><title>${name}: ${told}</title>${rects}</g>`;
  });
  const [first, last] = [days[0]?.[0] ?? "", days.at(-1)?.[0] ?? ""];
  const period = first === last ? first : `${first} to ${last}`;
  const y = HEIGHT - BOTTOM;
  return html`<figure>
<svg role="img" aria-label="${what} by day, ${period}; the most on one day: ${number(most)}. The table below has the figures." viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<line class="axis" x1="${LEFT}" y1="${y}" x2="${WIDTH}" y2="${y}"></line>
<text x="${LEFT - 6}" y="16" text-anchor="end">${number(most)}</text><text x="${LEFT - 6}" y="${y}" text-anchor="end">0</text>
${bars}
<text x="${LEFT}" y="${HEIGHT - 4}">${first}</text>${last === first ? "" : html`<text x="${(LEFT + days.length * step).toFixed(1)}" y="${HEIGHT - 4}" text-anchor="end">${days.length > 4 ? last : ""}</text>`}
</svg>
<figcaption class="legend">${series.map(([label, kind]) => html`<span><i class="key ${kind}" aria-hidden="true"></i>${label}</span>`)}</figcaption>
</figure>`;
}

/** Columns that say nothing of any row are left out. */
function table(head: string, rows: readonly (readonly [string, Sums])[]): Markup {
  const columns: [string, (sums: Sums) => string][] = [
    ["shown", (sums) => number(sums.shown)],
    ["accepted", (sums) => number(sums.accepted)],
    ["calls", (sums) => number(sums.calls)],
    ["tokens in", (sums) => number(sums.prompt)],
    ["cached", (sums) => number(sums.cached)],
    ["tokens out", (sums) => number(sums.completion)],
    ["deep", (sums) => number(sums.deep ?? 0)],
    ["deep tokens", (sums) => number(sums.deep_tokens ?? 0)],
    ["for next edits", (sums) => number(sums.next_edit_calls ?? 0)],
    ["their tokens", (sums) => number(sums.next_edit_tokens ?? 0)],
    ["cost", money],
  ];
  const shown = columns.filter(([, cell], index) => index < 2 || rows.some(([, sums]) => !["", "0"].includes(cell(sums))));
  const heads = shown.map(([name]) => html`<th scope="col" class="number">${name}</th>`);
  const body = rows.map(([name, sums]) => {
    const cells = shown.map(([, cell]) => html`<td class="number">${cell(sums)}</td>`);
    return html`<tr><th scope="row">${name}</th>${cells}</tr>\n`;
  });
  return html`<div class="wide"><table><thead><tr><th scope="col">${head}</th>${heads}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

function notes(all: Sums): Markup[] {
  const found: string[] = [];
  if (all.estimated > 0) {
    found.push(
      `About ${number(all.estimated)} more tokens went into calls that were ended early: the service sends no count of those, but may bill them.`,
    );
  }
  if (all.unpriced > 0) {
    found.push(`The cost of ${number(all.unpriced)} calls is not known, and is not part of the sum.`);
  }
  return found.map((each) => html`<p class="note">${each}</p>`);
}

function nameOf(model: string): string {
  return model === "local" ? "the embedded engine" : model || "(no name)";
}

function counted(value: number, one: string, many: string): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function money(sums: Sums): string {
  return sums.cost.map(([currency, amount]) => `${amount.toFixed(amount >= 1 ? 2 : 4)} ${currency}`).join(" + ");
}
