import type { CellId } from "./threads.ts";

export type StreamName = "stdout" | "stderr";

/** Bytes of text that may wait to be read; a cell that prints more at once waits for its reader. */
const capacity = 1 << 22;

/** UTF-16 units in one frame: at most 3 bytes each, so a frame takes a small part of the ring. */
const longestPiece = 1 << 16;

/** Bytes before a frame's text: the cell, the stream, the text's length. Frames begin at multiples of it. */
const headerSize = 16;

/** In the place of the stream: the rest of the buffer is unused, the next frame lies at its beginning. */
const skipped = -1;

const streams = ["stdout", "stderr"] as const;

/** Indices into the control words. The first two count bytes, modulo 2³². */
const word = { written: 0, read: 1, announced: 2, posted: 3 } as const;
const controlSize = 16;

/** Milliseconds without any progress of the reader after which text is dropped: there is none any more. */
const longestWait = 10_000;

export const newOutputRing = (): SharedArrayBuffer => new SharedArrayBuffer(controlSize + capacity);

interface View {
  control: Int32Array;
  bytes: Buffer;
  words: Int32Array;
}

const viewOf = (ring: SharedArrayBuffer): View => ({
  control: new Int32Array(ring, 0, controlSize / 4),
  bytes: Buffer.from(ring, controlSize),
  words: new Int32Array(ring, controlSize),
});

/**
 * The session's end of its line to the io thread. Printed text goes through memory that both share, a copy a line
 * instead of a message a line; everything else is posted, together with how much text came before it. A cell may print
 * in a loop that never yields: its text is announced by one message, and more of it until that is heard by none.
 */
export class OutputWriter<Message> {
  readonly #view: View;
  readonly #port: { postMessage(message: unknown): void };

  constructor(ring: SharedArrayBuffer, port: { postMessage(message: unknown): void }) {
    this.#view = viewOf(ring);
    this.#port = port;
  }

  post(message: Message): void {
    const { control } = this.#view;
    Atomics.add(control, word.posted, 1); // before it is posted, and before any later text
    this.#port.postMessage({ message, written: Atomics.load(control, word.written) });
  }

  write(cell: CellId, stream: StreamName, text: string): void {
    for (let start = 0; start < text.length; ) {
      let end = Math.min(start + longestPiece, text.length);
      if (end < text.length && isLeading(text.charCodeAt(end - 1))) end--; // a character of two units stays whole
      this.#frame(cell, stream, start === 0 && end === text.length ? text : text.slice(start, end));
      start = end;
    }
    if (Atomics.exchange(this.#view.control, word.announced, 1) === 0) this.#port.postMessage({});
  }

  #frame(cell: CellId, stream: StreamName, text: string): void {
    const { control, bytes, words } = this.#view;
    const needed = align(headerSize + 3 * text.length);
    let position = Atomics.load(control, word.written);
    const rest = capacity - offset(position);
    if (!this.#waitForSpace(rest < needed ? rest + needed : needed)) return;
    if (rest < needed) {
      words[offset(position) / 4 + 1] = skipped;
      position = (position + rest) | 0;
    }
    const at = offset(position);
    const length = bytes.write(text, at + headerSize);
    words[at / 4] = cell;
    words[at / 4 + 1] = streams.indexOf(stream);
    words[at / 4 + 2] = length;
    Atomics.store(control, word.written, (position + align(headerSize + length)) | 0);
  }

  /** @returns false if nobody reads */
  #waitForSpace(needed: number): boolean {
    const { control } = this.#view;
    while (true) {
      const read = Atomics.load(control, word.read);
      const used = (Atomics.load(control, word.written) - read) >>> 0;
      if (used + needed <= capacity) return true;
      if (Atomics.exchange(control, word.announced, 1) === 0) this.#port.postMessage({});
      if (Atomics.wait(control, word.read, read, longestWait) === "timed-out") return false;
    }
  }
}

export interface OutputReceiver<Message> {
  text(cell: CellId, stream: StreamName, text: string): void;
  message(message: Message): void;
}

/** The io thread's end: hands on text and messages in the order in which the session made them. */
export class OutputReader<Message> {
  readonly #view: View;
  readonly #receiver: OutputReceiver<Message>;
  /** Messages received, to be compared with those posted. */
  #received = 0;

  constructor(ring: SharedArrayBuffer, receiver: OutputReceiver<Message>) {
    this.#view = viewOf(ring);
    this.#receiver = receiver;
  }

  /** To be called with everything that comes through the port. */
  receive(posted: { message?: Message; written?: number }): void {
    const { control } = this.#view;
    if (posted.message !== undefined) {
      this.#received = (this.#received + 1) | 0;
      this.#readTo(posted.written ?? 0);
      this.#receiver.message(posted.message);
    }
    Atomics.store(control, word.announced, 0); // text that comes from now on is announced again
    const written = Atomics.load(control, word.written);
    // Messages still on their way may come before a part of the text; each of them will bring its own position.
    if (Atomics.load(control, word.posted) === this.#received) this.#readTo(written);
  }

  #readTo(end: number): void {
    const { control, bytes, words } = this.#view;
    let position = Atomics.load(control, word.read);
    if (((end - position) | 0) <= 0) return; // read already
    while (position !== end) {
      const at = offset(position);
      const stream = words[at / 4 + 1] ?? skipped;
      if (stream === skipped) {
        position = (position + capacity - at) | 0;
      } else {
        const length = words[at / 4 + 2] ?? 0;
        const start = at + headerSize;
        this.#receiver.text(
          words[at / 4] ?? 0,
          streams[stream] ?? "stdout",
          bytes.toString("utf8", start, start + length),
        );
        position = (position + align(headerSize + length)) | 0;
      }
      Atomics.store(control, word.read, position);
    }
    Atomics.notify(control, word.read);
  }
}

const align = (size: number): number => (size + headerSize - 1) & -headerSize;
const offset = (position: number): number => position & (capacity - 1);
const isLeading = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
