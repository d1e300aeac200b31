/** Which program is taken for the server, and which is never run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findPythons, findServer, type Found, type Machine, type Places } from "../src/find";

const NOTHING: Places = { setting: "", folders: ["/repo"], trusted: true, interpreters: [], privateEnvironment: "/store/environment" };
const MISSING = "none";

interface Case {
  readonly programs: readonly string[];
  readonly places?: Partial<Places>;
  readonly searchPath?: string;
  readonly links?: Readonly<Record<string, string>>;
  readonly found: Found | string;
}

function machineOf({ programs, searchPath = "/usr/bin:/bin", links = {} }: Case, platform: NodeJS.Platform): Machine {
  return {
    platform,
    home: platform === "win32" ? "C:\\Users\\me" : "/home/me",
    searchPath,
    isProgram: (file) => programs.includes(file),
    real: (file) => links[file] ?? file,
  };
}

function check(sentence: string, one: Case, platform: NodeJS.Platform = "linux"): void {
  test(sentence, () => {
    const found = findServer({ ...NOTHING, ...one.places }, machineOf(one, platform));
    assert.deepEqual(found, one.found === MISSING ? undefined : typeof one.found === "string" ? { command: one.found } : one.found);
  });
}

const EVERYWHERE = [
  "/chosen/infill-ls",
  "/conda/envs/x/bin/infill-ls",
  "/repo/.venv/bin/infill-ls",
  "/usr/bin/infill-ls",
  "/home/me/.local/bin/infill-ls",
  "/store/environment/bin/infill-ls",
];
const INTERPRETERS = { interpreters: ["/conda/envs/x/bin/python"] };

check("the setting comes first", { programs: EVERYWHERE, places: { setting: "/chosen/infill-ls" }, found: "/chosen/infill-ls" });
check("then the environment that the user has chosen", { programs: EVERYWHERE, places: INTERPRETERS, found: "/conda/envs/x/bin/infill-ls" });
check("then the workspace's", { programs: EVERYWHERE, found: "/repo/.venv/bin/infill-ls" });
check("then the search path", { programs: EVERYWHERE.slice(3), found: "/usr/bin/infill-ls" });
check("then where pip installs for a user", { programs: EVERYWHERE.slice(4), found: "/home/me/.local/bin/infill-ls" });
check("then the private environment", { programs: EVERYWHERE.slice(5), found: "/store/environment/bin/infill-ls" });
check("else there is none", { programs: [], found: MISSING });

check("a setting may start at home", {
  programs: ["/home/me/bin/infill-ls"],
  places: { setting: "~/bin/infill-ls" },
  found: "/home/me/bin/infill-ls",
});
check("a setting that names no program is not passed over in silence", {
  programs: EVERYWHERE,
  places: { setting: "/nowhere" },
  found: { problem: 'infill-ls.server.path is "/nowhere", but there is no program at that path.' },
});
check("a setting is no relative path", {
  programs: ["infill-ls", ...EVERYWHERE],
  places: { setting: "infill-ls" },
  found: { problem: 'infill-ls.server.path is "infill-ls", but there is no program at that path.' },
});

const UNTRUSTED = { trusted: false };

check("nothing in an untrusted workspace is run", { programs: ["/repo/.venv/bin/infill-ls", "/repo/venv/bin/infill-ls"], places: UNTRUSTED, found: MISSING });
check("not by the setting", {
  programs: ["/repo/infill-ls"],
  places: { ...UNTRUSTED, setting: "/repo/infill-ls" },
  found: { problem: "infill-ls.server.path is inside this workspace, which is not trusted." },
});
check("not by the search path", { programs: ["/repo/bin/infill-ls"], places: UNTRUSTED, searchPath: "/repo/bin", found: MISSING });
check("not by a link", {
  programs: ["/usr/bin/infill-ls"],
  places: UNTRUSTED,
  links: { "/usr/bin/infill-ls": "/repo/evil" },
  found: MISSING,
});
check("not by a link to the workspace", {
  programs: ["/real/bin/infill-ls"],
  places: UNTRUSTED,
  searchPath: "/real/bin",
  links: { "/repo": "/real" },
  found: MISSING,
});
check("not by a way around", { programs: ["/usr/../repo/infill-ls"], places: UNTRUSTED, searchPath: "/usr/../repo", found: MISSING });
check("not by an environment that the workspace may have chosen", {
  programs: ["/conda/envs/x/bin/infill-ls"],
  places: { ...UNTRUSTED, ...INTERPRETERS },
  found: MISSING,
});
check("what lies beside it is run", {
  programs: ["/repository/infill-ls"],
  places: UNTRUSTED,
  searchPath: "/repository",
  found: "/repository/infill-ls",
});
check("a relative part of the search path counts in no workspace", { programs: ["infill-ls", "./infill-ls", "bin/infill-ls"], searchPath: "::.:bin", found: MISSING });

check(
  "Windows",
  {
    programs: ["C:\\tools\\infill-ls.exe"],
    places: { folders: ["D:\\repo"] },
    searchPath: "C:\\Windows;C:\\tools",
    found: "C:\\tools\\infill-ls.exe",
  },
  "win32",
);
check(
  "Windows, in an untrusted workspace, whatever the case of its letters",
  {
    programs: ["d:\\REPO\\infill-ls.exe"],
    places: { ...UNTRUSTED, folders: ["D:\\repo"] },
    searchPath: "d:\\REPO",
    found: MISSING,
  },
  "win32",
);
check(
  "Windows, in the private environment",
  { programs: ["C:\\store\\Scripts\\infill-ls.exe"], places: { privateEnvironment: "C:\\store" }, found: "C:\\store\\Scripts\\infill-ls.exe" },
  "win32",
);

test("no Python of an untrusted workspace is run to install anything", () => {
  const programs = ["/repo/.venv/bin/python3", "/repo/python3", "/usr/bin/python3", "/usr/bin/python"];
  const places = { ...NOTHING, ...UNTRUSTED, interpreters: ["/repo/.venv/bin/python3"] };
  const machine = machineOf({ programs, searchPath: "/repo:/usr/bin", found: MISSING }, "linux");
  assert.deepEqual(findPythons(places, machine), ["/usr/bin/python3", "/usr/bin/python"]);
});
