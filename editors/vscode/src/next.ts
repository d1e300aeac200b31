/** Next edits: what the server would change next, shown where it is. One press goes there, another makes it. */

import * as vscode from "vscode";
import type { Server, Suggested } from "./server";

const PAUSE_MS = 150;
/** For so long after an edit was made, a key pressed at once waits for the edit after it. */
const HOLD_MS = 300;

interface Answer {
  readonly edits: readonly {
    readonly text: string;
    readonly range: { readonly start: vscode.Position; readonly end: vscode.Position };
    readonly data: { readonly id: string };
  }[];
}

interface Edit {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly range: vscode.Range;
  readonly text: string;
  /** What the lines of the range are when it has been made. */
  readonly made: string;
  readonly id: string;
}

/** What there is to do next in this version of a document. */
interface Known {
  readonly version: number;
  readonly edit: Edit | undefined;
}

/** What is drawn, and where. */
interface Found {
  readonly edit: Edit;
  readonly editor: vscode.TextEditor;
}

/** An edit is being made, after which the document has this version. */
interface Hold {
  readonly version: number;
  /** Comes with what there is to do next; whether the user has done nothing else meanwhile. */
  readonly isKept: Promise<boolean>;
}

export class NextEdits implements vscode.Disposable {
  /** Of every document that was asked about; it may be shown again. */
  private readonly known = new WeakMap<vscode.TextDocument, Known>();
  private hold: Hold | undefined;
  private ghost: Suggested | undefined;
  /** Questions so far: an answer to any but the last comes too late. */
  private questions = 0;
  /** Times that something else was to be shown, as keys are set later than that. */
  private shows = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly gone = vscode.window.createTextEditorDecorationType({
    textDecoration: "line-through",
    backgroundColor: new vscode.ThemeColor("diffEditor.removedTextBackground"),
  });
  private readonly added = vscode.window.createTextEditorDecorationType({});
  private readonly hint = vscode.window.createTextEditorDecorationType({});
  private readonly parts: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.parts = vscode.Disposable.from(
      this.gone,
      this.added,
      this.hint,
      vscode.workspace.onDidChangeTextDocument((event) => this.changed(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.turned(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => this.moved(kind)),
      vscode.window.onDidChangeTextEditorVisibleRanges(() => this.show()),
      server.onDidSuggest((suggested) => this.suggested(suggested)),
      vscode.commands.registerCommand("infillLs.nextEdit", (key?: string) => this.go(key === "tab")),
      vscode.commands.registerCommand("infillLs.nextEditEverywhere", () => this.everywhere()),
      vscode.commands.registerCommand("infillLs.dismissNextEdit", () => this.dismiss()),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.parts.dispose();
  }

  /** What was offered is for another text; where it is made in another way, as ghost text, that is as good as by its key. */
  private changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    // Being saved is told as a change of nothing.
    if (contentChanges.length === 0 || document !== vscode.window.activeTextEditor?.document) {
      return;
    }
    if (document.version !== this.hold?.version) {
      this.hold = undefined;
    }
    const edit = this.known.get(document)?.edit;
    this.known.delete(document);
    clearTimeout(this.timer);
    if (edit !== undefined && reason === undefined && isMadeBy(contentChanges, edit)) {
      this.accepted(edit);
      this.holdUntil(this.ask(), document.version);
    } else {
      this.timer = setTimeout(() => void this.ask(), PAUSE_MS);
    }
    this.show();
  }

  /** What was offered in this editor before still is, unless its document has changed since. */
  private turned(editor: vscode.TextEditor | undefined): void {
    this.hold = undefined;
    this.show();
    if (editor !== undefined && this.known.get(editor.document)?.version !== editor.document.version) {
      void this.ask();
    }
  }

  private moved(kind: vscode.TextEditorSelectionChangeKind | undefined): void {
    const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
    if (kind === Keyboard || kind === Mouse) {
      this.hold = undefined;
    }
    this.show();
  }

  private suggested(suggested: Suggested): void {
    this.ghost = suggested;
    this.show();
  }

  private async ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      return;
    }
    const { document } = editor;
    const version = document.version;
    const question = ++this.questions;
    const answer = await this.server.request<Answer>("infill-ls/nextEdit", {
      textDocument: { uri: document.uri.toString(), version },
      position: { line: editor.selection.active.line, character: editor.selection.active.character },
    });
    const [found] = answer?.edits ?? [];
    if (answer === undefined || question !== this.questions || document.version !== version) {
      return;
    }
    this.known.set(document, { version, edit: found && asEdit(document, found) });
    this.show();
  }

  /** The edit, and the editor that it is for, if nothing has changed since it came. */
  private pending(): Found | undefined {
    const editor = vscode.window.activeTextEditor;
    const edit = editor && this.known.get(editor.document)?.edit;
    return edit && edit.document.version === edit.version ? { edit, editor } : undefined;
  }

  /** The keys first: what is drawn says what they do. What is gone is taken away at once. */
  private show(): void {
    const found = this.pending();
    const isTabOurs = found !== undefined && takesTab(found);
    if (found === undefined) {
      this.draw(undefined);
    }
    const show = ++this.shows;
    void Promise.all([
      vscode.commands.executeCommand("setContext", "infillLs.nextEdit", found !== undefined),
      vscode.commands.executeCommand("setContext", "infillLs.nextEditTakesTab", isTabOurs || this.hold !== undefined),
    ]).then(() => show === this.shows && this.draw(found && !this.isGhostText(found) ? found : undefined));
  }

  private draw(found: Found | undefined): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const mine = found?.editor === editor ? found.edit : undefined;
      const isSeen = mine && editor.visibleRanges.some((range) => range.contains(mine.range.start));
      editor.setDecorations(this.gone, mine && isSeen ? [mine.range] : []);
      editor.setDecorations(this.added, mine && isSeen ? added(mine) : []);
      editor.setDecorations(this.hint, mine ? [isSeen ? keyOf(mine, editor) : pointer(mine, editor)] : []);
    }
  }

  /** Whether ghost text at the cursor says the same: drawn beside it, it would be read twice. */
  private isGhostText({ edit, editor }: Found): boolean {
    return (
      this.ghost?.document === edit.document &&
      this.ghost.version === edit.version &&
      this.ghost.position.isEqual(editor.selection.active) &&
      this.ghost.items.some((item) => isSame(item, edit))
    );
  }

  /** Go to the edit or, on its line, make it. */
  private async go(byTab: boolean): Promise<void> {
    const isHeld = this.hold !== undefined;
    while (this.hold !== undefined) {
      if (!(await this.hold.isKept)) {
        return;
      }
    }
    const found = this.pending();
    if (found !== undefined && (!byTab || (takesTab(found) && (isHeld || !this.isGhostText(found))))) {
      await this.goTo(found);
    } else if (byTab && (!isHeld || isInIndentation(vscode.window.activeTextEditor))) {
      // The key came before VS Code had heard that it means nothing here any more.
      // Where it was pressed for an edit after the last one, a tab is not what was meant.
      await vscode.commands.executeCommand("tab");
    }
  }

  private async goTo({ edit, editor }: Found): Promise<void> {
    if (editor.selection.active.line !== edit.range.start.line) {
      editor.selection = new vscode.Selection(edit.range.start, edit.range.start);
      editor.revealRange(edit.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
    await this.holdUntil(this.make(edit, editor), edit.version + 1).isKept;
  }

  /** Make the edit, and ask for the one after it. */
  private async make(edit: Edit, editor: vscode.TextEditor): Promise<void> {
    // Before it is made, or it would be drawn behind itself. The keys stay: they are held back from now on.
    this.known.delete(edit.document);
    this.shows += 1;
    this.draw(undefined);
    if (await editor.edit((builder) => builder.replace(edit.range, edit.text))) {
      this.accepted(edit);
      const end = endOf(edit);
      editor.selection = new vscode.Selection(end, end);
    }
    clearTimeout(this.timer);
    await this.ask();
  }

  private accepted(edit: Edit): void {
    void this.server.request("workspace/executeCommand", { command: "infill-ls.accept", arguments: [edit.id] });
  }

  /** Hold back keys from now on, until there is something to do in this version, or nothing for a while. */
  private holdUntil(known: Promise<void>, version: number): Hold {
    const ended = new Promise((resolve) => setTimeout(resolve, HOLD_MS));
    // One more press than there are edits is no tab, either, though it is known by then that nothing follows.
    const due = known.then(() => (this.pending() === undefined ? ended : undefined));
    const hold: Hold = { version, isKept: Promise.race([due, ended]).then(() => this.release(hold)) };
    this.hold = hold;
    return hold;
  }

  /** Keys are no longer held back; whether they were until now. */
  private release(hold: Hold): boolean {
    const isKept = this.hold === hold;
    if (isKept) {
      this.hold = undefined;
      this.show();
    }
    return isKept;
  }

  private async everywhere(): Promise<void> {
    const found = this.pending();
    await (found && this.server.ask("infill-ls.applyAll", found.edit.id));
  }

  private async dismiss(): Promise<void> {
    const found = this.pending();
    if (found !== undefined) {
      const { document, version } = found.edit;
      this.known.set(document, { version, edit: undefined });
      this.questions += 1;
      this.show();
      await this.server.ask("infill-ls.reject", found.edit.id, "rejected");
    }
  }
}

function asEdit(document: vscode.TextDocument, { text, range: { start, end }, data: { id } }: Answer["edits"][number]): Edit {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return { document, version: document.version, range, text, made: withText(document, range, text), id };
}

/** In the indentation Tab indents, except on the edit's own line; what is selected it replaces. */
function takesTab({ edit, editor }: Found): boolean {
  const { isEmpty, active } = editor.selection;
  return isEmpty && (active.line === edit.range.start.line || !isInIndentation(editor));
}

function isInIndentation(editor: vscode.TextEditor | undefined): boolean {
  if (editor === undefined) {
    return false;
  }
  const { active } = editor.selection;
  return editor.document.lineAt(active.line).text.slice(0, active.character).trim() === "";
}

/** What the lines of a range are when this text stands in its place. */
function withText(document: vscode.TextDocument, { start, end }: vscode.Range, text: string): string {
  const before = document.lineAt(start.line).text.slice(0, start.character);
  return before + text.replaceAll("\r\n", "\n") + document.lineAt(end.line).text.slice(end.character);
}

/** Whether these changes have made the edit, and nothing else. */
function isMadeBy(changes: readonly vscode.TextDocumentContentChangeEvent[], edit: Edit): boolean {
  const { document, range: { start, end }, made } = edit;
  const last = start.line + made.split("\n").length - 1;
  const isHere = changes.every(({ range }) => range.start.line >= start.line && range.end.line <= end.line);
  const grown = changes.reduce((sum, { range, text }) => sum + text.split("\n").length - 1 - (range.end.line - range.start.line), 0);
  if (document.version !== edit.version + 1 || !isHere || grown !== last - end.line) {
    return false;
  }
  const lines = new vscode.Range(new vscode.Position(start.line, 0), document.lineAt(last).range.end);
  return document.getText(lines).replaceAll("\r\n", "\n") === made;
}

/** Whether what is suggested at the cursor would do the same as the edit. */
function isSame({ range, insertText }: vscode.InlineCompletionItem, edit: Edit): boolean {
  return (
    typeof insertText === "string" &&
    range?.start.line === edit.range.start.line &&
    range.end.line === edit.range.end.line &&
    withText(edit.document, range, insertText) === edit.made
  );
}

/** Where the new text ends. */
function endOf({ range: { start }, text }: Edit): vscode.Position {
  const lines = text.split("\n");
  const last = lines[lines.length - 1] ?? "";
  return lines.length > 1
    ? new vscode.Position(start.line + lines.length - 1, last.length)
    : start.translate(0, last.length);
}

/** What comes, if it is more than nothing. */
function added(edit: Edit): vscode.DecorationOptions[] {
  if (edit.text === "") {
    return [];
  }
  const { end } = edit.range;
  // Blanks at the ends of what is put in by CSS are not drawn.
  // Nor are lines, which a decoration has one of.
  const contentText = edit.text.replace(/\n/g, " ⏎ ").replace(/[ \t]/g, "\u00a0");
  const backgroundColor = new vscode.ThemeColor("diffEditor.insertedTextBackground");
  // At one place, VS Code draws what comes before it first: the key stands behind the text.
  return [{ range: new vscode.Range(end, end), renderOptions: { before: { contentText, backgroundColor } } }];
}

/** The key that goes to an edit and makes it, behind the line where it begins. */
function keyOf(edit: Edit, editor: vscode.TextEditor): vscode.DecorationOptions {
  return hint(keyFor(edit, editor), edit.range.start.line, editor);
}

/** Where an edit off the screen is, and the key that goes there, behind the cursor's line. */
function pointer(edit: Edit, editor: vscode.TextEditor): vscode.DecorationOptions {
  const { line } = editor.selection.active;
  const arrow = edit.range.start.line > line ? "↓" : "↑";
  return hint(`${keyFor(edit, editor)}: next edit on line ${edit.range.start.line + 1} ${arrow}`, line, editor);
}

function keyFor(edit: Edit, editor: vscode.TextEditor): string {
  return takesTab({ edit, editor }) ? "Tab" : "Alt+]";
}

/** Words behind all that stands on a line. */
function hint(words: string, line: number, { document }: vscode.TextEditor): vscode.DecorationOptions {
  const { end } = document.lineAt(line).range;
  const contentText = `  ${words}`.replace(/ /g, "\u00a0");
  const color = new vscode.ThemeColor("editorGhostText.foreground");
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText, color } } };
}
