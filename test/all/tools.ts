import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmScript, root, succeed } from "../package/command.ts";
import { installSystemPackages, onPath, pythonPrograms } from "./python.mjs";

export { pythonPrograms } from "./python.mjs";

/** Tools beside the project's own are kept here, out of version control, for the next run. */
const cache = join(root, ".cache");

/** Installs one npm package (`name@version`) by itself, without its scripts. @returns its folder */
export async function npmPackage(spec: string): Promise<string> {
  const folder = join(cache, spec.replaceAll("/", "+"));
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "package.json"))) writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  await succeed(process.execPath, [npmScript("npm"), "install", ...flags, spec], { cwd: folder });
  return join(folder, "node_modules", spec.slice(0, spec.lastIndexOf("@")));
}

/** The program of the newest Node of a major version, which npm has as packages by platform. */
export async function nodeOf(major: number): Promise<string> {
  return join(await npmPackage(`node-${process.platform}-${process.arch}@${major}`), "bin/node");
}

/** A Python that has PyTorch: the one that TORCH_PYTHON names, else one installed for this, some gigabytes. */
export async function torchPython(): Promise<string> {
  return process.env.TORCH_PYTHON ?? join(await pythonPrograms("torch", "test/golden/requirements.txt"), "python");
}

const browsers = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium, installed if need be. */
export async function chromiumPath(): Promise<string> {
  const there = onPath(...browsers);
  if (there !== undefined) return there;
  installSystemPackages("chromium");
  const installed = onPath(...browsers);
  if (installed === undefined) throw new Error("chromium was installed, but is not on the PATH");
  return installed;
}
