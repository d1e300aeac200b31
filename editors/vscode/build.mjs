/** Makes dist/: the extension in one file, the server as a wheel, and what VS Code shows of it; with `test`, the tests. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { icon } from "./icon.mjs";

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };
const [what = "extension"] = process.argv.slice(2);

if (what === "test") {
  const tests = readdirSync("test").map((name) => `test/${name}`);
  await build({ ...common, entryPoints: tests, outdir: "build/test", format: "esm", outExtension: { ".js": ".mjs" } });
} else {
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  const extension = { entryPoints: ["src/extension.ts"], outfile: "dist/extension.js" };
  await build({ ...common, ...extension, format: "cjs", external: ["vscode"], minify: true });
  const python = process.env.PYTHON ?? (process.platform === "win32" ? "py" : "python3");
  const words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", "../.."];
  execFileSync(python, words, { stdio: "inherit" });
  writeFileSync("dist/icon.png", icon());
  copyFileSync("../../server/docs/vscode.png", "dist/vscode.png");
  writeFileSync("dist/README.md", readme(readFileSync("README.md", "utf8")));
  writeFileSync("dist/CHANGELOG.md", changelog());
  copyFileSync("../../LICENSE", "LICENSE");
}

/** VS Code shows no picture of the package's own, and no file beside it: pictures go, and links become their text. */
function readme(text) {
  return text.replace(/^!\[.*\]\(\.\..*\)\n\n/gm, "").replace(/\[([^\]]*)\]\(\.\.[^)]*\)/g, "$1");
}

/** The project's own, once a release has written it; before, the changes so far. */
function changelog() {
  const released = readFileSync("../../server/docs/changelog.md", "utf8").split("release notes start -->")[1];
  if (released.trim() !== "") {
    return `# Changelog\n${released}`;
  }
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const folder = "../../server/changes";
  const parts = ["added", "changed", "fixed", "removed"].map((kind) => {
    const files = readdirSync(folder).filter((name) => name.endsWith(`.${kind}.md`));
    const lines = files.flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").split("\n").filter((line) => line !== ""));
    const title = kind[0].toUpperCase() + kind.slice(1);
    return lines.length === 0 ? "" : `\n### ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`;
  });
  return `# Changelog\n\n## ${version}\n${parts.join("")}`;
}
