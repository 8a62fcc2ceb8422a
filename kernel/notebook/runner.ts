import type { ErrorContent } from "../protocol/contents.ts";
import type { KernelClient } from "./client.ts";
import { type CodeCell, isCode, type Notebook, tagsOf } from "./notebook.ts";
import { clearOutputs, OutputCollector } from "./outputs.ts";
import { WidgetStates } from "./widgets.ts";

/** A code cell that will run. */
export interface Step {
  cell: CodeCell;
  /** From 1, counting the cells that run. */
  number: number;
  total: number;
}

export type RunResult =
  | { status: "ok" }
  /** The cell threw, did not compile, was interrupted, or ran past its time. */
  | { status: "failed"; step: Step; error: ErrorContent; cause: "error" | "interrupt" | "timeout" }
  /** The kernel process ended while the cell ran; `reason` is the client's error. */
  | { status: "died"; step: Step; reason: Error };

export interface RunOptions {
  /** Seconds that one cell may take; default no limit. */
  timeout?: number;
  /** Aborting it interrupts the running cell and ends the run. */
  signal?: AbortSignal;
  onStart?: (step: Step) => void;
  onEnd?: (step: Step) => void;
}

/**
 * Runs the code cells in order and puts their outputs into the notebook, until one fails. A cell tagged
 * `raises-exception` may fail; one tagged `skip-execution`, or empty, is passed over.
 */
export async function runNotebook(
  notebook: Notebook,
  client: KernelClient,
  { timeout, signal, onStart, onEnd }: RunOptions = {},
): Promise<RunResult> {
  clearOutputs(notebook);
  notebook.metadata.language_info = client.info.language_info;
  const collector = new OutputCollector();
  const widgets = new WidgetStates();
  const cells = notebook.cells.filter(isCode).filter(runs);
  for (const [i, cell] of cells.entries()) {
    const step = { cell, number: i + 1, total: cells.length };
    onStart?.(step);
    const limit = new Limit(client, timeout, signal);
    try {
      const reply = await client.execute(cell.source, {
        onOutput: (output) => collector.add(cell, output),
        onComm: (message) => widgets.add(message),
      });
      cell.executionCount = reply.execution_count;
      if (limit.cause !== undefined || (reply.status !== "ok" && !tagsOf(cell).includes("raises-exception"))) {
        return { status: "failed", step, error: errorOf(reply, limit.cause, timeout), cause: limit.cause ?? "error" };
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      // Whoever opens what was written should see in place why it ends there.
      cell.outputs.push({
        type: "error",
        ename: reason.name,
        evalue: reason.message,
        traceback: [`${reason.name}: ${reason.message}`],
      });
      return { status: "died", step, reason };
    } finally {
      limit.release();
      widgets.keepIn(notebook);
      onEnd?.(step);
    }
  }
  return { status: "ok" };
}

const runs = (cell: CodeCell): boolean => cell.source.trim() !== "" && !tagsOf(cell).includes("skip-execution");

/** Interrupts the kernel once, when time is up or the user says so, and remembers which it was. */
class Limit {
  cause: "interrupt" | "timeout" | undefined;
  readonly #client: KernelClient;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#stop("interrupt");

  constructor(client: KernelClient, timeout: number | undefined, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#stop("timeout"), timeout * 1000);
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #stop(cause: "interrupt" | "timeout"): void {
    if (this.cause !== undefined) return;
    this.cause = cause;
    // A kernel that does not answer is ended instead, and then execute() rejects and the run is reported as died.
    this.#client.interrupt().catch(() => this.#client.shutdown());
  }
}

/** The reply's own error, or what stopped the cell if it ended without one. */
function errorOf(
  reply: { status: string } & Partial<ErrorContent>,
  cause: RunCause,
  timeout: number | undefined,
): ErrorContent {
  const { ename, evalue, traceback } = reply;
  if (ename !== undefined && evalue !== undefined && traceback !== undefined) return { ename, evalue, traceback };
  const stopped = cause === "timeout" ? `ran longer than ${timeout} s` : "was interrupted";
  return { ename: "Interrupted", evalue: `the cell ${stopped}`, traceback: [`the cell ${stopped}`] };
}

type RunCause = "interrupt" | "timeout" | undefined;
