import { totalmem } from "node:os";
import { resourceLimits } from "node:worker_threads";
import { KernelDebugger } from "../debugger/debugger.ts";
import { stderrLog } from "../protocol/log.ts";
import { OutputReader } from "../protocol/output-ring.ts";
import type { FromSession, InputReply, IoOptions, ToSession } from "../protocol/threads.ts";
import { KernelIo } from "./kernel.ts";
import { startLanguage } from "./language-process.ts";
import { connectToMainThread } from "./main-thread.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { exitWithParent } from "./parent.ts";
import { bindSockets } from "./sockets.ts";

const kill = () => process.kill(process.pid, "SIGKILL");

/**
 * Wires sockets, the compiler's process and the session's thread, and serves until the process ends.
 *
 * @param serving is called when front ends are answered, while the session may still be made
 */
export async function serve(
  { session, input, outputs, ...options }: IoOptions,
  { serving, sessionReady }: { serving: () => void; sessionReady: Promise<void> },
): Promise<void> {
  const log = stderrLog(); // a worker's own stderr passes through the main thread, which is where cells run
  const sockets = await bindSockets(options.connection, log);
  const language = startLanguage(options.language, log, (reason) => {
    throw new Error(reason); // a kernel that understands nothing ends
  });
  const toSession = (message: ToSession) => session.postMessage(message);
  const wake = () => toSession({ type: "wake" });
  const mainThread = connectToMainThread(wake);
  const resident = () => process.memoryUsage.rss();
  const memory = new MemoryWatch({
    ...mainThread,
    heapLimit: options.heapLimit - youngGeneration(),
    machine: Math.min(memoryOfMachine(), options.memoryLimit),
    available: () => Math.min(process.availableMemory(), options.memoryLimit - resident()),
    resident,
    isLimited: options.memoryLimit < memoryOfMachine(),
  });
  const io = new KernelIo({
    ...options,
    sockets,
    language,
    toSession,
    answerSession: (reply: InputReply) => input.postMessage(reply),
    mainThread,
    connectDebugger: (event) => new KernelDebugger({ language, event, wake }),
    sessionReady,
    memory,
    kill,
    log,
  });
  const outputReader = new OutputReader<FromSession>(outputs, {
    text: (id, name, text) => io.fromSession({ type: "stream", id, name, text }),
    message: (message) => io.fromSession(message),
  });
  session.on("message", (message: Parameters<typeof outputReader.receive>[0]) => outputReader.receive(message));
  exitWithParent(kill);
  io.start();
  serving();
}

/** Bytes of a thread's limit that only values of the last moments may fill: of this one as of the session's. */
function youngGeneration(): number {
  return (resourceLimits.maxYoungGenerationSizeMb ?? 0) * 2 ** 20;
}

/** A container's limit, where there is one below what the machine has. */
function memoryOfMachine(): number {
  const limit = process.constrainedMemory() ?? 0; // 0 or beyond any memory: no limit
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
