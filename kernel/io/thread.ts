/** The io thread: it owns the sockets, so they are served while the main thread runs user code. */
import { parentPort } from "node:worker_threads";
import type { ToIoThread } from "../protocol/threads.ts";
import { serve } from "./serve.ts";

let ready = () => {};
const sessionReady = new Promise<void>((resolve) => {
  ready = resolve;
});

// The first was sent while this thread started and loaded what it needs, so that neither waits for the other. What fails
// has no kernel behind it: thrown, it ends the process with its reason.
parentPort?.on("message", (message: ToIoThread) => {
  if (message === "session ready") ready();
  else void serve(message, { serving: () => parentPort?.postMessage("serving"), sessionReady });
});
