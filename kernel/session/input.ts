import { Readable } from "node:stream";
import { type CellId, type FromSession, flag, type InputReply } from "../protocol/threads.ts";

/** The front end has said that nobody is there to answer. */
export class StdinNotImplemented extends Error {
  override readonly name = "StdinNotImplemented";
}

/** The question was answered by something that is no text. */
export class EndOfInput extends Error {
  override readonly name = "EndOfInput";
}

/** The user asked the cell to stop rather than to answer. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

export interface QuestionsOptions {
  post: (message: Extract<FromSession, { type: "input" }>) => void;
  /** The next reply that has come, without waiting for one. */
  receive: () => InputReply | undefined;
  flags: Int32Array;
}

/** Milliseconds until the waiting thread looks around, should nobody wake it. */
const slice = 20;

/**
 * Questions to whoever sits before the front end. The thread that asks stands still until the answer is there, as with
 * `prompt` in a browser: no timer fires and no message is handled meanwhile, but an interrupt ends the wait at once.
 */
export class Questions {
  readonly #options: QuestionsOptions;
  #last = 0;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** @throws EndOfInput if there is an answer, but no text; Interrupted if an interrupt was asked for */
  ask(id: CellId, prompt: string, password: boolean): string {
    const { post, flags } = this.#options;
    const request = ++this.#last;
    if (!interrupted(flags)) post({ type: "input", id, request, prompt, password });
    for (;;) {
      if (interrupted(flags)) throw new Interrupted("the cell was interrupted while it waited for input");
      const reply = this.#replyTo(request);
      if (reply === undefined) Atomics.wait(flags, flag.interrupt, 0, slice);
      else if ("value" in reply) return reply.value;
      else throw new EndOfInput(`prompt: ${reply.failure}; run the cell again to answer`);
    }
  }

  /** Passes over replies that came too late for a question before. */
  #replyTo(request: number): InputReply | undefined {
    for (let reply = this.#options.receive(); reply !== undefined; reply = this.#options.receive()) {
      if (reply.request === request) return reply;
    }
    return undefined;
  }
}

const interrupted = (flags: Int32Array): boolean => Atomics.load(flags, flag.interrupt) === 1;

/**
 * Puts a stream in the place of `process.stdin` that fails with the reason when it is read: what the process has there
 * is no one's keyboard, and a cell that reads it would wait for ever or read nothing without a word.
 * @returns gives the stream back
 */
export function refuseStdin(): () => void {
  const original = Object.getOwnPropertyDescriptor(process, "stdin");
  let stream: Readable | undefined;
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get() {
      if (stream === undefined || stream.destroyed) stream = refusingStream();
      return stream;
    },
  });
  return () => {
    if (original !== undefined) Object.defineProperty(process, "stdin", original);
  };
}

const refusingStream = (): Readable =>
  new Readable({
    read() {
      this.destroy(
        new StdinNotImplemented("process.stdin: a notebook has no terminal to read from; ask with prompt() instead"),
      );
    },
  });
