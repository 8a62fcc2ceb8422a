import { once } from "node:events";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import { languageVersions } from "../language/versions.ts";
import type { Connection } from "../protocol/connection.ts";
import type { KernelInfoReply } from "../protocol/contents.ts";
import { languageInfo } from "../protocol/language-info.ts";
import { protocolVersion } from "../protocol/message.ts";
import { newOutputRing, OutputWriter } from "../protocol/output-ring.ts";
import { packageName, packageVersion } from "../protocol/package.ts";
import type { FromSession, InputReply, IoOptions, ToIoThread, ToSession } from "../protocol/threads.ts";
import { setEngineFlags } from "./engine-flags.ts";
import { historyPath } from "./history-path.ts";
import { findSettings } from "./settings.ts";
import { languageCommand } from "./snapshot.ts";

interface CellsOptions {
  connection: Connection;
  /** `name=value`, the kernel's arguments. */
  words: readonly string[];
  flags: Int32Array;
  /** Has just been started. */
  io: Worker;
}

/** Tells the io thread what it needs, and runs cells on this one until the process ends. */
export async function runCells({ connection, words, flags, io }: CellsOptions): Promise<never> {
  const { settings, problems } = findSettings(process.cwd(), words);
  const notices = problems.map((problem) => `${problem} (passed over)`);
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  if (settings.threads !== undefined) Object.assign(globalThis, { [Symbol.for("Jupyter.threads")]: settings.threads });
  const versions = languageVersions();
  const messages = new MessageChannel();
  const input = new MessageChannel();
  const outputs = newOutputRing();
  const options: IoOptions = {
    connection,
    flags,
    outputs,
    session: messages.port2,
    input: input.port2,
    info: kernelInfo(versions.typescript),
    language: languageCommand(),
    historyFile: historyPath(process.env, process.platform),
    heapLimit: getHeapStatistics().heap_size_limit,
    memoryLimit: settings.memory ?? Number.POSITIVE_INFINITY,
    outputLimit: settings.output ?? Number.POSITIVE_INFINITY,
    preset: settings.language === "" ? "" : `// @session ${settings.language}`,
  };
  const tell = (message: ToIoThread, ports: MessagePort[] = []) => io.postMessage(message, ports);
  tell(options, [options.session, options.input]);

  // What a front end waits for at first is the io thread's: what is done here now would only slow it down.
  await once(io, "message");
  setEngineFlags();
  const [{ Session }, { installUnwind }, { installCollect }] = await Promise.all([
    import("../session/session.ts"),
    import("../session/unwind.ts"),
    import("../session/collect.ts"),
  ]);
  const writer = new OutputWriter<FromSession>(outputs, messages.port1);
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
  tell("session ready");
  messages.port1.on("message", (message: ToSession) => {
    if (message.type === "run") session.run(message);
    else if (message.type === "comm") session.handleComm(message.id, message.event);
    else if (message.type === "interrupt") session.interrupt(message.id);
    else if (message.type === "shutdown") process.exit(0);
  });
  return new Promise(() => {});
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
