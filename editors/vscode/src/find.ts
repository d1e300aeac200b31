/** Where the server is: a setting, a Python environment, the search path, the private environment. Runs nothing. */

import * as path from "node:path";

/** The machine as far as the search looks at it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly searchPath: string;
  /** Whether there is a program of that name. */
  isProgram(file: string): boolean;
  /** The same file without symbolic links; the name itself where nothing has it. */
  real(file: string): string;
}

/** What a window knows about where the server may be. */
export interface Places {
  /** `infill-ls.server.path`; empty for none. */
  readonly setting: string;
  readonly folders: readonly string[];
  /** Whether the user trusts the folders, so that programs in them may be run. */
  readonly trusted: boolean;
  /** Python interpreters that the user has chosen for the folders. */
  readonly interpreters: readonly string[];
  /** The environment that this extension installs the server into. */
  readonly privateEnvironment: string;
}

/** A program; or why the one that the setting names cannot be taken; or nothing, where there is none. */
export type Found = { readonly command: string } | { readonly problem: string } | undefined;

const NAME = "infill-ls";

/** The server's program, where there is one. */
export function findServer(places: Places, machine: Machine): Found {
  if (places.setting !== "") {
    return fromSetting(places, machine);
  }
  const command = candidates(places, machine).find((file) => mayRun(file, places, machine));
  return command === undefined ? undefined : { command };
}

/** The first Python of the search path that `mayRun`; its version is for the caller to ask. */
export function findPythons(places: Places, machine: Machine): string[] {
  const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  const files = [...(places.trusted ? places.interpreters : [])];
  files.push(...names.flatMap((name) => onPath(name, machine)));
  return files.filter((file) => mayRun(file, places, machine));
}

/** A program of a Python environment. */
export function inEnvironment(environment: string, name: string, platform: NodeJS.Platform): string {
  const system = platform === "win32" ? path.win32 : path.posix;
  return platform === "win32"
    ? system.join(environment, "Scripts", `${name}.exe`)
    : system.join(environment, "bin", name);
}

function fromSetting(places: Places, machine: Machine): Found {
  const command = places.setting.replace(/^~(?=[/\\])/, machine.home);
  if (!system(machine).isAbsolute(command) || !machine.isProgram(command)) {
    return { problem: `infill-ls.server.path is "${places.setting}", but there is no program at that path.` };
  }
  if (!mayRun(command, places, machine)) {
    return { problem: "infill-ls.server.path is inside this workspace, which is not trusted." };
  }
  return { command };
}

function candidates(places: Places, machine: Machine): string[] {
  const { join, dirname } = system(machine);
  const environments = places.trusted
    ? [
        ...places.interpreters.map((interpreter) => dirname(dirname(interpreter))),
        ...places.folders.flatMap((folder) => [join(folder, ".venv"), join(folder, "venv")]),
      ]
    : [];
  return [
    ...environments.map((environment) => inEnvironment(environment, NAME, machine.platform)),
    ...onPath(NAME, machine),
    join(machine.home, ".local", "bin", NAME), // editors started from a desktop often do not have it on their path
    inEnvironment(places.privateEnvironment, NAME, machine.platform),
  ];
}

function onPath(name: string, machine: Machine): string[] {
  const { join, isAbsolute, delimiter } = system(machine);
  const suffix = machine.platform === "win32" ? ".exe" : "";
  return machine.searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder)) // "" and "." would be whatever folder happens to be open
    .map((folder) => join(folder, name + suffix));
}

/** Nothing inside a folder is run unless the user trusts it, however the program was come by. */
function mayRun(file: string, places: Places, machine: Machine): boolean {
  if (!machine.isProgram(file)) {
    return false;
  }
  return places.trusted || !places.folders.some((folder) => isInside(file, folder, machine));
}

function isInside(file: string, folder: string, machine: Machine): boolean {
  const { relative, isAbsolute } = system(machine);
  return [file, machine.real(file)].some((each) =>
    [folder, machine.real(folder)].some((other) => {
      const way = relative(other, each);
      return !way.startsWith("..") && !isAbsolute(way);
    }),
  );
}

function system(machine: Machine): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}
