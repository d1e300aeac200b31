/** API keys: kept in VS Code's secret storage, given to the server in its environment, shown nowhere. */

import * as vscode from "vscode";
import { SECTION } from "./settings";

interface Variable {
  readonly variable: string;
  readonly label: string;
}

/** The variables in which the server looks for a key, and what each key is for. */
function variables(context: vscode.ExtensionContext): Variable[] {
  const known = (context.extension.packageJSON as Record<string, Variable[] | undefined>)[`${SECTION}.keys`] ?? [];
  const chosen = vscode.workspace.getConfiguration(SECTION).inspect<string>("provider.api_key_env")?.globalValue;
  const isNew = chosen && known.every(({ variable }) => variable !== chosen);
  return isNew ? [{ variable: chosen, label: "The variable in infill-ls.provider.api_key_env" }, ...known] : known;
}

/** All keys that the user has entered, by the variable that each goes into. */
export async function storedKeys(context: vscode.ExtensionContext): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { variable } of variables(context)) {
    const key = await context.secrets.get(variable);
    if (key) {
      found[variable] = key;
    }
  }
  return found;
}

/** Ask for a key and keep it; an empty one forgets the one that is kept. */
export async function enterKey(context: vscode.ExtensionContext): Promise<void> {
  const choices = variables(context).map(({ variable, label }) => ({ label, description: variable, variable }));
  const choice = await vscode.window.showQuickPick(choices, { title: "API key for…" });
  if (choice === undefined) {
    return;
  }
  const key = await vscode.window.showInputBox({
    title: `API key for ${choice.label}`,
    prompt: "The key is kept in VS Code's secret storage. Leave this empty to forget the stored key.",
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) {
    return;
  }
  const kept = key.trim();
  await (kept === "" ? context.secrets.delete(choice.variable) : context.secrets.store(choice.variable, kept));
}
