/**
 * What `using` needs at run time and older engines lack: `SuppressedError` (before Node 24). Both symbols are there from
 * Node 20 on.
 */
export function provideDisposal(): void {
  if ("SuppressedError" in globalThis) return;
  // Not enumerable, like what the platform defines. It stays: cells may hold instances after the session.
  Object.defineProperty(globalThis, "SuppressedError", { value: SuppressedError, writable: true, configurable: true });
}

/** An error while closing, which came on top of an earlier one (TC39, explicit resource management). */
class SuppressedError extends Error {
  readonly error: unknown;
  readonly suppressed: unknown;

  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message);
    this.error = error;
    this.suppressed = suppressed;
    Object.defineProperty(this, "name", { value: "SuppressedError", writable: true, configurable: true });
  }
}
