/** What a person can do: the commands of the palette, and the menu behind the status bar item. */

import * as vscode from "vscode";
import { doctorPage } from "./doctor";
import { switchedOffBy, withEntry, type Languages, type Place } from "./languages";
import type { Markup } from "./html";
import type { Pages } from "./pages";
import { promptPage } from "./prompt";
import type { Check, Entry, Outcome, Prompt, SetUp } from "./records";
import type { Server } from "./server";
import { SECTION } from "./settings";
import { setupPage } from "./setup";
import { shown, type State } from "./status";
import { usagePage } from "./usage";
import { whyPage } from "./why";

export interface Parts {
  readonly server: Server;
  readonly pages: Pages;
  readonly channel: vscode.LogOutputChannel;
  readonly install: () => Promise<void>;
  readonly enterKey: () => Promise<void>;
}

type Run = () => Promise<unknown> | Thenable<unknown> | void;

const SNOOZE = "editor.action.inlineSuggest.snooze";

/** The commands of the palette, by their names. */
export function commands(parts: Parts): Record<string, Run> {
  const { server } = parts;
  return {
    "infillLs.toggle": () => server.toggle(),
    "infillLs.toggleLanguage": () => switchPlace(languageOf, Global),
    "infillLs.toggleFile": () => switchPlace(globOf, fileTarget()),
    "infillLs.deep": () => deep(server),
    "infillLs.why": () => why(parts),
    "infillLs.prompt": () => prompt(parts),
    "infillLs.usage": () => page(parts, "Usage", async () => {
      const entries = await server.ask<Entry[]>("infill-ls.usage");
      return entries && usagePage(entries);
    }),
    "infillLs.setup": () => setup(parts, false),
    "infillLs.setupWrite": () => setup(parts, true),
    "infillLs.doctor": () => doctor(parts),
    "infillLs.clear": () => server.ask("infill-ls.clear"),
    "infillLs.enterKey": parts.enterKey,
    "infillLs.settings": openSettings,
    "infillLs.install": parts.install,
    "infillLs.restart": () => server.restart(),
    "infillLs.log": () => parts.channel.show(),
  };
}

/** The menu of the status bar item. */
export async function menu({ server }: Parts): Promise<void> {
  const document = inFront()?.document;
  const item = (icon: string, label: string, command: string): vscode.QuickPickItem & { command: string } => ({
    label: `$(${icon}) ${label}`,
    command,
  });
  const canSnooze = (await vscode.commands.getCommands(true)).includes(SNOOZE);
  const items = [
    server.isOn
      ? item("circle-slash", "Switch off in this window", "infillLs.toggle")
      : item("sparkle", "Switch on in this window", "infillLs.toggle"),
    ...(document === undefined
      ? []
      : [
          item("code", `${verb(document)} for ${document.languageId}`, "infillLs.toggleLanguage"),
          item("file", `${verb(document)} for this file`, "infillLs.toggleFile"),
        ]),
    ...(canSnooze ? [item("bell-slash", "Snooze for a while…", SNOOZE)] : []),
    ...(document === undefined
      ? []
      : [
          item("telescope", "Deep suggestion", "infillLs.deep"),
          item("question", "Explain recent suggestions", "infillLs.why"),
          item("eye", "Show what is sent from here", "infillLs.prompt"),
        ]),
    item("graph", "Usage", "infillLs.usage"),
    item("server", "Find an engine on this machine", "infillLs.setup"),
    item("pulse", "Run the doctor", "infillLs.doctor"),
    item("key", "Enter an API key…", "infillLs.enterKey"),
    item("gear", "Settings", "infillLs.settings"),
    item("output", "Show the log", "infillLs.log"),
    item("debug-restart", "Restart the server", "infillLs.restart"),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: shown(server.state, { offBy: undefined, manual: false }).tooltip });
  // Else the status bar has the keys, and the next blank opens the menu again.
  await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

/** The document, as `completion.languages` names it. */
function placeOf(document: vscode.TextDocument): Place {
  const { scheme, fsPath } = document.uri;
  return { language: document.languageId, path: scheme === "file" ? fsPath : document.uri.toString(true) };
}

/** The editor that a person looks at, also where a page has the keys. */
export function inFront(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

/** Ask for a suggestion for which the model may look things up: the wish is meant by the next explicit request. */
async function deep(server: Server): Promise<void> {
  await server.ask("infill-ls.deep");
  await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}

// Pages...

/** Show a page of the server's, or that there is none. */
async function page(parts: Parts, title: string, body: () => Promise<Markup | undefined>): Promise<void> {
  const location = vscode.ProgressLocation.Window;
  const found = await vscode.window.withProgress({ location, title: `infill-ls: ${title}` }, body);
  parts.pages.show(title, found ?? doctorPage([serverCheck(parts.server)]));
}

async function why(parts: Parts): Promise<void> {
  const document = inFront()?.document;
  if (document === undefined) {
    return nothingOpen();
  }
  await page(parts, "Recent Suggestions", async () => {
    const outcomes = await parts.server.ask<Outcome[]>("infill-ls.why", document.uri.toString());
    const clock = (time: Date): string => time.toLocaleTimeString(vscode.env.language);
    return outcomes && whyPage(outcomes, vscode.workspace.asRelativePath(document.uri), clock);
  });
}

async function prompt(parts: Parts): Promise<void> {
  const editor = inFront();
  if (editor === undefined) {
    return nothingOpen();
  }
  const { line, character } = editor.selection.active;
  const place = [editor.document.uri.toString(), { line, character }];
  await page(parts, "What Is Sent", async () => {
    const found = await parts.server.ask<Prompt>("infill-ls.prompt", ...place);
    return found && promptPage(found);
  });
}

async function doctor(parts: Parts): Promise<void> {
  await page(parts, "Doctor", async () => {
    const checks = await parts.server.ask<Check[]>("infill-ls.doctor");
    return checks && doctorPage([serverCheck(parts.server), ...checks]);
  });
}

/** Find engines and show them; with `write`, put the settings for one into the user's file, and start anew with them. */
async function setup(parts: Parts, write: boolean): Promise<void> {
  await page(parts, "Engines", async () => {
    const found = await parts.server.ask<SetUp>("infill-ls.setup", { write });
    if (found?.written) {
      await parts.server.restart();
    }
    return found && setupPage(found);
  });
}

function serverCheck({ state, program }: Server): Check {
  const name = "server";
  if (state.name === "running") {
    return { name, ok: true, sentence: `${program} is running.`, cause: null };
  }
  const sentences: Readonly<Record<State["name"], string>> = {
    absent: "The infill-ls server was not found.",
    unusable: "problem" in state ? state.problem : "",
    installing: "The server is being installed.",
    starting: `${program} has not answered yet.`,
    stopped: `${program} has stopped.`,
    running: "",
  };
  const cause = state.name === "absent" ? "missing" : state.name === "unusable" ? "settings" : "stopped";
  return { name, ok: false, sentence: sentences[state.name], cause };
}

function nothingOpen(): void {
  void vscode.window.showInformationMessage("infill-ls: open a file first.");
}

/** In a remote window all that says where code is sent stands on the machine where the files are. */
function openSettings(): Thenable<unknown> {
  const where = vscode.env.remoteName === undefined ? "workbench.action.openSettings" : "workbench.action.openRemoteSettings";
  return vscode.commands.executeCommand(where, { query: `@ext:infill-ls.${SECTION}` });
}

// On and off, by language or file: entries of `completion.languages`...

const LANGUAGES = "completion.languages";
const { Global, Workspace } = vscode.ConfigurationTarget;

/** Whether a document is switched off, by which entry. */
export function offBy(document: vscode.TextDocument): string | undefined {
  return switchedOffBy(
    tables().map(({ entries }) => entries),
    placeOf(document),
  );
}

/** Every table that switches the document off is made to let it; else one is made to switch it off. */
async function switchPlace(name: (document: vscode.TextDocument) => string, target: vscode.ConfigurationTarget): Promise<void> {
  const document = inFront()?.document;
  if (document === undefined) {
    return nothingOpen();
  }
  const off = tables().filter(({ entries }) => switchedOffBy([entries], placeOf(document)) !== undefined);
  for (const table of off.length > 0 ? off : tables().filter((each) => each.target === target)) {
    const entries = withEntry(table.entries, name(document), off.length > 0);
    await vscode.workspace.getConfiguration(SECTION).update(LANGUAGES, entries, table.target);
  }
}

function tables(): { target: vscode.ConfigurationTarget; entries: Languages }[] {
  const written = vscode.workspace.getConfiguration(SECTION).inspect<Languages>(LANGUAGES);
  return [
    { target: Global, entries: written?.globalValue ?? {} },
    { target: Workspace, entries: written?.workspaceValue ?? {} },
  ];
}

function verb(document: vscode.TextDocument): string {
  return offBy(document) === undefined ? "Switch off" : "Switch on";
}

function languageOf(document: vscode.TextDocument): string {
  return document.languageId;
}

function globOf(document: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(document.uri, false).replace(/[[*?]/g, "[$&]");
}

function fileTarget(): vscode.ConfigurationTarget {
  return vscode.workspace.workspaceFolders === undefined ? Global : Workspace;
}
