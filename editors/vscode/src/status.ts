/** What the status bar shows for each state of the server, and for the document in front. Shows nothing itself. */

/** `infill-ls/status`, as the server sends it. */
export interface ServerStatus {
  readonly busy: boolean;
  readonly kind: "normal" | "warning" | "error" | "inactive";
  readonly message: string;
  readonly model: string;
  /** The outcome that a warning or an error comes from. */
  readonly cause?: string | null;
}

export type State =
  | { readonly name: "starting" | "stopped" | "installing" | "absent" }
  | { readonly name: "unusable"; readonly problem: string }
  | { readonly name: "running"; readonly status: ServerStatus | undefined };

/** What is special about the document in front: the entry that switches it off, or that suggestions wait for a key. */
export interface Front {
  readonly offBy: string | undefined;
  readonly manual: boolean;
}

export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
}

const ICONS = { normal: "sparkle", warning: "warning", error: "error", inactive: "circle-slash" } as const;

/** Text, tooltip and colour. */
export function shown(state: State, front: Front): Shown {
  switch (state.name) {
    case "starting":
      return of("loading~spin", "starting");
    case "installing":
      return of("loading~spin", "installing its server");
    case "absent":
      return of("cloud-download", "needs its server; click to install it");
    case "stopped":
      return of("circle-slash", "the server has stopped", "error");
    case "unusable":
      return of("error", state.problem, "error");
    case "running":
      return running(state.status, front);
  }
}

function running(status: ServerStatus | undefined, { offBy, manual }: Front): Shown {
  if (status?.kind === "inactive") {
    return of(ICONS.inactive, "switched off in this window");
  }
  if (offBy !== undefined) {
    return of(ICONS.inactive, `switched off for ${offBy}`);
  }
  if (status === undefined) {
    return of("sparkle", "ready");
  }
  const icon = status.busy && status.kind === "normal" ? "loading~spin" : ICONS[status.kind];
  const model = status.model === "local" ? "completes from your own code, without a network" : `asks ${status.model}`;
  const words = status.message || (manual ? `${model}, when you ask for it` : model);
  return of(icon, words, status.kind === "normal" ? "none" : status.kind);
}

function of(icon: string, words: string, severity: Shown["severity"] = "none"): Shown {
  return { text: `$(${icon}) infill`, tooltip: `infill-ls: ${words}`, severity };
}
