/** What VS Code's settings say to the server, and in which layer. Knows no setting by name but two. */

/** The three places where a setting can have been written down; a default is nobody's wish and counts as none. */
export interface Written {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
}

/** The settings of the server, as `contributes.configuration` lists them, without the section. */
export interface Keys {
  /** Only the user sets them. */
  readonly user: readonly string[];
  /** A workspace may narrow them; the server asks for its values anew when they change. */
  readonly any: readonly string[];
}

export type Inspect = (key: string) => Written | undefined;

export const SECTION = "infill-ls";
const OF_THE_EXTENSION = ["server.", "trace."];

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

/**
 * `initializationOptions`: the user's own settings and nothing else. The server takes them for the user's, as
 * `--trust-editor` tells it to, so no value of a workspace may ever be among them.
 */
export function startOptions(keys: Keys, inspect: Inspect): Record<string, unknown> {
  const written = [...keys.user, ...keys.any].map((key) => [key, inspect(key)?.globalValue] as const);
  return { status: true, nextEdit: true, ...Object.fromEntries(written.filter(([, value]) => isSet(value))) };
}

/** The answer to `workspace/configuration`: the workspace's own values, which the server takes for a repository's. */
export function workspaceSection(keys: Keys, inspect: Inspect): Record<string, unknown> {
  const written = keys.any.map((key) => [key, inspect(key)?.workspaceValue] as const);
  return Object.fromEntries(written.filter(([, value]) => isSet(value)));
}

/** The environment of the server: the editor's own, and the keys. */
export function environmentOf(
  base: Readonly<Record<string, string | undefined>>,
  keys: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  return { ...base, ...keys };
}

/** An empty box of the settings page says nothing. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
