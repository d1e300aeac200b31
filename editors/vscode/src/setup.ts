/** The page that shows the engines that were found, with the settings for one. Looks for nothing itself. */

import { doctorPage } from "./doctor";
import { action, html, type Markup } from "./html";
import type { SetUp } from "./records";

const WRITE = action("infillLs.setupWrite", "Write These Lines, and Try Them Out");
const AGAIN = action("infillLs.setup", "Look Again");

export function setupPage(found: SetUp): Markup {
  if (found.written !== null || found.problem !== null) {
    const said = found.problem ?? `Written to ${found.written}.`;
    return html`<p class="lead">${said}</p>${found.checks.length === 0 ? "" : doctorPage(found.checks)}`;
  }
  if (found.install !== null) {
    return html`<p class="lead">No engine answers on this machine.</p><pre>${found.install}</pre><p class="actions">${AGAIN}</p>`;
  }
  const rows = found.found.map(({ kind, address, model, fills }) => {
    const words = fills === null ? "may fill in the middle" : fills ? "fills in the middle" : "does not fill in the middle";
    return html`<li><p><strong>${model}</strong> <span class="note">${kind} at ${address}, ${words}</span></p></li>
`;
  });
  const lead = found.lines === null ? "None of these models was trained to fill in the middle." : "Engines on this machine";
  const lines = found.lines === null ? "" : html`<p>For your settings file:</p><pre>${found.lines}</pre>`;
  return html`<p class="lead">${lead}</p>
<ul class="checks">${rows}</ul>
${lines}<p class="actions">${found.lines === null ? "" : html`${WRITE} `}${AGAIN}</p>`;
}
