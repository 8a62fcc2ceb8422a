import type { CellId, CommEvent, FromSession } from "../protocol/threads.ts";

export interface DeliveryOptions {
  post: (message: FromSession) => void;
  /** Calls the handlers. @returns what they have thrown, once all have settled */
  handle: (id: CellId, event: CommEvent) => Promise<unknown[]>;
  /** An error as a reader needs it. */
  explain: (error: unknown) => string;
}

/** Comm messages whose handlers have not settled: each is answered by `handled` once, however its handlers end. */
export class CommDeliveries {
  readonly #options: DeliveryOptions;
  /** With what is still being drawn for them. */
  readonly #pending = new Map<CellId, Set<Promise<void>>>();
  /** The one whose handlers are being called. */
  #calling: CellId | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  deliver(id: CellId, event: CommEvent): void {
    this.endTerminated();
    const drawings = new Set<Promise<void>>();
    this.#pending.set(id, drawings);
    this.#calling = id;
    const handled = this.#options.handle(id, event);
    this.#calling = undefined;
    void handled.then(async (thrown) => {
      for (const drawing of drawings) await drawing; // what it shows is there before it is over
      this.#end(id, thrown);
    });
  }

  /** The message is not handled before this is. */
  hold(id: CellId, drawing: Promise<void>): void {
    this.#pending.get(id)?.add(drawing);
  }

  /** Ends a message whose handler was terminated, which has never returned. */
  endTerminated(): void {
    if (this.#calling !== undefined) this.interrupt(this.#calling);
    this.#calling = undefined;
  }

  interrupt(id: CellId): void {
    if (!this.#pending.has(id)) return;
    this.#print(id, "Interrupted: a comm's handler was interrupted\n");
    this.#end(id, []);
  }

  #end(id: CellId, thrown: unknown[]): void {
    if (!this.#pending.delete(id)) return; // interrupted before
    for (const error of thrown) this.#print(id, `Uncaught (in a comm's handler) ${this.#options.explain(error)}\n`);
    this.#options.post({ type: "handled", id });
  }

  #print(id: CellId, text: string): void {
    this.#options.post({ type: "stream", id, name: "stderr", text });
  }
}
