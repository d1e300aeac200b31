/** The extension: joins server, status bar, menu and commands. The server does the work. */

import * as vscode from "vscode";
import { install, isOutdated } from "./install";
import { enterKey, storedKeys } from "./keys";
import { commands, menu, type Parts } from "./menu";
import { Pages } from "./pages";
import { Server } from "./server";
import { shown, type State } from "./status";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel("infill-ls", { log: true });
  const server = new Server(context, channel, () => storedKeys(context.secrets));
  const pages = new Pages();
  const parts: Parts = {
    server,
    pages,
    channel,
    install: () => installAndStart(context, channel, server),
    enterKey: () => enterKey(context.secrets),
  };
  context.subscriptions.push(
    channel,
    server,
    pages,
    statusBar(server),
    server.onDidChange((state) => offerInstallation(state, parts)),
    vscode.workspace.onDidChangeConfiguration((event) => server.settingsChanged(event)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    context.secrets.onDidChange(() => server.restart()),
    vscode.commands.registerCommand("infillLs.menu", () => menu(parts)),
    ...Object.entries(commands(parts)).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
  if (isOutdated(context)) {
    await installAndStart(context, channel, server);
  } else {
    await server.restart();
  }
}

function statusBar(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("infill-ls", vscode.StatusBarAlignment.Right, 100);
  item.name = "infill-ls";
  item.command = "infillLs.menu";
  const show = (state: State): void => {
    const { text, tooltip, severity } = shown(state);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.backgroundColor =
      severity === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
    item.show();
  };
  show({ name: "starting" });
  return vscode.Disposable.from(item, server.onDidChange(show));
}

let offered = false;

/** Once per window: whoever says no finds it in the menu. */
async function offerInstallation(state: State, parts: Parts): Promise<void> {
  if (state.name !== "missing" || offered) {
    return;
  }
  offered = true;
  const words = `infill-ls: ${state.problem} Install it into an environment of its own, for VS Code alone?`;
  const answer = await vscode.window.showWarningMessage(words, "Install", "Settings");
  if (answer === "Install") {
    await parts.install();
  } else if (answer === "Settings") {
    await vscode.commands.executeCommand("infillLs.settings");
  }
}

async function installAndStart(
  context: vscode.ExtensionContext,
  channel: vscode.LogOutputChannel,
  server: Server,
): Promise<void> {
  await server.stop(); // a running program cannot be replaced everywhere
  try {
    await install(context, channel);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split("\n").pop() : String(error);
    void vscode.window.showErrorMessage(`infill-ls: the server was not installed. ${reason}`);
  }
  await server.restart();
}
