/** Parts of suggestions that are taken, by word or by line: the server is told, and the key for a word goes on working. */

import * as vscode from "vscode";
import { isSaidNext, lengthTaken, moved, nSaid, type Replaced, type Surplus, type Written } from "./parts";

/** While this is set, the suggestion goes on with a character that stands behind the cursor already. */
const SAID_NEXT = "infillLs.saidNext";

/** So often an edit is made anew. */
const MOST_TRIES = 5;

/** An item that the editor may show, and the offset at which its range ends now. */
interface Shown {
  readonly start: vscode.Position;
  readonly text: string;
  readonly replaced: Replaced;
  readonly command: vscode.Command | undefined;
  end: number;
}

export class Taken implements vscode.Disposable {
  private document: vscode.TextDocument | undefined;
  private items: Shown[] = [];
  private isSaidNext = false;
  private surplus: Surplus | undefined;
  private readonly edits = vscode.workspace.onDidChangeTextDocument((event) => this.edited(event));

  constructor(private readonly tell: (command: vscode.Command | undefined, acceptedLength: number) => void) {}

  dispose(): void {
    this.edits.dispose();
  }

  /** The items for a place have come. */
  arrived(document: vscode.TextDocument, position: vscode.Position, items: readonly vscode.InlineCompletionItem[]): void {
    this.document = document;
    this.items = items.flatMap((item) => shown(document, position, item) ?? []);
    this.note(position);
  }

  private edited({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.document) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      for (const item of this.items) {
        item.end += rangeOffset + rangeLength <= item.end ? text.length - rangeLength : 0;
      }
    }
    this.surplus = this.surplus && moved(this.surplus, contentChanges);
    const [change, ...others] = contentChanges;
    if (change === undefined || others.length > 0 || reason !== undefined) {
      return;
    }
    const place = document.positionAt(change.rangeOffset + change.text.length);
    let surplus = 0;
    for (const item of this.items) {
      const there = written(document, item, place);
      const length = lengthTaken(item.text, { inserted: change.text, written: there.text });
      if (length !== undefined) {
        this.tell(item.command, length);
        surplus = Math.max(surplus, nSaid(item.replaced, there));
      }
    }
    this.note(place);
    if (surplus > 0) {
      const start = document.offsetAt(place);
      this.surplus = { start, text: document.getText(new vscode.Range(place, place.translate(0, surplus))) };
      void this.takeAway(document);
    }
  }

  /**
   * In one step of undoing with what was taken, which has these characters again. VS Code refuses an edit of a document
   * that has changed meanwhile, as it does under someone who types on: then it is made for what there is now.
   */
  private async takeAway(document: vscode.TextDocument): Promise<void> {
    for (let n = 0; n < MOST_TRIES && this.surplus; n += 1) {
      const { start, text } = this.surplus;
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
      const editor = vscode.window.activeTextEditor;
      if (editor?.document !== document || document.getText(range) !== text) {
        break;
      }
      const undo = { undoStopBefore: false, undoStopAfter: false };
      if (await editor.edit((builder) => builder.delete(range), undo)) {
        break;
      }
    }
    this.surplus = undefined;
  }

  /**
   * VS Code's own key for a word works only where ghost text begins at the cursor; where the suggestion's next character
   * stands there already, it would move the cursor, and the suggestion would be gone.
   */
  private note(place: vscode.Position): void {
    const document = this.document;
    const isNext = this.items.some(
      (item) => document && isSaidNext(item.text, item.replaced, written(document, item, place)),
    );
    if (isNext !== this.isSaidNext) {
      this.isSaidNext = isNext;
      void vscode.commands.executeCommand("setContext", SAID_NEXT, isNext);
    }
  }
}

/** What has to be known of an item, from the time when it comes, to see parts of it taken. */
function shown(
  document: vscode.TextDocument,
  position: vscode.Position,
  { insertText, range, command }: vscode.InlineCompletionItem,
): Shown | undefined {
  if (range === undefined || typeof insertText !== "string") {
    return undefined;
  }
  const text = document.getText(new vscode.Range(position, range.end));
  const places = (command?.arguments?.[1] ?? []) as number[];
  return { start: range.start, text: insertText, replaced: { text, places }, command, end: document.offsetAt(range.end) };
}

/** How far an item is in the document that it is for, up to this place. */
function written(document: vscode.TextDocument, { start, end }: Shown, place: vscode.Position): Written {
  return {
    text: document.getText(new vscode.Range(start, place)),
    behind: document.getText(new vscode.Range(place, document.positionAt(end))),
  };
}
