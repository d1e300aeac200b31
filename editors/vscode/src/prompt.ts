/** The page that shows what is sent for a place: every character of it, part by part, or why nothing is. */

import { highlighted } from "./highlight";
import { action, html, type Markup, type Value } from "./html";
import type { Context, Message, Prompt } from "./records";

/** What a budget reckons with; the model's own tokenizer is not here. */
const CHARACTERS_PER_TOKEN = 4;

/** A stretch of the text that is sent; `name` is undefined for the tokens between the parts. */
export interface Part {
  readonly name: string | undefined;
  readonly text: string;
  /** Why it is sent, where it is of another file. */
  readonly reasons?: readonly string[];
}

export function promptPage(prompt: Prompt): Markup {
  const { unsent, text = "", messages = [] } = prompt;
  if (unsent || (text === "" && messages.length === 0)) {
    return html`<p class="lead"><strong>Nothing is sent.</strong> ${unsent ?? ""}</p>
<p>To ask a model: ${action("infillLs.enterKey", "Enter an API Key…")} or name a server of your own in the
${action("infillLs.settings", "settings")}.</p>`;
  }
  const parts = messages.length > 0 ? messages.map((each) => ofMessage(each, prompt.context)) : ofText(text, prompt.context);
  const sent = messages.length > 0 ? messages.map((each) => each.content).join("") : text;
  return html`<p class="lead">This is what asking for a suggestion here would send. Nothing has been sent to show it.</p>
<dl>
<dt>Model</dt><dd>${prompt.model || "the server's own"}</dd>
<dt>Mode</dt><dd>${MODES[prompt.mode ?? ""] ?? prompt.mode ?? ""}</dd>
<dt>File</dt><dd>${prompt.context?.path ?? ""}</dd>
<dt>Size</dt><dd>${size(sent)}</dd>
${otherFiles(prompt.context)}
<dt>Answer</dt><dd>at most ${prompt.max_tokens ?? 0} tokens</dd>
</dl>
${parts}
<h2>Strings that end the answer</h2>
<ul>${(prompt.stop ?? []).map((each) => html`<li><code>${JSON.stringify(each)}</code></li>`)}</ul>`;
}

const MODES: Readonly<Record<string, string>> = {
  fim: "fill-in-the-middle",
  partial: "partial: a chat whose last message the model continues",
  chat: "chat",
};

function otherFiles(context: Context | undefined): Value {
  const pieces = context?.neighbors ?? [];
  const files = new Set(pieces.map((each) => each.path)).size;
  const text = pieces.map((each) => each.text).join("");
  return pieces.length === 0 ? "" : html`<dt>Of other files</dt><dd>${size(text)}, from ${files} of them</dd>`;
}

function ofText(text: string, context: Context | undefined): Markup[] {
  const parts = partsOf(text, context);
  if (!parts.some((each) => each.name !== undefined)) {
    return [section("Prompt", text, html`${text}`)];
  }
  return parts.map((part) =>
    part.name === undefined
      ? html`<p><span class="note">Control tokens: </span><mark>${part.text}</mark></p>`
      : named(part, part.name, context?.language ?? ""),
  );
}

function named({ text, reasons = [] }: Part, name: string, language: string): Markup {
  const why = reasons.length > 0 ? html`<ul class="note">${reasons.map((each) => html`<li>${each}</li>`)}</ul>` : "";
  return html`${section(name, text, highlighted(text, language))}${why}`;
}

/** The text cut where the document's own stands in it, and what is of other files. Joined, the parts are the text. */
export function partsOf(text: string, context: Context | undefined): Part[] {
  const own: Part[] = [
    { name: "Before the cursor", text: context?.prefix ?? "" },
    { name: "After the cursor", text: context?.suffix ?? "" },
  ];
  const others = (context?.neighbors ?? []).map((each) => ({
    name: `From ${each.path}`,
    text: each.text,
    reasons: each.reasons ?? [],
  }));
  const parts: Part[] = [{ name: undefined, text }];
  for (const wanted of [...own, ...others]) {
    const stretch = wanted.text;
    const index = parts.findIndex((each) => stretch !== "" && each.name === undefined && each.text.includes(stretch));
    const rest = parts[index];
    if (rest !== undefined) {
      const start = rest.text.indexOf(stretch);
      const pieces: Part[] = [
        { name: undefined, text: rest.text.slice(0, start) },
        wanted,
        { name: undefined, text: rest.text.slice(start + stretch.length) },
      ];
      parts.splice(index, 1, ...pieces);
    }
  }
  return parts.filter((each) => each.text !== "");
}

function ofMessage({ role, content, partial, images = [] }: Message, context: Context | undefined): Markup {
  const language = context?.language ?? "";
  const parts = partial ? [] : partsOf(content, context);
  if (parts.some((each) => each.name !== undefined)) {
    const shown = parts.map((each) =>
      each.name === undefined ? html`<pre tabindex="0"><code>${each.text}</code></pre>` : named(each, each.name, language),
    );
    return html`<h2>Message of the ${role} <small>${size(content)}</small></h2>${shown}`;
  }
  const name = partial ? "Start of the answer, which the model continues" : `Message of the ${role}`;
  const image = images.length > 0 ? html`<p class="note">With an image that the text at the cursor refers to.</p>` : "";
  return html`${image}${section(name, content, partial ? highlighted(content, language) : html`${content}`)}`;
}

function section(name: string, text: string, shown: Value): Markup {
  return html`<section><h2>${name} <small>${size(text)}</small></h2>
<pre tabindex="0" role="region" aria-label="${name}"><code>${shown}</code></pre></section>`;
}

function size(text: string): string {
  const tokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  return `about ${tokens.toLocaleString("en")} tokens (${text.length.toLocaleString("en")} characters)`;
}
