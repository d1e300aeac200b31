/**
 * Where suggestions are switched off: `completion.languages`, read as the server reads it.
 *
 * The user's table and the workspace's have to agree, so that a workspace can only switch off.
 */

export type Languages = Readonly<Record<string, boolean>>;

export interface Place {
  readonly language: string;
  readonly path: string;
}

/** The entry that switches a document off, if one does: of those in a table that fit, the last one decides. */
export function switchedOffBy(tables: readonly Languages[], place: Place): string | undefined {
  return tables.map((table) => offIn(table, place)).find((entry) => entry !== undefined);
}

function offIn(table: Languages, { language, path }: Place): string | undefined {
  const file = path.replaceAll("\\", "/");
  const fits = (pattern: string): boolean => pattern === language || globOf(pattern).test(file) || globOf(`*/${pattern}`).test(file);
  const last = Object.entries(table).findLast(([pattern]) => fits(pattern));
  return last?.[1] === false ? last[0] : undefined;
}

/** The entries with one more, which decides from now on. */
export function withEntry(languages: Languages | undefined, name: string, on: boolean): Languages {
  const others = Object.entries(languages ?? {}).filter(([each]) => each !== name);
  return Object.fromEntries([...others, [name, on]]);
}

/** As Python's `fnmatch`: an asterisk goes over slashes, too. */
function globOf(pattern: string): RegExp {
  const source = pattern.replace(/\[!?\]?[^\]]*\]|[^]/g, (part) => {
    if (part === "*") {
      return "[^]*";
    }
    if (part === "?") {
      return "[^]";
    }
    return part.length > 1 ? setOf(part.slice(1, -1)) : part.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`, "u");
}

function setOf(characters: string): string {
  const isNot = characters.startsWith("!");
  const inside = (isNot ? characters.slice(1) : characters).replace(/[\\^[\]&|~]/g, "\\$&");
  return `[${isNot ? "^" : ""}${inside}]`;
}
