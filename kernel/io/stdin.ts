import type { InputRequest } from "../protocol/contents.ts";
import type { Header } from "../protocol/message.ts";
import { shown } from "../protocol/shown.ts";
import type { InputReply } from "../protocol/threads.ts";
import type { Received } from "../protocol/wire.ts";

export interface StdinOptions {
  /** Sends an `input_request` to the front end that asked for the cell. @returns its header */
  send: (cell: Received, content: InputRequest) => Header;
  /** Wakes the session, which waits. */
  deliver: (reply: InputReply) => void;
}

/** What a console sends for Ctrl-D. */
const endOfTransmission = "\u0004";

/** The one question that may be open, and who may answer it. */
export class Stdin {
  readonly #options: StdinOptions;
  #open: { request: number; cell: Received; header: Header } | undefined;

  constructor(options: StdinOptions) {
    this.#options = options;
  }

  ask(cell: Received, request: number, content: InputRequest): void {
    this.#open = { request, cell, header: this.#options.send(cell, content) };
  }

  /**
   * The cell that asks is over or is to end: whatever is still answered is nobody's.
   *
   * @param cell nothing happens if another one asks; whichever asks if left out
   */
  forget(cell?: Received): void {
    if (cell === undefined || this.#open?.cell === cell) this.#open = undefined;
  }

  /** Takes an `input_reply`. @returns why not, if it answers nothing that is open */
  answer(reply: Received): string | undefined {
    if (this.#open === undefined) return "nobody asked for input";
    const { request, cell, header } = this.#open;
    if (!sameIdentities(reply.identities, cell.identities))
      return "the input comes from a front end that was not asked";
    // jupyter_client leaves the parent out; others name the question, or the cell that asks.
    const { msg_id } = reply.message.parent;
    if (msg_id !== undefined && msg_id !== header.msg_id && msg_id !== cell.message.header.msg_id) {
      return "the input answers an earlier question";
    }
    this.#open = undefined;
    this.#options.deliver({ request, ...readAnswer(reply.message.content) });
    return undefined;
  }
}

function readAnswer({ status, value, evalue }: Record<string, unknown>): { value: string } | { failure: string } {
  if (status === "error")
    return { failure: `the front end failed: ${typeof evalue === "string" ? evalue : shown(evalue)}` };
  if (typeof value !== "string") return { failure: "the front end answered without a text" };
  return value === endOfTransmission ? { failure: "the input was ended instead of answered" } : { value };
}

const sameIdentities = (a: Uint8Array[], b: Uint8Array[]): boolean => Buffer.concat(a).equals(Buffer.concat(b));
