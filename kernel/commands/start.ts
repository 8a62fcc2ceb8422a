import fs from "node:fs";
import { parseArgs } from "node:util";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { languageVersions } from "../language/versions.ts";
import { ConnectionFileError, exposureOf, readConnectionFile } from "../protocol/connection.ts";
import type { KernelInfoReply } from "../protocol/contents.ts";
import { languageInfo } from "../protocol/language-info.ts";
import { protocolVersion } from "../protocol/message.ts";
import { newOutputRing, OutputWriter } from "../protocol/output-ring.ts";
import { bundledFile, packageName, packageVersion } from "../protocol/package.ts";
import {
  type FromSession,
  flag,
  flagCount,
  type InputReply,
  type IoOptions,
  type ToSession,
} from "../protocol/threads.ts";
import { setEngineFlags } from "./engine-flags.ts";
import { historyPath } from "./history-path.ts";
import { findSettings } from "./settings.ts";
import { languageCommand } from "./snapshot.ts";

const { writeSync } = fs; // before cells get one that writes into them

/**
 * `start CONNECTION_FILE`: wires the threads of a kernel and runs cells on this one until it is shut down.
 * @returns the exit code, only when it cannot start
 */
export async function run(argv: string[]): Promise<number> {
  const { path, words } = argumentsOf(argv);
  if (path === undefined) {
    process.stderr.write(`usage: ${packageName} start CONNECTION_FILE [--set name=value ...]\n`);
    return 2;
  }
  let connection: IoOptions["connection"];
  try {
    connection = readConnectionFile(path);
    const exposure = exposureOf(path);
    if (exposure !== undefined) process.stderr.write(`${exposure}\n`);
  } catch (error) {
    if (!(error instanceof ConnectionFileError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  setEngineFlags();
  const { settings, problems } = findSettings(process.cwd(), words);
  const notices = problems.map((problem) => `${problem} (passed over)`);
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  if (settings.threads !== undefined) Object.assign(globalThis, { [Symbol.for("Jupyter.threads")]: settings.threads });
  const versions = languageVersions();
  const flags = new Int32Array(new SharedArrayBuffer(flagCount * Int32Array.BYTES_PER_ELEMENT));
  const io = new MessageChannel();
  const input = new MessageChannel();
  /** A kernel without its io thread hears nothing, so it ends with the reason. */
  const fail = (reason: string) => {
    writeSync(2, `${reason}\n`);
    Atomics.store(flags, flag.flushed, 1); // nobody is left to publish anything
    process.exit(1);
  };
  const options: IoOptions = {
    connection,
    flags,
    info: kernelInfo(versions.typescript),
    language: languageCommand(),
    historyFile: historyPath(process.env, process.platform),
    heapLimit: getHeapStatistics().heap_size_limit,
    memoryLimit: settings.memory ?? Number.POSITIVE_INFINITY,
    outputLimit: settings.output ?? Number.POSITIVE_INFINITY,
    preset: settings.language === "" ? "" : `// @session ${settings.language}`,
  };
  const outputs = newOutputRing();
  const ports = { session: io.port2, input: input.port2 };
  startThread(bundledFile("io.js"), { ...options, outputs, ...ports }, Object.values(ports), fail);

  // Loaded while the io thread opens its sockets.
  const [{ Session }, { installUnwind }, { installCollect }] = await Promise.all([
    import("../session/session.ts"),
    import("../session/unwind.ts"),
    import("../session/collect.ts"),
  ]);
  const writer = new OutputWriter<FromSession>(outputs, io.port1);
  const session = new Session({
    post: (message) => {
      if (message.type === "stream") writer.write(message.id, message.name, message.text);
      else writer.post(message);
    },
    receiveInput: () => receiveMessageOnPort(input.port1)?.message as InputReply | undefined,
    flags,
    folder: process.cwd(),
    versions,
    warnings: settings.warnings,
    notices,
  });
  session.attach();
  installUnwind(flags);
  installCollect();
  io.port1.on("message", (message: ToSession) => {
    if (message.type === "run") session.run(message);
    else if (message.type === "comm") session.handleComm(message.id, message.event);
    else if (message.type === "interrupt") session.interrupt(message.id);
    else if (message.type === "shutdown") process.exit(0);
  });
  return new Promise(() => {}); // until the process ends
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

function startThread(file: string, workerData: object, ports: MessagePort[], fail: (reason: string) => void): Worker {
  const worker = new Worker(file, {
    workerData,
    transferList: ports,
    stdout: true,
    stderr: true,
  });
  const forward = (chunk: Uint8Array) => void writeSync(2, chunk); // not through process.stderr, which shows in cells
  worker.stdout.on("data", forward);
  worker.stderr.on("data", forward);
  worker.on("error", (error) => fail(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : error}`));
  return worker;
}

function kernelInfo(typescript: string): KernelInfoReply {
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: packageName,
    implementation_version: packageVersion,
    language_info: { ...languageInfo, version: typescript },
    banner: `${packageName} ${packageVersion}: TypeScript ${typescript} on Node.js ${process.version}`,
    debugger: true,
    supported_features: ["debugger", "kernel subshells"],
    help_links: [{ text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" }],
  };
}
