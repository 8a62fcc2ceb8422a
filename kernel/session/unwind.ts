import { Session as Inspector } from "node:inspector";
import { flag, type Reach, type Unwound, unwindName } from "../protocol/threads.ts";

/** Files of Node that keep the stack of asynchronous contexts: between two of their lines it is not whole. */
const bookkeeping = /^node:internal\/(async_hooks|promise_hooks)$/;

/** The loader of Node's own modules, on which one that is broken off stays half loaded for good. */
const ownLoader = "node:internal/bootstrap/realm";

/** Frames of every look: `unwind` itself, and the expression by which the io thread called it. */
const ownFrames = 2;

/** How far up a loading module is looked for. */
const depth = 50;

/**
 * Puts on `globalThis` what the io thread calls through the debugger to break off the code that this thread runs, in
 * the middle of a loop that never yields. It runs on top of that code, sees whether there is any, and leaves Node fit to
 * go on: code that is terminated never leaves the asynchronous contexts that it entered, and Node, which counts them
 * when an `AsyncLocalStorage` (before Node 24) or an async hook is in use, would abort the process.
 * @returns takes it away
 */
export function installUnwind(flags: Int32Array): () => void {
  const inspector = new Inspector();
  inspector.connect();
  let leaving = false;
  const leave = () => {
    leaving = true;
  };
  process.prependListener("exit", leave);
  const unwind = (reach: Reach): Unwound => {
    if (leaving) return "idle"; // the exit handler waits for the last messages to leave
    const files = callers().slice(ownFrames);
    const [innermost] = files;
    if (innermost === undefined) {
      if (reach !== "next") return "idle";
    } else {
      // Between two lines of Node's, its own state may not be whole; code of a cell's comes up soon, if there is any.
      if (reach === "cells" && innermost.startsWith("node:")) return "bookkeeping";
      if (bookkeeping.test(innermost) || files.includes(ownLoader)) return "bookkeeping";
    }
    leaveAsyncContexts();
    Atomics.add(flags, flag.terminations, 1);
    inspector.post("Runtime.terminateExecution"); // takes effect after this function has returned
    return "unwinding";
  };
  Object.defineProperty(globalThis, Symbol.for(unwindName), { value: unwind, configurable: true });
  return () => {
    Reflect.deleteProperty(globalThis, Symbol.for(unwindName));
    process.off("exit", leave);
    inspector.disconnect();
  };
}

/** The files of the JavaScript on this thread's stack, innermost first; empty for what is in none. */
function callers(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = ownFrames + depth;
  Error.prepareStackTrace = (_error, sites) => sites;
  const { stack } = new Error();
  if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
  else Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  const sites = (stack as unknown as NodeJS.CallSite[]).slice(1); // without this function
  return sites.map((site) => site.getFileName() ?? "");
}

/**
 * Empties Node's stack of asynchronous contexts, in the one way that all its versions offer: as after an exception that
 * somebody has handled. Nobody hears of that exception.
 */
function leaveAsyncContexts(): void {
  const { _fatalException: handled } = process as { _fatalException?: (error: unknown) => boolean };
  if (typeof handled !== "function" || process.hasUncaughtExceptionCaptureCallback()) return;
  const emit = Object.getOwnPropertyDescriptor(process, "emit"); // some packages put one of their own here
  Object.defineProperty(process, "emit", { value: () => true, configurable: true, writable: true });
  try {
    handled.call(process, undefined);
  } finally {
    if (emit === undefined) Reflect.deleteProperty(process, "emit");
    else Object.defineProperty(process, "emit", emit);
  }
}
