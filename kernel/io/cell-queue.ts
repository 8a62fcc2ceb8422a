import { setTimeout as delay } from "node:timers/promises";
import type { ExecuteReply } from "../protocol/contents.ts";
import type { Header } from "../protocol/message.ts";
import type { CellRequest, Executor } from "./executor.ts";
import type { Interrupter } from "./interrupter.ts";
import type { Publisher } from "./publisher.ts";

export interface CellQueueOptions {
  executor: Executor;
  publisher: Publisher;
  interrupter: Interrupter;
  reply: (to: CellRequest, content: ExecuteReply) => Promise<void>;
  /** Told when no cell is left. */
  idle: () => Promise<void>;
}

/**
 * Milliseconds in which requests that were sent together with a failing one still arrive and are aborted with it. The
 * failing one's reply waits as long, so whatever a front end sends after that reply is always run.
 */
const abortWindow = 10;

/** The cells of one shell, or subshell: each is run and answered, and only then is the next one looked at. */
export class CellQueue {
  readonly #options: CellQueueOptions;
  readonly #waiting: CellRequest[] = [];
  #busyWith: CellRequest | undefined;

  constructor(options: CellQueueOptions) {
    this.#options = options;
  }

  /** The request whose turn it is, if any. */
  get current(): Header | undefined {
    return this.#busyWith?.message.header;
  }

  enqueue(request: CellRequest): void {
    this.#waiting.push(request);
    if (this.#busyWith === undefined) void this.#work();
  }

  /** Answers what waits, but does not run it. */
  async abort(evalue: string): Promise<void> {
    for (const request of this.#waiting.splice(0)) await this.#abort(request, evalue);
  }

  /** The process is about to end: what is being run is answered. */
  async exit(code: number): Promise<void> {
    const request = this.#busyWith;
    if (request === undefined) return;
    await this.#options.reply(request, await this.#options.executor.exited(code, request));
    await this.#status("idle", request);
  }

  async #work(): Promise<void> {
    const { executor, publisher, interrupter, reply, idle } = this.#options;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#busyWith = next;
      await interrupter.begin();
      const busy = this.#status("busy", next);
      const [{ content, stopsOnError }] = await Promise.all([executor.execute(next), busy]);
      await publisher.flush();
      const aborted = content.status === "error" && stopsOnError ? await this.#takeWaiting() : [];
      const replied = reply(next, content);
      interrupter.end();
      await Promise.all([replied, this.#status("idle", next)]);
      for (const request of aborted) await this.#abort(request, "an earlier cell failed");
    }
    this.#busyWith = undefined;
    await idle();
  }

  async #takeWaiting(): Promise<CellRequest[]> {
    await delay(abortWindow);
    return this.#waiting.splice(0);
  }

  async #abort(request: CellRequest, evalue: string): Promise<void> {
    const { executor, reply } = this.#options;
    await this.#status("busy", request);
    await reply(request, {
      status: "aborted",
      execution_count: executor.count,
      ename: "Aborted",
      evalue,
      traceback: [],
    });
    await this.#status("idle", request);
  }

  #status(execution_state: "busy" | "idle", { message }: CellRequest): Promise<void> {
    return this.#options.publisher.now("status", { execution_state }, message.header);
  }
}
