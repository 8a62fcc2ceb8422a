import { CommEnd } from "./comm-end.ts";
import { notebookHost } from "./host.ts";

/** What travels with a comm's data. */
export interface CommOptions {
  /** Of the message, beside its data; default none. Widgets name their protocol's version here. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Bytes, sent as they are instead of as JSON; default none. */
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** What the other end has sent. */
export interface CommMessage {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  /** Each with an `ArrayBuffer` of its own, so `new Float32Array(buffers[0].buffer)` reads numbers. */
  readonly buffers: Uint8Array[];
}

/**
 * A conversation with code in the front end, such as a widget's.
 *
 * It stays open until one end closes it: also when the cell that opened it has ended or is run again, and when the page
 * was reloaded, which nobody tells a kernel. So a cell that opens one for its own display should close the former first.
 * A kernel keeps 10,000 open; one more closes the one that was silent the longest.
 */
export interface Comm {
  readonly id: string;
  /** Who is spoken to, by the name that the other end has registered. */
  readonly target: string;
  /** Whether neither end has closed it. */
  readonly isOpen: boolean;
  /**
   * Sends data as JSON, and bytes. A closed comm sends nothing.
   *
   * @throws TypeError if JSON cannot express the data
   */
  send(data: object, options?: CommOptions): void;
  /**
   * Calls `handler` with every message from now on, between two steps of the cell that is running, so while it awaits.
   * What it prints and shows goes where the message came from; what it throws is reported there.
   *
   * @returns ends the calls
   */
  onMessage(handler: (message: CommMessage) => unknown): () => void;
  /** Calls `handler` once if the other end closes. @returns ends that */
  onClose(handler: (message: CommMessage) => unknown): () => void;
  /**
   * The next message; undefined once the comm is closed and all were read. Messages that came while there was neither
   * a handler nor a `next` are kept for it, the newest 1,000.
   */
  next(): Promise<CommMessage | undefined>;
  /** Ends the conversation: the other end is told, with these last words. */
  close(data?: object, options?: CommOptions): void;
}

/** What goes with the message that opens a comm. */
export interface CommOpenOptions extends CommOptions {
  /** Default `{}`. */
  readonly data?: object;
}

/** Takes a conversation that the front end has opened, with what it said in opening it. */
export type CommHandler = (comm: Comm, opening: CommMessage) => unknown;

/** Conversations with widgets in the page, either side of which may begin. */
export interface Comms {
  /**
   * Opens a conversation with the front end's target of this name. A front end that has none closes it at once.
   * Outside a kernel the comm is closed from the start.
   */
  open(target: string, options?: CommOpenOptions): Comm;
  /**
   * Takes conversations that the front end opens with `target`, in place of an earlier handler of that name. One that
   * nobody takes, or whose handler throws, is closed.
   *
   * @returns ends that
   */
  register(target: string, handler: CommHandler): () => void;
}

/** Conversations with the front end, as widgets have them. */
export const comms: Comms = {
  open: (target, options = {}) =>
    notebookHost()?.comms.open(target, options) ?? CommEnd.closed(crypto.randomUUID(), target),
  register: (target, handler) => notebookHost()?.comms.register(target, handler) ?? (() => {}),
};
