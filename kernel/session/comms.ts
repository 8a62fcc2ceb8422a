import { randomUUID } from "node:crypto";
import { CommEnd, type CommWire } from "../api/comm-end.ts";
import type { CommHandler, CommMessage, Comms } from "../api/comms.ts";
import type { CommEvent } from "../protocol/threads.ts";

/** Comms that may be open at once: no front end says that it has died, so what it opened would pile up. */
const mostOpen = 10_000;

/** The comms of a session: what cells register and open, and what the front end says to them. */
export class CommRegistry implements Comms {
  readonly #wire: CommWire;
  readonly #targets = new Map<string, CommHandler>();
  /** The one silent for the longest comes first. */
  readonly #open = new Map<string, CommEnd>();

  constructor(wire: CommWire) {
    this.#wire = {
      caller: wire.caller,
      send: (output) => {
        if (output.type === "comm_close") this.#open.delete(output.comm);
        else this.#touch(output.comm);
        wire.send(output);
      },
    };
  }

  open(target: string, { data = {}, ...options }: Parameters<Comms["open"]>[1] = {}): CommEnd {
    const comm = new CommEnd(randomUUID(), String(target), this.#wire);
    const opening = comm.output("comm_open", data, options); // before it counts, since it may throw
    this.#add(comm);
    this.#wire.send(opening);
    return comm;
  }

  register(target: string, handler: CommHandler): () => void {
    this.#targets.set(target, handler);
    return () => {
      if (this.#targets.get(target) === handler) this.#targets.delete(target);
    };
  }

  /** Handles a message of the front end. @returns what handlers have thrown, once all have settled */
  async receive({ type, comm: id, target, ...message }: CommEvent): Promise<unknown[]> {
    if (type === "comm_open") return this.#accept(id, target, message);
    const comm = this.#open.get(id);
    if (comm === undefined) return []; // closed while the message was on its way
    this.#touch(id);
    if (type === "comm_close") this.#open.delete(id);
    const results = await (type === "comm_close" ? comm.receiveClose(message) : comm.receive(message));
    return results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  }

  /** A cell was interrupted. */
  abandon(caller: number): void {
    for (const comm of this.#open.values()) comm.abandon(caller);
  }

  async #accept(id: string, target: string, opening: CommMessage): Promise<unknown[]> {
    const comm = new CommEnd(id, target, this.#wire);
    this.#add(comm);
    const handler = this.#targets.get(target);
    if (handler === undefined) {
      comm.close();
      return [];
    }
    try {
      await handler(comm, opening);
      return [];
    } catch (error) {
      comm.close();
      return [error];
    }
  }

  #add(comm: CommEnd): void {
    for (const silent of this.#open.values()) {
      if (this.#open.size < mostOpen) break;
      silent.close();
    }
    this.#open.set(comm.id, comm);
  }

  #touch(id: string): void {
    const comm = this.#open.get(id);
    if (comm === undefined) return;
    this.#open.delete(id);
    this.#open.set(id, comm);
  }
}
