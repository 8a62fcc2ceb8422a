import { Session } from "node:inspector";

/**
 * Terminates JavaScript on the main thread from a worker, through the debugger's own channel, which interrupts even a
 * loop that never yields. Needs `--no-force-async-hooks-checks`: the unwinding leaves Node's async stack unbalanced.
 */
export interface Terminator {
  /** Resolves when V8 has acknowledged. */
  terminate(): Promise<void>;
  /** A process that ends with a debugger attached waits for it. */
  close(): void;
}

export function mainThreadTerminator(): Terminator {
  const session = new Session();
  session.connectToMainThread();
  return {
    terminate: () =>
      new Promise((resolve, reject) => {
        session.post("Runtime.terminateExecution", (error) => (error === null ? resolve() : reject(error)));
      }),
    close: () => session.disconnect(),
  };
}
