import type { Comm, CommMessage, CommOptions } from "./comms.ts";

/** What a comm sends, ready for the wire. */
export type CommOutput = { type: "comm_open" | "comm_msg" | "comm_close"; comm: string; target: string } & CommMessage;

export interface CommWire {
  send: (output: CommOutput) => void;
  /** The cell that calls, so that nothing is kept for one that was interrupted. */
  caller: () => number;
}

/** Messages kept for a `next` to come. */
const mostUnread = 1000;

/** The kernel's end of a comm, whatever carries the messages. */
export class CommEnd implements Comm {
  readonly id: string;
  readonly target: string;
  #wire: CommWire | undefined;
  readonly #onMessage = new Set<(message: CommMessage) => unknown>();
  readonly #onClose = new Set<(message: CommMessage) => unknown>();
  readonly #unread: CommMessage[] = [];
  #readers: { caller: number; take: (message: CommMessage | undefined) => void }[] = [];

  constructor(id: string, target: string, wire: CommWire) {
    this.id = id;
    this.target = target;
    this.#wire = wire;
  }

  /** One that nobody listens to. */
  static closed(id: string, target: string): CommEnd {
    const comm = new CommEnd(id, target, { send: () => {}, caller: () => 0 });
    comm.#wire = undefined;
    return comm;
  }

  get isOpen(): boolean {
    return this.#wire !== undefined;
  }

  send(data: object, options?: CommOptions): void {
    this.#wire?.send(this.output("comm_msg", data, options));
  }

  onMessage(handler: (message: CommMessage) => unknown): () => void {
    this.#onMessage.add(handler);
    return () => void this.#onMessage.delete(handler);
  }

  onClose(handler: (message: CommMessage) => unknown): () => void {
    this.#onClose.add(handler);
    return () => void this.#onClose.delete(handler);
  }

  next(): Promise<CommMessage | undefined> {
    const message = this.#unread.shift();
    if (message !== undefined || this.#wire === undefined) return Promise.resolve(message);
    const caller = this.#wire.caller();
    return new Promise((take) => {
      this.#readers.push({ caller, take });
    });
  }

  close(data: object = {}, options?: CommOptions): void {
    const output = this.output("comm_close", data, options);
    const wire = this.#wire;
    this.#end();
    wire?.send(output);
  }

  /** @throws TypeError if JSON cannot express the data */
  output(type: CommOutput["type"], data: object, { metadata = {}, buffers = [] }: CommOptions = {}): CommOutput {
    const json = (value: unknown): Record<string, unknown> => {
      const text = JSON.stringify(value) as string | undefined;
      if (text?.startsWith("{")) return JSON.parse(text) as Record<string, unknown>;
      throw new TypeError(`comm "${this.target}": data and metadata are objects such as { value: 1 }`);
    };
    const { id: comm, target } = this;
    return { type, comm, target, data: json(data), metadata: json(metadata), buffers: buffers.map(copyBytes) };
  }

  /** Hands out a message of the other end. @returns what the handlers have come to */
  receive(message: CommMessage): Promise<PromiseSettledResult<unknown>[]> {
    const reader = this.#readers.shift();
    reader?.take(message);
    if (reader === undefined && this.#onMessage.size === 0) {
      this.#unread.push(message);
      if (this.#unread.length > mostUnread) this.#unread.shift();
    }
    return callAll(this.#onMessage, message);
  }

  /** The other end has closed. */
  receiveClose(message: CommMessage): Promise<PromiseSettledResult<unknown>[]> {
    this.#end();
    return callAll(this.#onClose, message);
  }

  /** The cell was interrupted: what it waited for is for others to read. */
  abandon(caller: number): void {
    this.#readers = this.#readers.filter((reader) => reader.caller !== caller);
  }

  #end(): void {
    this.#wire = undefined;
    for (const { take } of this.#readers.splice(0)) take(undefined);
  }
}

/** All at once, so that one that waits for a later message does not keep it from the others. */
function callAll<T>(handlers: ReadonlySet<(value: T) => unknown>, value: T): Promise<PromiseSettledResult<unknown>[]> {
  return Promise.allSettled([...handlers].map(async (handler) => handler(value)));
}

/** What is sent is what the bytes are now, and no more of their memory than they are. */
function copyBytes(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice()
    : new Uint8Array(bytes).slice();
}
