/** What VS Code's settings say to the server, and in which layer. Knows no setting by name but two. */

/** The three places where a setting can have been written down; a default is nobody's wish and counts as none. */
export interface Written {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
}

/** The settings of the server, as `contributes.configuration` lists them, without the section. */
export interface Keys {
  /** Only the user sets them; the server takes them at its start. */
  readonly user: readonly string[];
  /** A workspace may set them; the server asks for them anew when they change. */
  readonly any: readonly string[];
}

export type Inspect = (key: string) => Written | undefined;

export const SECTION = "infill-ls";
const OF_THE_EXTENSION = ["server.", "trace."];
/** Every layer adds to it, and no layer takes away; so it must be known before the first file is read. */
const ADDS_UP = "privacy.exclude";

/** The properties of `contributes.configuration`, whatever the sections of the settings page. */
export function propertiesOf<Property>(
  configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[],
): Record<string, Property> {
  return Object.assign({}, ...configuration.map((section) => section.properties)) as Record<string, Property>;
}

/** Sorts settings by who may set them: those of machine scope are the user's alone. */
export function keysOf(properties: Readonly<Record<string, { readonly scope?: string }>>): Keys {
  const own = Object.entries(properties)
    .map(([name, property]) => [name.slice(SECTION.length + 1), property.scope] as const)
    .filter(([key]) => !OF_THE_EXTENSION.some((start) => key.startsWith(start)));
  return {
    user: own.filter(([, scope]) => scope === "machine").map(([key]) => key),
    any: own.filter(([, scope]) => scope !== "machine").map(([key]) => key),
  };
}

/** `initializationOptions`: what the user alone may set, from the user's own settings and nowhere else. */
export function startOptions(keys: Keys, inspect: Inspect): Record<string, unknown> {
  const written = [...keys.user, ADDS_UP].map((key) => [key, inspect(key)?.globalValue] as const);
  return { status: true, ...Object.fromEntries(written.filter(([, value]) => isSet(value))) };
}

/** The answer to `workspace/configuration`. */
export function workspaceSection(keys: Keys, inspect: Inspect): Record<string, unknown> {
  const written = keys.any.map((key) => [key, inForce(key, inspect(key))] as const);
  return Object.fromEntries(written.filter(([, value]) => isSet(value)));
}

/** The environment of the server: the editor's own, and the keys. */
export function environmentOf(
  base: Readonly<Record<string, string | undefined>>,
  keys: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  return { ...base, ...keys };
}

function inForce(key: string, written: Written | undefined): unknown {
  if (key === ADDS_UP) {
    return written?.workspaceValue;
  }
  const [user, workspace] = [written?.globalValue, written?.workspaceValue];
  return isTable(user) && isTable(workspace) ? { ...user, ...workspace } : (workspace ?? user);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
