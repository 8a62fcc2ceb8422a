/**
 * A picture that changes: `update` after a change, `close` at the end, `redraw` where nothing else is to be done, so that drawing
 * takes no time from it.
 */
export interface Live {
  update(): void;
  redraw?(): void;
  close(): void;
}

/** What a run needs to be shown while it goes on. */
interface Showable {
  /** One line. */
  status(): string;
  /** A line for each epoch that ended. */
  epochLines(): readonly string[];
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const symbol = Symbol.for("Jupyter.live");

/** Milliseconds between two lines in a terminal. */
const INTERVAL = 100;

/** Shows a value that draws itself, in place, where there is a kernel that draws live values; null elsewhere. */
export function livePicture(value: object): Live | null {
  return (globalThis as { [symbol]?: (value: object) => Live })[symbol]?.(value) ?? null;
}

/**
 * Shows a run while it goes on: in a notebook whose kernel draws live values, as its picture, in place; in a terminal as
 * one line, rewritten; elsewhere, such as in a log, as a line for each epoch that ended.
 */
export function showLive(run: Showable): Live {
  const picture = livePicture(run);
  if (picture !== null) return picture;
  const output = (globalThis as { process?: { stderr?: Output } }).process?.stderr;
  if (output === undefined) return { update() {}, close() {} };
  return output.isTTY ? terminalLine(run, output) : logLines(run, output);
}

function terminalLine(run: Showable, terminal: Output): Live {
  let last = Number.NEGATIVE_INFINITY;
  const write = (end: string): void => void terminal.write(`\r\u001b[K${run.status()}${end}`);
  return {
    update() {
      if (performance.now() - last < INTERVAL) return;
      last = performance.now();
      write("");
    },
    close: () => write("\n"),
  };
}

function logLines(run: Showable, log: Output): Live {
  let written = run.epochLines().length; // those of a run that goes on stand in the log of its beginning
  const update = (): void => {
    const lines = run.epochLines();
    for (; written < lines.length; written++) log.write(`${lines[written]}\n`);
  };
  return { update, close: update };
}
