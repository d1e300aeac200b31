/** The server's life: found, started with settings and keys, started again after a crash, ended with the window. */

import { accessSync, constants, mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  State as ClientState,
  TransportKind,
  type CloseHandlerResult,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { findServer, type Machine, type Places } from "./find";
import { plain } from "./messages";
import { environmentOf, keysOf, propertiesOf, SECTION, startOptions, workspaceSection, type Keys, type Written } from "./settings";
import type { ServerStatus, State } from "./status";
import { Taken } from "./taken";

const DOCUMENTS = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme }));
const PARTLY_ACCEPTED = "textDocument/didPartiallyAcceptCompletion";
const MOST_CRASHES = 4;
const CRASHES_COUNT_MS = 3 * 60 * 1000;

/** A message for the user, and the outcome that it comes from, where it is about one. */
export interface Said {
  readonly message: string;
  readonly cause: string | undefined;
}

/** The last suggestions that came, and the place that they are for. */
export interface Suggested {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly position: vscode.Position;
  readonly items: readonly vscode.InlineCompletionItem[];
}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private last: Promise<void> = Promise.resolve();
  private started = "";
  private restarts = 0;
  private on = true;
  private readonly keys: Keys;
  private readonly taken = new Taken((command, acceptedLength) => {
    void this.client?.sendNotification(PARTLY_ACCEPTED, { item: { command }, acceptedLength });
  });
  private readonly changes = new vscode.EventEmitter<State>();
  readonly onDidChange = this.changes.event;
  private readonly messages = new vscode.EventEmitter<Said>();
  /** What the server has to say to the user. */
  readonly onDidSay = this.messages.event;
  private readonly suggestions = new vscode.EventEmitter<Suggested>();
  readonly onDidSuggest = this.suggestions.event;
  private current: State = { name: "starting" };
  /** The program that runs, or was tried. */
  program = "";

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly channel: vscode.LogOutputChannel,
    private readonly secrets: () => Promise<Record<string, string>>,
  ) {
    const manifest = context.extension.packageJSON as {
      contributes: { configuration: { properties: Record<string, { scope?: string }> }[] };
    };
    this.keys = keysOf(propertiesOf(manifest.contributes.configuration));
  }

  /** Start it, or start it anew with the settings and keys of now. One start runs after the other. */
  restart(): Promise<void> {
    this.restarts += 1;
    this.last = this.last
      .then(() => this.stopNow())
      .then(() => this.startNow())
      .finally(() => (this.restarts -= 1));
    return this.last;
  }

  /** Start it anew with another program, which `install` brings. */
  replace(install: () => Promise<void>): Promise<void> {
    this.last = this.last
      .then(() => this.stopNow()) // a running program cannot be replaced everywhere
      .then(() => this.become({ name: "installing" }))
      .then(install)
      .then(() => this.startNow());
    return this.last;
  }

  /** Start it anew if what it is told only at its start has changed. */
  async settingsChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (event.affectsConfiguration(`${SECTION}.server`) || JSON.stringify(this.options()) !== this.started) {
      await this.restart();
    }
  }

  /** A command of the server's own; undefined where no server runs. */
  async ask<Result>(command: string, ...args: unknown[]): Promise<Result | undefined> {
    await this.last;
    if (this.client?.state !== ClientState.Running) {
      return undefined;
    }
    try {
      return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as Result;
    } catch (error) {
      throw new Error(plain(String(error)));
    }
  }

  /** A request beyond the protocol; undefined where no server runs, or it fails. */
  async request<Result>(method: string, params: unknown): Promise<Result | undefined> {
    if (this.client?.state !== ClientState.Running) {
      return undefined;
    }
    return this.client.sendRequest<Result>(method, params).catch(() => undefined);
  }

  /** Switch completions on or off in this window; a server that is started anew is told again. */
  async toggle(): Promise<void> {
    this.on = !this.on;
    await this.ask("infill-ls.toggle", this.on);
  }

  get isOn(): boolean {
    return this.on;
  }

  get state(): State {
    return this.current;
  }

  async dispose(): Promise<void> {
    this.taken.dispose();
    this.changes.dispose();
    this.messages.dispose();
    this.suggestions.dispose();
    await this.last;
    await this.stopNow();
  }

  private async startNow(): Promise<void> {
    const found = findServer(await placesOf(this.context), machine());
    if (found === undefined || "problem" in found) {
      this.become(found === undefined ? { name: "absent" } : { name: "unusable", ...found });
      return;
    }
    this.program = found.command;
    mkdirSync(this.context.globalStorageUri.fsPath, { recursive: true });
    this.started = JSON.stringify(this.options());
    const command = {
      command: found.command,
      args: ["--trust-editor"],
      transport: TransportKind.stdio,
      options: {
        // Not the workspace: some systems look for programs in the current folder first.
        cwd: this.context.globalStorageUri.fsPath,
        env: environmentOf(process.env, await this.secrets()) as NodeJS.ProcessEnv,
      },
    };
    this.become({ name: "starting" });
    const client = new LanguageClient(SECTION, "infill-ls", command, this.clientOptions());
    this.client = client;
    this.watch(client);
    this.channel.info(`starting ${found.command}`);
    try {
      await client.start();
    } catch (error) {
      this.channel.error(`${found.command} cannot be started`, String(error));
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that failed to start, or is about to be started after a crash, can refuse to be stopped.
    await client?.dispose().catch((error: unknown) => this.channel.warn("stopping", String(error)));
  }

  private become(state: State): void {
    this.current = state;
    this.changes.fire(state);
  }

  private watch(client: LanguageClient): void {
    let status: ServerStatus | undefined;
    const tell = (): void => {
      if (this.client === client) {
        this.become(stateOf(client.state, status));
      }
    };
    client.onNotification("infill-ls/status", (news: ServerStatus) => {
      status = news;
      tell();
    });
    // In place of the client's own way, which would make links of what a service says.
    client.onNotification("window/showMessage", ({ message }: { message: string }) => {
      this.messages.fire({ message: plain(message), cause: status?.cause ?? undefined });
    });
    client.onDidChangeState(async ({ newState }) => {
      tell();
      if (newState === ClientState.Running && !this.on) {
        await this.ask("infill-ls.toggle", false);
      }
    });
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      initializationOptions: () => this.options(),
      outputChannel: this.channel,
      errorHandler: new Patience(),
      initializationFailedHandler: (error) => {
        this.channel.error("the server could not be initialized", String(error));
        return false;
      },
      middleware: {
        provideInlineCompletionItems: async (document, position, context, token, next) => {
          const { version } = document;
          const found = await next(document, position, context, token);
          const items = found ? (Array.isArray(found) ? found : found.items) : [];
          this.taken.arrived(document, position, version === document.version ? items : []);
          this.suggestions.fire({ document, version, position, items });
          return found;
        },
        workspace: {
          // Whatever the server asks for, it gets its own section, without defaults and without the user's alone.
          configuration: (params) => params.items.map(() => workspaceSection(this.keys, inspect)),
          // It pulls; what comes along with the news would hold everything. One that is about to be started anew has
          // no need of news, and the client would tell the user that they could not be sent.
          didChangeConfiguration: async (_sections, next) => (this.restarts > 0 ? undefined : next(undefined)),
        },
      },
    };
  }

  private options(): Record<string, unknown> {
    return startOptions(this.keys, inspect);
  }
}

/** What `findServer` has to know of this window. */
export async function placesOf(context: vscode.ExtensionContext): Promise<Places> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  return {
    setting: vscode.workspace.getConfiguration(SECTION).inspect<string>("server.path")?.globalValue ?? "",
    folders: folders.map((folder) => folder.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    interpreters: vscode.workspace.isTrusted ? await chosenInterpreters(folders) : [],
    privateEnvironment: privateEnvironment(context),
  };
}

export function privateEnvironment(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, "environment").fsPath;
}

export function machine(): Machine {
  return {
    platform: process.platform,
    home: homedir(),
    searchPath: process.env["PATH"] ?? "",
    isProgram,
    real: (file) => orElse(() => realpathSync(file), file),
  };
}

function isProgram(file: string): boolean {
  return orElse(() => {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  }, false);
}

function orElse<Value>(attempt: () => Value, otherwise: Value): Value {
  try {
    return attempt();
  } catch {
    return otherwise;
  }
}

/** Those that the Python extension knows, where there is one. */
async function chosenInterpreters(folders: readonly vscode.WorkspaceFolder[]): Promise<string[]> {
  interface Python {
    environments?: { getActiveEnvironmentPath(folder: vscode.Uri): { path: string } };
  }
  const python = vscode.extensions.getExtension<Python>("ms-python.python");
  const environments = (await python?.activate())?.environments;
  return folders.flatMap((folder) => environments?.getActiveEnvironmentPath(folder.uri).path ?? []);
}

function inspect(key: string): Written | undefined {
  return vscode.workspace.getConfiguration(SECTION).inspect(key);
}

function stateOf(state: ClientState, status: ServerStatus | undefined): State {
  if (state === ClientState.Running) {
    return { name: "running", status };
  }
  return { name: state === ClientState.Starting ? "starting" : "stopped" };
}

/** Starts the server again after a crash, and says so once; gives up where it crashes again and again. */
class Patience implements ErrorHandler {
  private crashes: number[] = [];

  error(): { action: ErrorAction; handled: boolean } {
    return { action: ErrorAction.Continue, handled: true }; // a broken pipe: `closed` follows
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < CRASHES_COUNT_MS), now];
    if (this.crashes.length > MOST_CRASHES) {
      const message = "infill-ls: the server keeps crashing and was not restarted; see its log.";
      return { action: CloseAction.DoNotRestart, message };
    }
    if (this.crashes.length === 1) {
      void vscode.window.showWarningMessage("infill-ls: the server ended unexpectedly and was restarted.");
    }
    return { action: CloseAction.Restart, handled: true };
  }
}
