/** The server's records, as it sends them. What a server of another version leaves out is undefined. */

/** A record of `infill-ls.why`. */
export interface Outcome {
  readonly time: string;
  readonly trigger: string;
  readonly outcome: string;
  readonly sentence?: string;
  readonly ms: { readonly total: number };
}

/** A day with a model, of `infill-ls.usage`. */
export interface Entry {
  readonly day: string;
  readonly model: string;
  readonly calls: number;
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly shown: number;
  readonly accepted: number;
  /** Tokens of calls that the service did not count; part of no other number. */
  readonly estimated: number;
  /** Calls that the cost leaves out. */
  readonly unpriced: number;
  readonly cost: readonly (readonly [string, number])[];
  /** Suggestions for which the model could look things up, and their tokens, which are part of the other numbers. */
  readonly deep?: number;
  readonly deep_tokens?: number;
  /** Calls for next edits, and their tokens; part of the other numbers. */
  readonly next_edit_calls?: number;
  readonly next_edit_tokens?: number;
}

/** One thing that `infill-ls.doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly sentence: string;
  readonly cause: string | null;
}

/** What `infill-ls.setup` gives. */
export interface SetUp {
  readonly found: readonly {
    readonly kind: string;
    readonly address: string;
    readonly model: string;
    readonly fills: boolean | null;
  }[];
  /** What to install, where nothing was found. */
  readonly install: string | null;
  /** What is proposed, as a settings file has it. */
  readonly lines: string | null;
  readonly written: string | null;
  /** Why nothing was written although that was wanted. */
  readonly problem: string | null;
  readonly checks: readonly Check[];
}

/** What `infill-ls.prompt` gives. */
export interface Prompt {
  /** Why nothing is sent, where nothing is. */
  readonly unsent?: string | null;
  readonly model?: string;
  readonly mode?: string;
  readonly max_tokens?: number;
  readonly stop?: readonly string[];
  readonly text?: string;
  readonly messages?: readonly Message[];
  readonly context?: Context;
}

export interface Message {
  readonly role: string;
  readonly content: string;
  readonly partial: boolean;
  readonly images?: readonly string[];
}

export interface Context {
  readonly prefix: string;
  readonly suffix: string;
  readonly path: string;
  readonly language: string;
  readonly neighbors?: readonly Neighbor[];
}

/** A piece of another file. */
export interface Neighbor {
  readonly path: string;
  readonly text: string;
  /** Why it is sent, a sentence without a full stop for each of its lines. */
  readonly reasons?: readonly string[];
}
