/** The page that shows what the doctor found, with what helps. Looks at nothing itself. */

import { action, html, type Markup } from "./html";
import type { Check } from "./records";

const KEY = action("infillLs.enterKey", "Enter an API Key…");
const SETTINGS = action("infillLs.settings", "Open the Settings");
const LOG = action("infillLs.log", "Show the Log");

/** What helps, by the cause that the doctor names. */
const REMEDIES: Readonly<Record<string, readonly Markup[]>> = {
  missing: [action("infillLs.install", "Install the Server"), SETTINGS],
  stopped: [action("infillLs.restart", "Restart the Server"), LOG],
  key: [KEY, SETTINGS],
  limit: [LOG],
  "time-out": [SETTINGS, LOG],
  failure: [LOG],
  request: [SETTINGS, LOG],
};

const NAMES: Readonly<Record<string, string>> = {
  server: "Server",
  settings: "Settings",
  model: "Model",
  completion: "A live completion",
};

export function doctorPage(checks: readonly Check[]): Markup {
  const failed = checks.filter((check) => !check.ok).length;
  const lead = failed === 0 ? "Everything works." : failed === 1 ? "One thing is wrong." : `${failed} things are wrong.`;
  return html`<p class="lead">${lead}</p>
<ul class="checks">${checks.map(
    ({ name, ok, sentence, cause }) => html`<li class="${ok ? "ok" : "failed"}">
<p><strong>${ok ? "✓" : "✗"} ${NAMES[name] ?? capital(`${name} `).trim()}</strong> <span class="note">${ok ? "in order" : "needs attention"}</span></p>
<p>${capital(sentence)}</p>
${ok ? "" : html`<p class="actions">${(REMEDIES[cause ?? ""] ?? [SETTINGS]).map((each) => html`${each} `)}</p>`}
</li>
`,
  )}</ul>
<p class="actions">${action("infillLs.doctor", "Run Again")} ${LOG}</p>`;
}

/** As a sentence begins, unless it begins with a name. */
function capital(sentence: string): string {
  return sentence.replace(/^[a-z](?=[a-z]*[ :])/, (letter) => letter.toUpperCase());
}
