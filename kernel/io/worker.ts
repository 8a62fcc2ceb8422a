/** The io thread: it owns the sockets, so they are served while the main thread runs user code. */
import { writeSync } from "node:fs";
import { type MessagePort, workerData } from "node:worker_threads";
import type { FromSession, InputReply, IoOptions, NewLanguage, ToSession } from "../protocol/threads.ts";
import { KernelIo } from "./kernel.ts";
import { connectLanguage } from "./language-port.ts";
import { exitWithParent } from "./parent.ts";
import { bindSockets } from "./sockets.ts";
import { mainThreadTerminator } from "./terminate.ts";

const { session, language, input, ...options } = workerData as IoOptions &
  Record<"session" | "language" | "input", MessagePort>;

// A worker's own stderr passes through the main thread, which is where cells run.
const log = (text: string) => void writeSync(2, `${text}\n`);
const kill = () => process.kill(process.pid, "SIGKILL");

const toSession = (message: ToSession) => session.postMessage(message);
const remote = connectLanguage(language, (state) => toSession({ type: "renew language", state }));
const sockets = await bindSockets(options.connection, log);
const io = new KernelIo({
  ...options,
  sockets,
  language: remote,
  toSession,
  answerSession: (reply: InputReply) => input.postMessage(reply),
  terminator: mainThreadTerminator(),
  kill,
  log,
});
session.on("message", (message: FromSession | NewLanguage) => {
  if (message.type === "language") remote.use(message.port);
  else io.fromSession(message);
});
exitWithParent(kill);
io.start();
