/** The extension: joins server, status bar, menu and commands. The server does the work. */

import * as vscode from "vscode";
import { chooseProgram, install, isOutdated } from "./install";
import { enterKey, storedKeys } from "./keys";
import { commands, inFront, menu, offBy, type Parts } from "./menu";
import { installFailure, plain } from "./messages";
import { NextEdits } from "./next";
import { Pages } from "./pages";
import { Server, type Said } from "./server";
import { SECTION } from "./settings";
import { shown, type Front, type State } from "./status";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel("infill-ls", { log: true });
  const server = new Server(context, channel, () => storedKeys(context));
  const pages = new Pages();
  const parts: Parts = {
    server,
    pages,
    channel,
    install: () => server.replace(() => installed(context, channel)),
    enterKey: () => enterKey(context),
  };
  context.subscriptions.push(
    channel,
    server,
    pages,
    new NextEdits(server),
    statusBar(server),
    server.onDidChange((state) => offerInstallation(state, parts)),
    server.onDidSay(show),
    vscode.workspace.onDidChangeConfiguration((event) => server.settingsChanged(event)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    context.secrets.onDidChange(() => server.restart()),
    vscode.commands.registerCommand("infillLs.menu", () => menu(parts)),
    ...Object.entries(commands(parts)).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
  await (isOutdated(context) ? parts.install() : server.restart());
}

function statusBar(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("infill-ls", vscode.StatusBarAlignment.Right, 100);
  item.name = "infill-ls";
  const draw = (): void => {
    const { text, tooltip, severity } = shown(server.state, front());
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.backgroundColor =
      severity === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
    item.command = server.state.name === "absent" ? "infillLs.install" : "infillLs.menu";
    item.show();
  };
  draw();
  return vscode.Disposable.from(
    item,
    server.onDidChange(draw),
    vscode.window.onDidChangeActiveTextEditor(draw),
    vscode.window.onDidChangeVisibleTextEditors(draw),
    vscode.workspace.onDidChangeConfiguration(draw),
  );
}

/** What the settings say of the document in front. */
function front(): Front {
  const document = inFront()?.document;
  return {
    offBy: document && offBy(document),
    manual: vscode.workspace.getConfiguration(SECTION).get("completion.trigger") === "manual",
  };
}

let offered = false;

/** Once per window: whoever says no finds it in the status bar. */
async function offerInstallation(state: State, parts: Parts): Promise<void> {
  if (offered || (state.name !== "absent" && state.name !== "unusable")) {
    return;
  }
  offered = true;
  if (state.name === "unusable") {
    const answer = await vscode.window.showWarningMessage(`infill-ls: ${plain(state.problem)}`, "Open Settings");
    await (answer && vscode.commands.executeCommand("infillLs.settings"));
    return;
  }
  const words = "infill-ls needs its server (Python 3.11+, some 50 MB). Install it just for VS Code?";
  const answer = await vscode.window.showInformationMessage(words, "Install", "I have it…");
  if (answer === "Install") {
    await parts.install();
  } else if (answer !== undefined) {
    await chooseProgram();
  }
}

/** A message of the server's, with what helps. */
async function show({ message, cause }: Said): Promise<void> {
  const helps: Readonly<Record<string, string>> = {
    ...(cause === "auth" && { "Enter an API Key…": "infillLs.enterKey" }),
    "Run the Doctor": "infillLs.doctor",
  };
  const answer = await vscode.window.showWarningMessage(message, ...Object.keys(helps));
  await (answer && vscode.commands.executeCommand(helps[answer] ?? ""));
}

async function installed(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel): Promise<void> {
  try {
    await install(context, channel);
  } catch (error) {
    const { stdout = "" } = error as { stdout?: string };
    const reason = installFailure(`${stdout}\n${error instanceof Error ? error.message : String(error)}`);
    const helps: Readonly<Record<string, () => unknown>> = {
      "Try Again": () => vscode.commands.executeCommand("infillLs.install"),
      "Show the Log": () => channel.show(),
    };
    const words = `infill-ls: the server was not installed. ${reason}`;
    void vscode.window.showErrorMessage(words, ...Object.keys(helps)).then((answer) => answer && helps[answer]?.());
  }
}
