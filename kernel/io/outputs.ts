import { canJoin, type Output, Overtaken } from "./overtaken.ts";

export type { Output } from "./overtaken.ts";

/** Milliseconds between two flushes: at most 25 a second reach the front end from a cell that prints in a loop. */
const interval = 40;

/**
 * Messages in one flush. With the interval this stays below the 1000 messages a second above which a Jupyter server
 * drops output, also when a cell alternates between stdout and stderr and little can be joined.
 */
const burst = 32;

/** Characters in one stream message. A longer text is split, so that no single message stalls a front end. */
const longestText = 1_000_000;

/**
 * Joins what a cell prints into few messages, in order: neighbours on one stream become one, and anything else ends
 * the run. What nobody would come to see is left out. The first output after a pause goes out at once.
 */
export class OutputQueue {
  readonly #publish: (output: Output) => Promise<void>;
  readonly #overtaken = new Overtaken();
  #pending: Output[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = Number.NEGATIVE_INFINITY;
  /** Messages since the last pause. */
  #sent = 0;
  #flushing: Promise<void> = Promise.resolve();

  constructor(publish: (output: Output) => Promise<void>) {
    this.#publish = publish;
  }

  push(output: Output): void {
    this.#overtaken.removeFrom(this.#pending, output);
    const last = this.#pending.at(-1);
    if (output.type !== "stream") this.#pending.push(output);
    else if (last?.type === "stream" && canJoin(last, output) && last.content.text.length < longestText) {
      last.content.text += output.content.text;
    } else this.#pending.push({ ...output, content: { ...output.content } }); // ours to append to
    const flush = () => void this.#flushing.then(() => this.flush()); // what comes meanwhile can still be joined
    this.#timer ??= setTimeout(flush, Math.max(0, this.#flushedAt + interval - performance.now()));
  }

  /** Resolves when everything pushed so far was published, also while code goes on printing. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const outputs = this.#pending.splice(0);
    this.#overtaken.forget();
    this.#flushing = this.#flushing.then(() => this.#drain(outputs));
    return this.#flushing;
  }

  async #drain(outputs: Output[]): Promise<void> {
    for (const output of outputs) {
      const paused = performance.now() >= this.#flushedAt + interval;
      if (!paused && this.#sent === burst) await new Promise((resolve) => setTimeout(resolve, interval));
      if (paused || this.#sent === burst) this.#sent = 0;
      this.#sent++;
      await this.#publish(output);
      this.#flushedAt = performance.now();
    }
  }
}
