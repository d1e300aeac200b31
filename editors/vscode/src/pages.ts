/** Shows what the server says as a page to read, always in the same place. Neither runs nor loads anything. */

import * as vscode from "vscode";
import { pageOf, type Markup } from "./html";

/** The commands that a link on a page may run. */
const ACTIONS = ["enterKey", "settings", "install", "restart", "log", "doctor", "why", "setup", "setupWrite"].map((name) => `infillLs.${name}`);

export class Pages implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  /** Show a page beside what is being edited; the page before it goes. */
  show(title: string, body: Markup): void {
    this.panel ??= this.made();
    this.panel.title = `infill-ls: ${title}`;
    this.panel.webview.html = pageOf(title, body);
    this.panel.reveal();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private made(): vscode.WebviewPanel {
    const options = { enableScripts: false, enableCommandUris: ACTIONS, enableFindWidget: true, localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel("infillLs.page", "infill-ls", vscode.ViewColumn.Beside, options);
    panel.onDidDispose(() => (this.panel = undefined));
    return panel;
  }
}
