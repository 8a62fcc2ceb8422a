import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { libraryVersion } from "../display/figure/library.ts";
import { packageVersion, startCommand } from "../protocol/package.ts";
import { readArguments, UsageError } from "./usage.ts";

/** What a front end finds in `kernel.json`. */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message";
  /**
   * `stridelab` marks the folder as ours, which is what `uninstall` goes by; `plotly` says which version of the drawing
   * library lies beside this file, for pages that look for it.
   */
  metadata: { debugger: boolean; stridelab?: { version: string; plotly?: string } };
}

/** @param settings `name=value`, which kernels started by it have */
export const kernelSpec = (displayName: string, settings: readonly string[] = []): KernelSpec => ({
  argv: [...startCommand, "{connection_file}", ...settings.flatMap((setting) => ["--set", setting])],
  display_name: displayName,
  language: "typescript",
  interrupt_mode: "message",
  metadata: { debugger: false, stridelab: { version: packageVersion, plotly: libraryVersion() } },
});

/** Where the options of `install` and `uninstall` point. */
export interface Target {
  name: string;
  displayName: string;
  /** The folder of this kernel: `DATA/kernels/NAME`. */
  folder: string;
  /** `name=value`, what kernels are set to that it starts. */
  settings: string[];
}

/** The options that both commands have, for their help. */
export const TARGET_HELP = `  --user             for this user (the default); the folder is JUPYTER_DATA_DIR or the platform's own
  --prefix DIR       into DIR/share/jupyter
  --sys-prefix       into the active virtual or conda environment
  --name NAME        the kernel's name, by default stridelab`;

/**
 * Reads the options; undefined if help is asked for.
 * @throws UsageError if two places are named, or there is no environment for --sys-prefix
 */
export function targetOf(argv: string[]): Target | undefined {
  const { values, positionals } = readArguments(argv, {
    user: { type: "boolean" },
    prefix: { type: "string" },
    "sys-prefix": { type: "boolean" },
    name: { type: "string", default: "stridelab" },
    set: { type: "string", multiple: true },
    "display-name": { type: "string", default: "TypeScript (stridelab)" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) return undefined;
  if (positionals.length > 0) throw new UsageError(`takes options only; what is ${positionals.join(" ")}?`);
  const places = [
    values.user && "--user",
    values.prefix !== undefined && "--prefix",
    values["sys-prefix"] && "--sys-prefix",
  ];
  const named = places.filter((place) => typeof place === "string");
  if (named.length > 1) throw new UsageError(`${named.join(" and ")} exclude each other; name one place`);
  const { name } = values;
  // Jupyter's own rule for the names of kernels.
  if (!/^[a-z0-9_-][a-z0-9._-]*$/.test(name)) {
    throw new UsageError(`--name ${name} must consist of lower-case letters, digits, -, _ and .`);
  }
  const data = dataFolder(values.prefix, values["sys-prefix"] === true);
  const folder = join(data, "kernels", name);
  return { name, displayName: values["display-name"], folder, settings: values.set ?? [] };
}

function dataFolder(prefix: string | undefined, sysPrefix: boolean): string {
  if (prefix !== undefined) return resolve(prefix, "share", "jupyter");
  if (!sysPrefix) return userDataFolder(process.env, process.platform);
  // A virtual environment made inside a conda one is the inner of the two.
  const environment = process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX;
  if (!environment) {
    throw new UsageError(
      "--sys-prefix: no environment is active (neither VIRTUAL_ENV nor CONDA_PREFIX is set); activate one, or name it with --prefix",
    );
  }
  return join(environment, "share", "jupyter");
}

/** Jupyter's data folder of the user, as `jupyter --data-dir` prints it. */
export function userDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const home = env.HOME || homedir();
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32") return join(env.APPDATA || join(home, "AppData", "Roaming"), "jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** Whose `kernel.json` the folder holds. */
export async function ownerOf(folder: string): Promise<"nobody" | "stridelab" | "another"> {
  const text = await readFile(join(folder, "kernel.json"), "utf8").catch(() => undefined);
  if (text === undefined) return "nobody";
  try {
    const spec = JSON.parse(text) as Partial<KernelSpec> | null;
    return spec?.metadata?.stridelab === undefined ? "another" : "stridelab";
  } catch {
    return "another"; // no JSON: not written by us
  }
}
