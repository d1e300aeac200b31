/** Installs the server that comes with this extension into an environment of its own. Touches no other. */

import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { findPythons, inEnvironment } from "./find";
import { machine, placesOf, privateEnvironment } from "./server";
import { SECTION } from "./settings";

const run = promisify(execFile);
const OLDEST = "(3, 11)";
const MARK = "installed.txt";

/** Make the environment anew, with progress. Throws an error whose message is for people. */
export async function install(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const title = "infill-ls: installing the server";
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const folder = context.globalStorageUri.fsPath;
    mkdirSync(folder, { recursive: true });
    // Isolated, and away from the workspace: otherwise Python would take modules from the current folder.
    const python = async (program: string, ...args: string[]): Promise<string> =>
      (await run(program, ["-I", ...args], { cwd: folder, signal: stop.signal, windowsHide: true })).stdout;
    try {
      progress.report({ message: "environment" });
      const environment = privateEnvironment(context);
      rmSync(environment, { recursive: true, force: true });
      await python(await usablePython(context, python), "-m", "venv", environment);
      progress.report({ message: "packages" });
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
      const wheel = bundledWheel(context);
      const inside = inEnvironment(environment, "python", process.platform);
      await python(inside, ...pip, wheel);
      writeFileSync(path.join(environment, MARK), path.basename(wheel));
      progress.report({ message: "grammars" });
      // Not every system has wheels of all grammars; they make suggestions better, and the server does without.
      await python(inside, ...pip, "--only-binary", ":all:", `${wheel}[syntax]`).catch((error: unknown) =>
        channel.warn("installed without grammars", String(error)),
      );
    } catch (error) {
      channel.error("installing the server failed", String(error));
      throw error;
    }
  });
}

/** Let the user say where the server is. */
export async function chooseProgram(): Promise<void> {
  const title = "Where is the program infill-ls?";
  const chosen = await vscode.window.showOpenDialog({ title, openLabel: "Use This Program" });
  const file = chosen?.[0];
  if (file !== undefined) {
    await vscode.workspace.getConfiguration(SECTION).update("server.path", file.fsPath, vscode.ConfigurationTarget.Global);
  }
}

/** Whether the private environment holds a server of another version than the one that comes with this extension. */
export function isOutdated(context: vscode.ExtensionContext): boolean {
  try {
    const mark = readFileSync(path.join(privateEnvironment(context), MARK), "utf8");
    return mark !== path.basename(bundledWheel(context));
  } catch {
    return false; // nothing is installed there
  }
}

function bundledWheel(context: vscode.ExtensionContext): string {
  const folder = path.join(context.extensionPath, "dist");
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    throw new Error("This build of the extension brings no server along.");
  }
  return path.join(folder, wheel);
}

async function usablePython(
  context: vscode.ExtensionContext,
  python: (program: string, ...args: string[]) => Promise<string>,
): Promise<string> {
  for (const program of findPythons(await placesOf(context), machine())) {
    const answer = await python(program, "-c", `import sys; print(sys.version_info >= ${OLDEST})`).catch(() => "");
    if (answer.trim() === "True") {
      return program;
    }
  }
  throw new Error("No Python 3.11 or newer was found on your PATH: install one, then try again.");
}
