/** What a person can do: the commands of the palette, and the menu behind the status bar item. */

import * as vscode from "vscode";
import type { Pages } from "./pages";
import { describe, doctorPage, promptPage, usagePage, type Check, type Entry, type Outcome } from "./records";
import type { Server } from "./server";
import { SECTION } from "./settings";

export interface Parts {
  readonly server: Server;
  readonly pages: Pages;
  readonly channel: vscode.LogOutputChannel;
  readonly install: () => Promise<void>;
  readonly enterKey: () => Promise<void>;
}

type Run = () => Promise<unknown> | Thenable<unknown> | void;

/** The commands of the palette, by their names. */
export function commands(parts: Parts): Record<string, Run> {
  const { server, pages } = parts;
  return {
    "infillLs.toggle": () => server.toggle(),
    "infillLs.toggleLanguage": () => switchPlace((document) => document.languageId, vscode.ConfigurationTarget.Global),
    "infillLs.toggleFile": () => switchPlace(globOf, fileTarget()),
    "infillLs.why": () => why(server),
    "infillLs.prompt": () => prompt(parts),
    "infillLs.usage": async () => pages.show("Usage", usagePage(await server.ask<Entry[]>("infill-ls.usage"))),
    "infillLs.doctor": async () => pages.show("Doctor", doctorPage(await server.ask<Check[]>("infill-ls.doctor"))),
    "infillLs.clear": () => server.ask("infill-ls.clear"),
    "infillLs.enterKey": parts.enterKey,
    "infillLs.settings": () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:infill-ls.${SECTION}`),
    "infillLs.install": parts.install,
    "infillLs.restart": () => server.restart(),
    "infillLs.log": () => parts.channel.show(),
  };
}

/** The menu of the status bar item. */
export async function menu(parts: Parts): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const item = (icon: string, label: string, command: string): vscode.QuickPickItem & { command: string } => ({
    label: `$(${icon}) ${label}`,
    command,
  });
  const chosen = await vscode.window.showQuickPick(
    [
      parts.server.isOn
        ? item("circle-slash", "Switch off in this window", "infillLs.toggle")
        : item("sparkle", "Switch on in this window", "infillLs.toggle"),
      ...(document === undefined
        ? []
        : [
            item("code", `${verb(document.languageId)} for ${document.languageId}`, "infillLs.toggleLanguage"),
            item("file", `${verb(globOf(document))} for this file`, "infillLs.toggleFile"),
            item("question", "Why is there (no) suggestion?", "infillLs.why"),
            item("eye", "Show what is sent for this place", "infillLs.prompt"),
          ]),
      item("graph", "Usage", "infillLs.usage"),
      item("pulse", "Doctor: find out what is wrong", "infillLs.doctor"),
      item("key", "Enter an API key…", "infillLs.enterKey"),
      item("gear", "Settings", "infillLs.settings"),
      item("output", "Show the log", "infillLs.log"),
      item("debug-restart", "Restart the server", "infillLs.restart"),
    ],
    { title: "infill-ls" },
  );
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

async function why(server: Server): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const outcomes = (await server.ask<Outcome[]>("infill-ls.why", uri.toString())) ?? [];
  const none = [{ label: "Nothing has been asked for in this file yet." }];
  const title = "The last requests of this file, newest first";
  await vscode.window.showQuickPick(outcomes.length === 0 ? none : outcomes.map(describe), { title });
}

async function prompt({ server, pages }: Parts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return;
  }
  const { line, character } = editor.selection.active;
  const place = [editor.document.uri.toString(), { line, character }];
  await pages.show("Prompt", promptPage(await server.ask<object>("infill-ls.prompt", ...place)));
}

// On and off, by language or file: entries of `completion.languages`...

const LANGUAGES = "completion.languages";

async function switchPlace(
  nameOf: (document: vscode.TextDocument) => string,
  target: vscode.ConfigurationTarget,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    return;
  }
  const name = nameOf(document);
  const settings = vscode.workspace.getConfiguration(SECTION);
  const written = settings.inspect<Record<string, boolean>>(LANGUAGES);
  const before = target === vscode.ConfigurationTarget.Global ? written?.globalValue : written?.workspaceValue;
  const after = { ...before, [name]: isOff(name) };
  await settings.update(LANGUAGES, after, target);
}

function isOff(name: string): boolean {
  return vscode.workspace.getConfiguration(SECTION).get<Record<string, boolean>>(LANGUAGES)?.[name] === false;
}

function verb(name: string): string {
  return isOff(name) ? "Switch on" : "Switch off";
}

function globOf(document: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(document.uri, false).replace(/[[*?]/g, "[$&]");
}

function fileTarget(): vscode.ConfigurationTarget {
  return vscode.workspace.workspaceFolders === undefined
    ? vscode.ConfigurationTarget.Global
    : vscode.ConfigurationTarget.Workspace;
}
