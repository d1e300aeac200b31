/** What the status bar shows for each state of the server. Shows nothing itself. */

/** `infill-ls/status`, as the server sends it. */
export interface ServerStatus {
  readonly busy: boolean;
  readonly kind: "normal" | "warning" | "error" | "inactive";
  readonly message: string;
  readonly model: string;
}

export type State =
  | { readonly name: "starting" | "stopped" }
  | { readonly name: "missing"; readonly problem: string }
  | { readonly name: "running"; readonly status: ServerStatus | undefined };

export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
}

const ICONS = { normal: "sparkle", warning: "warning", error: "error", inactive: "circle-slash" } as const;

/** Text, tooltip and colour. */
export function shown(state: State): Shown {
  switch (state.name) {
    case "starting":
      return of("loading~spin", "starting");
    case "stopped":
      return of("circle-slash", "stopped", "error");
    case "missing":
      return of("error", state.problem, "error");
    case "running":
      return running(state.status);
  }
}

function running(status: ServerStatus | undefined): Shown {
  if (status === undefined) {
    return of("sparkle", "ready");
  }
  const icon = status.busy && status.kind === "normal" ? "loading~spin" : ICONS[status.kind];
  const model = status.model === "local" ? "completes from your own code, without a network" : `asks ${status.model}`;
  const words = status.kind === "inactive" ? "switched off" : status.message || model;
  return of(icon, words, status.kind === "warning" || status.kind === "error" ? status.kind : "none");
}

function of(icon: string, words: string, severity: Shown["severity"] = "none"): Shown {
  return { text: `$(${icon}) infill`, tooltip: `infill-ls: ${words}`, severity };
}
