/** Makes dist/: the extension in one file, the server as a wheel that it brings along; with `test`, the tests. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

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
  copyFileSync("../../LICENSE", "LICENSE");
}
