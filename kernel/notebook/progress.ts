import type { Step } from "./runner.ts";

/** As much of a terminal as is needed: `process.stderr` is one. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Shows which cell runs: one line that is rewritten on a terminal, a line for each finished cell elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  #timer: NodeJS.Timeout | undefined;
  #started = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Something that takes a moment before the first cell. */
  note(text: string): void {
    if (this.#terminal.isTTY) this.#rewrite(text);
  }

  start(step: Step): void {
    this.#started = performance.now();
    if (!this.#terminal.isTTY) return;
    const draw = (): void => this.#rewrite(this.#line(step));
    draw();
    this.#timer = setInterval(draw, 200);
  }

  end(step: Step): void {
    clearInterval(this.#timer);
    if (!this.#terminal.isTTY) this.#terminal.write(`${this.#line(step)}\n`);
  }

  /** Takes the rewritten line away, so that what comes next starts on a clean one. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#terminal.isTTY) this.#rewrite("");
  }

  #line({ cell, number, total }: Step): string {
    const seconds = (performance.now() - this.#started) / 1000;
    return `[${String(number).padStart(String(total).length)}/${total}] ${titleOf(cell)}  ${seconds.toFixed(1)} s`;
  }

  #rewrite(line: string): void {
    // A line as wide as the window would wrap, and only its last part be rewritten. A terminal may not know its width.
    const width = (this.#terminal.columns || 80) - 1;
    this.#terminal.write(`\r\u001b[K${line.length > width ? `${line.slice(0, width - 1)}…` : line}`);
  }
}

/** The cell's title, or else its first line that says something. */
function titleOf(cell: Step["cell"]): string {
  const { title } = cell.metadata;
  if (typeof title === "string") return title;
  const lines = cell.source.split("\n").map((line) => line.trim());
  const first = lines.find((line) => line !== "" && !line.startsWith("import ")) ?? lines[0]!;
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}
