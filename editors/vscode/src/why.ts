/** The page that tells how the last requests of a file ended, in sentences. */

import { action, html, type Markup } from "./html";
import type { Outcome } from "./records";

/** `clock` shows a time where the user is. */
export function whyPage(outcomes: readonly Outcome[], file: string, clock: (time: Date) => string): Markup {
  const [last] = outcomes;
  const again = html`<p class="actions">${action("infillLs.why", "Look Again")} ${action("infillLs.doctor", "Run the Doctor")}</p>`;
  if (last === undefined) {
    return html`<p class="lead">No suggestion has been asked for in ${file} yet.</p>${again}`;
  }
  return html`<p class="lead">The last time: ${sentence(last)}</p>
<table><caption class="note">The last requests in ${file}, newest first</caption>
<thead><tr><th scope="col">Time</th><th scope="col">How it ended</th><th scope="col">Asked</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${runs(outcomes).map(
    ([each, count]) => html`<tr><td class="time">${timeOf(each.time, clock)}</td><td>${sentence(each)}${count > 1 ? ` (${count} times)` : ""}</td>
<td>${asked(each)}</td><td class="number">${Math.round(each.ms.total)} ms</td></tr>
`,
  )}</tbody></table>
${again}`;
}

/** Outcomes that say the same one after the other, as one: the newest of them, and how many there are. */
function runs(outcomes: readonly Outcome[]): [Outcome, number][] {
  const found: [Outcome, number][] = [];
  for (const outcome of outcomes) {
    const last = found.at(-1);
    if (last !== undefined && sentence(last[0]) === sentence(outcome) && asked(last[0]) === asked(outcome)) {
      last[1] += 1;
    } else {
      found.push([outcome, 1]);
    }
  }
  return found;
}

function asked(outcome: Outcome): string {
  return outcome.trigger === "invoked" ? "by you" : "while typing";
}

function sentence(outcome: Outcome): string {
  return outcome.sentence ?? outcome.outcome;
}

function timeOf(time: string, clock: (time: Date) => string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : clock(date);
}
