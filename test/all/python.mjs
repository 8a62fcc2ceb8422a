// @ts-check
/** Plain JavaScript, because commands that Node 20 runs as they are need it as well as the tests. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The first of some programs that is on the PATH.
 * @param {string[]} names
 */
export function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}

/**
 * Installs Debian packages where that is possible, else says what to install.
 * @param {string[]} names
 */
export function installSystemPackages(...names) {
  const apt = onPath("apt-get");
  if (apt === undefined || process.getuid?.() !== 0)
    throw new Error(`install these first, or run as root on Debian: ${names.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  succeed(apt, ["update"], env);
  succeed(apt, ["install", "-y", "--no-install-recommends", ...names], env);
}

/**
 * A Python environment in `.cache`, by default with the newest Jupyter tools.
 * @param {string} name of its folder there
 * @param {string} requirements what is installed, a file of this project
 * @returns {Promise<string>} the folder of its programs
 */
export async function pythonPrograms(name = "python", requirements = "test/all/requirements.txt") {
  const folder = join(root, ".cache", name);
  const bin = join(folder, "bin");
  if (!isExecutable(join(bin, "pip"))) {
    const create = () => run(onPath("python3") ?? "python3", ["-m", "venv", "--clear", folder]);
    // Debian's Python has no venv module until its package is there.
    if (create().status !== 0) {
      installSystemPackages("python3", "python3-venv");
      const { status, output } = create();
      if (status !== 0) throw new Error(`python3 -m venv failed\n${output}`);
    }
  }
  succeed(join(bin, "pip"), ["install", "--quiet", "--upgrade", "-r", join(root, requirements)]);
  return bin;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(command, args, env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, env, encoding: "utf8" });
  return { status, output: `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}` };
}

/** @type {(command: string, args: string[], env?: NodeJS.ProcessEnv) => void} */
function succeed(command, args, env) {
  const { status, output } = run(command, args, env);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\nended with status ${status}\n${output}`);
}
