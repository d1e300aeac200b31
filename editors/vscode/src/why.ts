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
<table><caption class="note">The last ${outcomes.length} requests in ${file}, newest first</caption>
<thead><tr><th scope="col">Time</th><th scope="col">How it ended</th><th scope="col">Asked</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${outcomes.map(
    (each) => html`<tr><td class="time">${timeOf(each.time, clock)}</td><td>${sentence(each)}</td>
<td>${each.trigger === "invoked" ? "by you" : "while typing"}</td><td class="number">${Math.round(each.ms.total)} ms</td></tr>
`,
  )}</tbody></table>
${again}`;
}

function sentence(outcome: Outcome): string {
  return outcome.sentence ?? outcome.outcome;
}

function timeOf(time: string, clock: (time: Date) => string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : clock(date);
}
