/**
 * The notebook's interrupt button, asked politely: a Jupyter kernel may put an object under this symbol that says whether
 * the user asked to stop. Work done in steps looks at it between two of them and stops where its state is whole. Outside
 * such a kernel there is nothing under the symbol, and nobody asks.
 */
interface InterruptRequest {
  requested(): boolean;
  /** How often code was broken off where it stood, without its `finally` blocks. */
  readonly terminations?: number;
}

const symbol = Symbol.for("Jupyter.interrupt");

function request(): InterruptRequest | undefined {
  return (globalThis as { [symbol]?: InterruptRequest })[symbol];
}

/** Whether the user asked to stop. */
export function interruptRequested(): boolean {
  return request()?.requested() ?? false;
}

/** How often code was broken off so far; a mode set before the last time may never have been ended. */
export function terminations(): number {
  return request()?.terminations ?? 0;
}
