/** A picture that changes: `update` after a change, `close` at the end. */
export interface Live {
  update(): void;
  close(): void;
}

/** What a value needs to be shown while it changes. */
interface Showable {
  status(): string;
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const symbol = Symbol.for("Jupyter.live");

/** Milliseconds between two lines in a terminal. */
const INTERVAL = 100;

/**
 * Shows a value while it changes: in a notebook whose kernel draws live values, as its picture, in place; in a terminal
 * as one line, rewritten; elsewhere, such as in a log, not at all.
 */
export function showLive(value: Showable): Live {
  const open = (globalThis as { [symbol]?: (value: object) => Live })[symbol];
  if (open) return open(value);
  const terminal = (globalThis as { process?: { stderr?: Terminal } }).process?.stderr;
  return terminal?.isTTY ? terminalLine(value, terminal) : { update() {}, close() {} };
}

function terminalLine(value: Showable, terminal: Terminal): Live {
  let last = Number.NEGATIVE_INFINITY;
  const write = (end: string): void => void terminal.write(`\r\u001b[K${value.status()}${end}`);
  return {
    update() {
      if (performance.now() - last < INTERVAL) return;
      last = performance.now();
      write("");
    },
    close: () => write("\n"),
  };
}
