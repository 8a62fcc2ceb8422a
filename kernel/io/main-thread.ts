import { Session } from "node:inspector";
import { collectName, type Reach, type Unwound, unwindName } from "../protocol/threads.ts";

/**
 * What a worker can do to the main thread through the debugger's own channel, which interrupts even a loop that never
 * yields. Needs `--no-force-async-hooks-checks`: the unwinding leaves Node's async stack unbalanced.
 */
export interface MainThread {
  /**
   * Terminates JavaScript: calls the session's `unwind` on top of whatever runs there. Resolves with its answer, at once
   * from JavaScript or a free event loop, from a native call only when that returns.
   */
  unwind(reach: Reach): Promise<Unwound>;
  /** Bytes that values of the main thread take, garbage too. */
  heapUsed(): Promise<number>;
  /** Collects the main thread's garbage. */
  collect(): Promise<void>;
  /** A process that ends with a debugger attached waits for it. */
  close(): void;
}

export function connectToMainThread(): MainThread {
  const session = new Session();
  session.connectToMainThread();
  /** Calls a function that the session keeps on `globalThis`, on top of whatever runs there. */
  const call = (name: string, argument = "") =>
    new Promise<unknown>((resolve, reject) => {
      const expression = `globalThis[Symbol.for(${JSON.stringify(name)})](${argument})`;
      session.post("Runtime.evaluate", { expression, returnByValue: true }, (error, reply) => {
        if (error === null) resolve(reply.result.value);
        else reject(new Error(error.message));
      });
    });
  return {
    // An error: this look was itself hit by an unwinding that was under way.
    unwind: (reach) => call(unwindName, JSON.stringify(reach)).catch(() => "unwinding") as Promise<Unwound>,
    heapUsed: () =>
      new Promise((resolve, reject) => {
        session.post("Runtime.getHeapUsage", (error: Error | null, reply?: object) => {
          if (error === null) resolve((reply as { usedSize: number }).usedSize);
          else reject(new Error(error.message));
        });
      }),
    collect: async () => void (await call(collectName)),
    close: () => session.disconnect(),
  };
}
