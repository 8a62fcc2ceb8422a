import { Session } from "node:inspector";
import { collectName, longestListName, type Reach, type Unwound, unwindName } from "../protocol/threads.ts";
import { turning } from "../protocol/turning.ts";

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
  /** Has a termination that found nothing to end, and would end whatever comes, end nothing but this. */
  absorb(): Promise<void>;
  /** Bytes that values of the main thread take, garbage too. */
  heapUsed(): Promise<number>;
  /** Collects the main thread's garbage. */
  collect(): Promise<void>;
  /** Elements of the longest list that a variable of a cell names. */
  longestList(): Promise<number>;
  /** A process that ends with a debugger attached waits for it. */
  close(): void;
}

/** @param wake sends the main thread a message that it has nothing to do for */
export function connectToMainThread(wake: () => void): MainThread {
  const session = new Session();
  session.connectToMainThread();
  /** @returns the value of an expression that is evaluated on top of whatever runs there */
  const evaluate = (expression: string) =>
    turning(
      new Promise<unknown>((resolve, reject) => {
        session.post("Runtime.evaluate", { expression, returnByValue: true }, (error, reply) => {
          if (error === null) resolve(reply.result.value);
          else reject(new Error(error.message));
        });
      }),
      wake,
    );
  /** Calls a function that the session keeps on `globalThis`. */
  const call = (name: string, argument = "") =>
    evaluate(`globalThis[Symbol.for(${JSON.stringify(name)})](${argument})`);
  return {
    // An error: this look was itself hit by an unwinding that was under way.
    unwind: (reach) => call(unwindName, JSON.stringify(reach)).catch(() => "unwinding") as Promise<Unwound>,
    absorb: () =>
      evaluate("0").then(
        () => {},
        () => {}, // which was it
      ),
    heapUsed: () =>
      turning(
        new Promise((resolve, reject) => {
          session.post("Runtime.getHeapUsage", (error: Error | null, reply?: object) => {
            if (error === null) resolve((reply as { usedSize: number }).usedSize);
            else reject(new Error(error.message));
          });
        }),
        wake,
      ),
    collect: async () => void (await call(collectName)),
    longestList: async () => (await call(longestListName)) as number,
    close: () => session.disconnect(),
  };
}
