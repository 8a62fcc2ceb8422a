import { Session } from "node:inspector";
import { type Unwound, unwindName } from "../protocol/threads.ts";

/**
 * Terminates JavaScript on the main thread from a worker, through the debugger's own channel, which interrupts even a
 * loop that never yields. Needs `--no-force-async-hooks-checks`: the unwinding leaves Node's async stack unbalanced.
 */
export interface Terminator {
  /**
   * Calls the session's `unwind` on top of whatever runs there. Resolves with its answer, at once from JavaScript or a
   * free event loop, from a native call only when that returns.
   *
   * @param force also within Node's own functions, whose state may suffer
   */
  unwind(force: boolean): Promise<Unwound>;
  /** A process that ends with a debugger attached waits for it. */
  close(): void;
}

export function mainThreadTerminator(): Terminator {
  const session = new Session();
  session.connectToMainThread();
  return {
    unwind: (force) =>
      new Promise((resolve) => {
        const expression = `globalThis[Symbol.for(${JSON.stringify(unwindName)})](${force})`;
        session.post("Runtime.evaluate", { expression, returnByValue: true }, (error, reply) => {
          // An error: this look was itself hit by an unwinding that was under way.
          resolve(error === null ? (reply.result.value as Unwound) : "unwinding");
        });
      }),
    close: () => session.disconnect(),
  };
}
