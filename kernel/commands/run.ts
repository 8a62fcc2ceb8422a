import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { type KernelClient, startKernel } from "../notebook/client.ts";
import { NotebookError } from "../notebook/errors.ts";
import { isScript, notebookName, prepareToWrite, readNotebook, writeWhole } from "../notebook/files.ts";
import { exportHtml } from "../notebook/html/page.ts";
import { printNotebook } from "../notebook/nbformat.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { injectParameters } from "../notebook/parameters.ts";
import { Progress } from "../notebook/progress.ts";
import { type RunResult, runNotebook } from "../notebook/runner.ts";
import { describeFailure } from "./failure.ts";
import { ownCommand, shellWord, shortest } from "./self.ts";
import { readArguments, UsageError, withUsage } from "./usage.ts";

const HELP = `usage: stridelab run NOTEBOOK [--out F.ipynb] [--html F.html] [-p name=value ...] [--timeout SECONDS]

Runs a notebook from top to bottom in a fresh kernel and writes it with its outputs.

  NOTEBOOK           .ipynb, or a percent script: .nb.ts or .ts with cells that begin with // %%
  --out F.ipynb      the executed notebook
  --html F.html      the same as one HTML page that needs no network
                     With neither, both are written into the folder out/ of the current folder, named after the
                     notebook; with one, that one only. NOTEBOOK itself changes only if --out names it.
  -p name=value      sets a parameter: a const or let of the cell tagged "parameters". Its type is checked; lists and
                     objects are JSON. A cell tagged "injected-parameters" behind it declares the new value. A relative
                     path with a separator (data/mnist) that exists seen from the current folder is made absolute, since
                     the kernel works in the notebook's folder.
  --timeout SECONDS  how long one cell may run; no limit without it

The kernel works in the notebook's folder. The first cell that fails ends the run, unless it is tagged
raises-exception; Ctrl-C interrupts the cell that runs. What ran is written all the same.

exit code: 0 all cells ran, 1 one failed or the kernel died, 2 nothing was run: the arguments or the notebook are
wrong, 130 interrupted
`;

/** `stridelab run`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("run", async () => {
    const plan = planOf(argv);
    if (plan === undefined) {
      process.stdout.write(HELP);
      return 0;
    }
    try {
      const notebook = await readNotebook(plan.input);
      injectParameters(notebook, plan.parameters, plan.input);
      for (const file of [plan.out, plan.html]) if (file !== undefined) await prepareToWrite(file);
      return await execute(notebook, plan);
    } catch (error) {
      if (!(error instanceof NotebookError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
  });
}

interface Plan {
  input: string;
  out: string | undefined;
  html: string | undefined;
  parameters: string[];
  timeout: number | undefined;
}

/** What the arguments ask for; undefined if it is help. */
function planOf(argv: string[]): Plan | undefined {
  const { values, positionals } = readArguments(argv, {
    out: { type: "string" },
    html: { type: "string" },
    parameter: { type: "string", short: "p", multiple: true },
    timeout: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) return undefined;
  const [input, ...more] = positionals;
  if (input === undefined) throw new UsageError("which notebook? give the path of an .ipynb or .nb.ts file");
  if (more.length > 0) throw new UsageError(`one notebook at a time; what is ${more.join(" ")}?`);
  let { out, html } = values;
  if (out === undefined && html === undefined) {
    const name = join("out", notebookName(input));
    [out, html] = [`${name}.ipynb`, `${name}.html`];
  }
  if (out !== undefined && extname(out) !== ".ipynb") throw new UsageError(`--out ${out} must end in .ipynb`);
  if (html !== undefined && !/^\.html?$/.test(extname(html))) throw new UsageError(`--html ${html} must end in .html`);
  const timeout = values.timeout === undefined ? undefined : Number(values.timeout);
  if (timeout !== undefined && !(timeout > 0)) {
    throw new UsageError(`--timeout ${values.timeout} must be a number of seconds above 0`);
  }
  return { input, out, html, parameters: (values.parameter ?? []).map(fromHere), timeout };
}

/** A path typed at the shell is meant from the shell's folder; the notebook would look for it from its own. */
function fromHere(parameter: string): string {
  const [, name, value = ""] = /^([^=]*=)(.*)$/s.exec(parameter) ?? [];
  return name !== undefined && /[\\/]/.test(value) && existsSync(value) ? name + resolve(value) : parameter;
}

async function execute(notebook: Notebook, plan: Plan): Promise<number> {
  const folder = dirname(resolve(plan.input));
  const progress = new Progress(process.stderr);
  progress.note("starting the kernel");
  const interrupts = new Interrupts();
  let client: KernelClient | undefined;
  try {
    client = await startKernel({ cwd: folder }).catch((error: Error) => {
      throw new NotebookError("stridelab run", "the kernel did not start", error.message.split("\n"));
    });
    interrupts.client = client;
    const result = await runNotebook(notebook, client, {
      ...(plan.timeout !== undefined && { timeout: plan.timeout }),
      signal: interrupts.signal,
      onStart: (step) => progress.start(step),
      onEnd: (step) => progress.end(step),
    });
    progress.clear();
    if (result.status !== "ok") process.stderr.write(`${describeFailure(result, plan.input, process.stderr.isTTY)}\n`);
    await write(notebook, plan, folder);
    return exitCode(result);
  } finally {
    progress.clear();
    interrupts.release();
    await client?.shutdown();
  }
}

async function write(notebook: Notebook, { input, out, html }: Plan, folder: string): Promise<void> {
  const lines: string[] = [];
  if (out !== undefined) {
    await writeWhole(out, printNotebook(notebook));
    lines.push(`notebook  ${out}`);
  }
  if (html !== undefined) {
    await writeWhole(html, await exportHtml(notebook, { name: notebookName(input), folder }));
    lines.push(`page      ${html}`);
  }
  const opened = out ?? (isScript(input) ? undefined : input);
  if (opened !== undefined) {
    const lab = `jupyter lab ${shellWord(shortest(dirname(resolve(opened))))}`;
    lines.push(`open ${basename(opened)} in JupyterLab:  ${ownCommand()} install && ${lab}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function exitCode(result: RunResult): number {
  if (result.status === "ok") return 0;
  return result.status === "failed" && result.cause === "interrupt" ? 130 : 1;
}

/** Ctrl-C: the first one interrupts the running cell, the second one ends the kernel. */
class Interrupts {
  client: KernelClient | undefined;
  readonly #controller = new AbortController();
  readonly #onSignal = (): void => {
    if (this.client === undefined) process.exit(130); // nothing has run, so there is nothing to write
    if (this.#controller.signal.aborted) void this.client.shutdown();
    this.#controller.abort();
  };

  constructor() {
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }
}
