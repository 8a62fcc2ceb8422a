import fs from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { ConnectionFileError, exposureOf, readConnectionFile } from "../protocol/connection.ts";
import { bundledFile, packageName } from "../protocol/package.ts";
import { flag, newFlags } from "../protocol/threads.ts";

const { writeSync } = fs; // before cells get one that writes into them

/**
 * `start CONNECTION_FILE`: wires the threads of a kernel and runs cells on this one until it is shut down. The io thread
 * comes first, as a front end waits for it: this one reads what it is to do while that one starts.
 * @returns the exit code, only when it cannot start
 */
export async function run(argv: string[]): Promise<number> {
  const { path, words } = argumentsOf(argv);
  if (path === undefined) {
    process.stderr.write(`usage: ${packageName} start CONNECTION_FILE [--set name=value ...]\n`);
    return 2;
  }
  try {
    const connection = readConnectionFile(path);
    const exposure = exposureOf(path);
    if (exposure !== undefined) process.stderr.write(`${exposure}\n`);
    const flags = newFlags();
    const io = startIoThread(flags);
    const { runCells } = await import("./run-cells.ts");
    return await runCells({ connection, words, flags, io });
  } catch (error) {
    if (!(error instanceof ConnectionFileError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** The connection file, and what `--set` says; no path where anything else is said. */
function argumentsOf(args: string[]): { path: string | undefined; words: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { set: { type: "string", multiple: true } },
      allowPositionals: true,
    });
    return { path: positionals.length === 1 ? positionals[0] : undefined, words: values.set ?? [] };
  } catch {
    return { path: undefined, words: [] };
  }
}

function startIoThread(flags: Int32Array): Worker {
  const file = bundledFile("io.cjs");
  const worker = new Worker(file, { stdout: true, stderr: true });
  const forward = (chunk: Uint8Array) => void writeSync(2, chunk); // not through process.stderr, which shows in cells
  worker.stdout.on("data", forward);
  worker.stderr.on("data", forward);
  // A kernel without its io thread hears nothing, so it ends with the reason.
  worker.on("error", (error) => {
    writeSync(2, `${file}: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    Atomics.store(flags, flag.flushed, 1); // nobody is left to publish anything
    process.exit(1);
  });
  return worker;
}
