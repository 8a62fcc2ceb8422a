import { existsSync, realpathSync } from "node:fs";
import { delimiter } from "node:path";
import { type Finding, finding, type Surroundings } from "./finding.ts";
import type { FoundSpec } from "./kernelspecs.ts";
import { onPath, runProgram } from "./programs.ts";

/** What Jupyter itself says, where there is one. */
export interface Jupyter {
  program: string;
  /** Where it looks for kernels, in order; empty if it would not say. */
  folders: string[];
  /** The folder of each kernel that it lists; undefined if it would not say. */
  kernels: Map<string, string> | undefined;
  /** What it said instead. */
  trouble?: string;
}

/** Asks the `jupyter` on the PATH; undefined if there is none. */
export async function askJupyter({ env, platform }: Surroundings): Promise<Jupyter | undefined> {
  const program = onPath("jupyter", env, platform);
  if (program === undefined) return undefined;
  const paths = await runProgram(program, ["--paths", "--json"], { env });
  const list = await runProgram(program, ["kernelspec", "list", "--json"], { env });
  const { data = [] } = json<{ data?: string[] }>(paths.stdout) ?? {};
  const { kernelspecs } = json<{ kernelspecs?: Record<string, { resource_dir: string }> }>(list.stdout) ?? {};
  if (kernelspecs === undefined) {
    return {
      program,
      folders: data,
      kernels: undefined,
      trouble: (list.stderr.trim().split("\n").at(-1) ?? "").trim(),
    };
  }
  const kernels = new Map(Object.entries(kernelspecs).map(([name, { resource_dir }]) => [name, resource_dir]));
  return { program, folders: data, kernels };
}

function json<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined; // an older program, or a message instead
  }
}

/** Whether Jupyter finds what was installed. */
export function checkJupyter(jupyter: Jupyter | undefined, specs: readonly FoundSpec[], around: Surroundings): Finding {
  if (jupyter === undefined) {
    const text = "no jupyter on the PATH: VS Code and stridelab run need none";
    return finding(
      "Jupyter",
      "note",
      text,
      "for JupyterLab: pip install jupyterlab, or activate the environment it is in",
    );
  }
  const { program, kernels, folders } = jupyter;
  if (kernels === undefined) {
    const text = `${program} does not list its kernels\n${jupyter.trouble ?? ""}`.trim();
    return finding("Jupyter", "look", text, "pip install --upgrade jupyter_client jupyter_core");
  }
  if (specs.length === 0) return finding("Jupyter", "ok", program); // that none is installed is said elsewhere
  const seen = specs.filter(({ name, folder }) => real(kernels.get(name)) === real(folder));
  if (seen.length > 0) {
    return finding("Jupyter", "ok", `${program} lists ${seen.map(({ name }) => name).join(", ")}`);
  }
  const where = specs.map(({ folder }) => folder);
  const text = `${program} does not find the kernel, which is in\n${where.join("\n")}\nit looks in\n${folders.join("\n")}`;
  return finding("Jupyter", "wrong", text, `${around.command} install`, "or name a folder of Jupyter's: --prefix DIR");
}

function real(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : realpathSync(path);
  } catch {
    return path; // gone since it was listed
  }
}

/** Variables that lead Jupyter elsewhere, and folders in them that are not there. */
export function checkVariables({ env }: Surroundings): Finding[] {
  const findings: Finding[] = [];
  for (const name of ["JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]) {
    const value = env[name];
    if (!value) continue;
    const missing = value.split(delimiter).filter((folder) => folder !== "" && !existsSync(folder));
    // Jupyter makes the other two itself.
    if (name !== "JUPYTER_PATH" || missing.length === 0) findings.push(finding(name, "note", value));
    else {
      const text = `${value}\nthere is no folder ${missing.join(", ")}`;
      findings.push(finding(name, "look", text, "correct the variable, or: unset JUPYTER_PATH"));
    }
  }
  return findings;
}
