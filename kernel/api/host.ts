import type { Comms } from "./comms.ts";

/**
 * Where a kernel says what it does for the functions of this folder: `globalThis[Symbol.for("Jupyter.notebook")]`. They
 * look it up at every call, so that whichever copy of this package a notebook imports finds the kernel that it runs in.
 */
export const notebookSymbol = Symbol.for("Jupyter.notebook");

/** What a kernel does for a cell that asks. Any kernel may provide it; no method throws unless it says so. */
export interface NotebookHost {
  /**
   * Draws a value and shows it below the cell that calls.
   *
   * @returns when it was shown, where the value's own method takes time; undefined if it was shown at once
   */
  display(value: unknown, options: DisplayRequest): Promise<void> | undefined;
  /** Removes what the calling cell has shown so far: with `wait` not before its next output comes. */
  clear(options: { wait: boolean }): void;
  /**
   * Asks the user for a line of text and waits for it.
   *
   * @throws Error if nobody can be asked, or the wait is interrupted
   */
  prompt(message: string, password: boolean): string;
  /**
   * Adds to the reply of the calling cell; of each `source`, the last counts.
   *
   * @throws Error if the cell has ended
   */
  payload(payload: Payload): void;
  readonly comms: Comms;
}

/** One of the protocol's payloads: what a front end does once the cell has ended. */
export type Payload =
  | { source: "page"; data: Readonly<Record<string, unknown>>; start: number }
  | { source: "set_next_input"; text: string; replace: boolean };

export interface DisplayRequest {
  id: string;
  /** Whether to change what was shown under `id` before, rather than to show it anew. */
  update: boolean;
  /** Whether the value is a MIME bundle. */
  raw: boolean;
  metadata: Readonly<Record<string, unknown>>;
}

/** The kernel this code runs in; undefined in plain Node. */
export const notebookHost = (): NotebookHost | undefined =>
  (globalThis as { [notebookSymbol]?: NotebookHost })[notebookSymbol];
