import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { npmScript, root, run, succeed } from "../package/command.ts";

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

/** The first of some programs that is on the PATH. */
function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}

/** Installs Debian packages where that is possible, else says what to install. */
async function installSystemPackages(...names: string[]): Promise<void> {
  const apt = onPath("apt-get");
  if (apt === undefined || process.getuid?.() !== 0)
    throw new Error(`install these first, or run as root on Debian: ${names.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await succeed(apt, ["update"], { env });
  await succeed(apt, ["install", "-y", "--no-install-recommends", ...names], { env });
}

const browsers = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium, installed if need be. */
export async function chromiumPath(): Promise<string> {
  const there = onPath(...browsers);
  if (there !== undefined) return there;
  await installSystemPackages("chromium");
  const installed = onPath(...browsers);
  if (installed === undefined) throw new Error("chromium was installed, but is not on the PATH");
  return installed;
}

/** A Python environment with the newest Jupyter tools. @returns the folder of its programs */
export async function pythonPrograms(): Promise<string> {
  const folder = join(cache, "python");
  const bin = join(folder, "bin");
  if (!isExecutable(join(bin, "pip"))) {
    const create = () => run(onPath("python3") ?? "python3", ["-m", "venv", "--clear", folder]);
    // Debian's Python has no venv module until its package is there.
    if ((await create()).code !== 0) {
      await installSystemPackages("python3", "python3-venv");
      const { code, stdout, stderr } = await create();
      if (code !== 0) throw new Error(`python3 -m venv failed\n${stdout}${stderr}`);
    }
  }
  const requirements = join(root, "test/all/requirements.txt");
  await succeed(join(bin, "pip"), ["install", "--quiet", "--upgrade", "-r", requirements]);
  return bin;
}
