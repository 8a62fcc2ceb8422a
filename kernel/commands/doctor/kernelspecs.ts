import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join, sep } from "node:path";
import { libraryName, libraryVersion } from "../../display/figure/library.ts";
import { type KernelSpec, userDataFolder } from "../kernelspec.ts";
import { shellWord } from "../self.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";
import { isExecutable, runProgram } from "./programs.ts";
import { nodeObstacle } from "./software.ts";

/** A `kernel.json` of ours, wherever Jupyter may find it. */
export interface FoundSpec {
  name: string;
  /** The folder of `kernel.json`. */
  folder: string;
  /** Undefined if the file is no JSON object. */
  spec: Partial<KernelSpec> | undefined;
}

/** Jupyter's data folders in the order in which it looks for kernels, as far as one can know without asking it. */
export function dataFolders({ env, platform }: Pick<Surroundings, "env" | "platform">): string[] {
  const listed = (env.JUPYTER_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const user = userDataFolder(env, platform);
  const environment = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  const own = environment ? [join(environment, "share", "jupyter")] : [];
  const system =
    platform === "win32"
      ? [join(env.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  // Inside an environment its own kernels come first (jupyter_core 5).
  return [...new Set([...listed, ...own, user, ...system])];
}

/** Our kernels in these folders, in their order. */
export async function findSpecs(folders: readonly string[]): Promise<FoundSpec[]> {
  const found: FoundSpec[] = [];
  for (const data of folders) {
    const names = await readdir(join(data, "kernels")).catch((): string[] => []);
    for (const name of names.sort()) {
      const folder = join(data, "kernels", name);
      const text = await readFile(join(folder, "kernel.json"), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const spec = parse(text);
      const ours = spec === undefined ? name === "stridelab" : isOurs(spec);
      if (ours) found.push({ name, folder, spec });
    }
  }
  return found;
}

function parse(text: string): Partial<KernelSpec> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // cut off, or edited by hand
  }
}

const isOurs = ({ metadata, argv }: Partial<KernelSpec>): boolean =>
  metadata?.stridelab !== undefined || (Array.isArray(argv) && argv.some((word) => programName.test(String(word))));

const programName = /stridelab\.js$/;

/** Whether a file that anybody may have edited says how to start a kernel. */
export const isArgv = (argv: unknown): argv is string[] =>
  Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === "string");

/** What is said of one kernelspec: nothing wrong, or each fault with the command that writes it anew. */
export async function checkSpec({ name, folder, spec }: FoundSpec, around: Surroundings): Promise<Finding[]> {
  const subject = `kernel ${name}`;
  const again = installAgain(name, folder, around);
  // install leaves alone what is not marked as ours, and a damaged file is not.
  const anew =
    spec?.metadata?.stridelab === undefined ? [`rm -r ${shellWord(folder, around.platform)}`, again] : [again];
  const say = (status: "look" | "wrong", text: string, ...mend: string[]) =>
    finding(subject, status, `${text}\n${join(folder, "kernel.json")}`, ...(mend.length === 0 ? anew : mend));
  const argv = spec?.argv;
  if (!isArgv(argv)) {
    return [say("wrong", "its file is damaged: it does not say how to start the kernel")];
  }
  const node = argv[0]!;
  const program = argv.find((word) => programName.test(word));
  const faults: Finding[] = [];
  if (/[\\/]/.test(node) && !isExecutable(node)) {
    faults.push(say("wrong", `it starts the kernel with ${node}, which is gone: Node was moved, updated or removed`));
  } else {
    const { code, stdout } = await runProgram(node, ["--version"], { env: around.env });
    const version = /^v\d+\.\d+\.\d+\S*$/.exec(stdout.trim())?.[0];
    const obstacle =
      code !== 0 ? "it does not start" : version === undefined ? "that is no Node" : nodeObstacle(version);
    if (obstacle !== undefined)
      faults.push(say("wrong", `its Node is ${[node, version].join(" ").trim()}: ${obstacle}`));
  }
  if (program === undefined) faults.push(say("wrong", "it does not start stridelab.js"));
  else faults.push(...(await programFaults(program)));
  if (!argv.includes("{connection_file}")) faults.push(say("wrong", "its argv lacks {connection_file}"));
  if (spec?.interrupt_mode !== "message") {
    faults.push(say("wrong", 'its interrupt_mode is not "message", so the stop button would end the kernel'));
  }
  const library = spec?.metadata?.stridelab?.plotly;
  if (!existsSync(join(folder, libraryName))) {
    faults.push(say("look", `${libraryName} is missing beside its file: figures stay still pictures in JupyterLab`));
  } else if (library !== libraryVersion()) {
    faults.push(
      say(
        "look",
        `${libraryName} beside its file is of another version (${library ?? "not said"}), this has ${libraryVersion()}`,
      ),
    );
  }
  return faults.length > 0 ? faults : [finding(subject, "ok", `${spec?.display_name ?? ""}, ${folder}`)];

  async function programFaults(file: string): Promise<Finding[]> {
    if (!existsSync(file)) return [say("wrong", `it starts ${file}, which is gone`)];
    const home = dirname(dirname(file));
    if (file.split(sep).includes("_npx")) {
      const mend = ["npm install --global stridelab", "stridelab install"];
      return [say("wrong", `it starts ${file}, in npx's cache, which npm empties`, ...mend)];
    }
    if (isBelow(file, around.temporary)) {
      const text = `it starts ${file}, in a folder for temporary files, which the system empties`;
      return [say("look", text, "move the package to a folder that stays, and there:", again)];
    }
    const manifest = parse(await readFile(join(home, "package.json"), "utf8").catch(() => "")) as
      | { version?: string }
      | undefined;
    if (manifest?.version === around.version) return [];
    return [
      say("look", `it starts StrideLab ${manifest?.version ?? "of no known version"}, this is ${around.version}`),
    ];
  }
}

/** Who starts the first of two kernels of one name never meets the second. */
export function checkShadows(specs: readonly FoundSpec[], around: Surroundings): Finding[] {
  const first = new Map<string, FoundSpec>();
  const findings: Finding[] = [];
  for (const each of specs) {
    const winner = first.get(each.name);
    if (winner === undefined) {
      first.set(each.name, each);
      continue;
    }
    if (JSON.stringify(winner.spec?.argv) === JSON.stringify(each.spec?.argv)) continue;
    const text = `there are two, and they start different programs; Jupyter takes the first\n${winner.folder}\n${each.folder}`;
    const mend = ["remove the one that you do not want:", uninstall(winner, around), "or", uninstall(each, around)];
    findings.push(finding(`kernel ${each.name}`, "look", text, ...mend));
  }
  return findings;
}

const isBelow = (file: string, folder: string): boolean =>
  file.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const installAgain = (name: string, folder: string, around: Surroundings): string =>
  `${around.command} install${place(name, folder, around)}`;

const uninstall = ({ name, folder }: FoundSpec, around: Surroundings): string =>
  `${around.command} uninstall${place(name, folder, around)}`;

/** The options of `install` and `uninstall` that mean this folder. */
function place(name: string, folder: string, { env, platform }: Surroundings): string {
  const data = dirname(dirname(folder));
  const named = name === "stridelab" ? "" : ` --name ${shellWord(name, platform)}`;
  if (data === userDataFolder(env, platform)) return named;
  const prefix = dirname(dirname(data));
  // A folder of JUPYTER_PATH may have any name; install knows it as the user's own data folder only.
  if (data !== join(prefix, "share", "jupyter"))
    return `${named}   (with JUPYTER_DATA_DIR=${shellWord(data, platform)})`;
  return ` --prefix ${shellWord(prefix, platform)}${named}`;
}
