import { randomUUID } from "node:crypto";
import type { Header } from "../protocol/message.ts";
import { shown } from "../protocol/shown.ts";
import type { CellQueue } from "./cell-queue.ts";
import type { CellRequest } from "./executor.ts";

/**
 * The shell and its subshells (protocol 5.5; Jupyter's JEP 91): a queue of cells each, so that a cell of one runs while one of
 * another awaits. All share the thread, the variables, the count and the history.
 */
export class Subshells {
  readonly #create: () => CellQueue;
  readonly #shell: CellQueue;
  readonly #subshells = new Map<string, CellQueue>();
  /** Those that were deleted and still run a cell. */
  readonly #leaving = new Set<CellQueue>();

  constructor(create: () => CellQueue) {
    this.#create = create;
    this.#shell = create();
  }

  /** A request that is being executed, if any. */
  get current(): Header | undefined {
    return this.#queues().find(({ current }) => current !== undefined)?.current;
  }

  create(): { status: "ok"; subshell_id: string } {
    const subshell_id = randomUUID();
    this.#subshells.set(subshell_id, this.#create());
    return { status: "ok", subshell_id };
  }

  list(): { status: "ok"; subshell_id: string[] } {
    return { status: "ok", subshell_id: [...this.#subshells.keys()] };
  }

  /** What waits in it is aborted; what runs comes to its end. @throws TypeError if there is none of that name */
  async delete({ subshell_id: id }: Record<string, unknown>): Promise<{ status: "ok" }> {
    const queue = typeof id === "string" ? this.#subshells.get(id) : undefined;
    if (queue === undefined) throw new TypeError(`delete_subshell: there is no subshell ${shown(id)}`);
    this.#subshells.delete(String(id));
    for (const gone of this.#leaving) if (gone.current === undefined) this.#leaving.delete(gone);
    if (queue.current !== undefined) this.#leaving.add(queue);
    await queue.abort("its subshell was deleted");
    return { status: "ok" };
  }

  /** Puts a cell into the queue that its header names. @returns why not */
  enqueue(request: CellRequest): string | undefined {
    const { subshell_id: id } = request.message.header;
    const queue = id === undefined || id === null ? this.#shell : this.#subshells.get(id);
    queue?.enqueue(request);
    return queue === undefined ? `execute_request: there is no subshell ${shown(id)}` : undefined;
  }

  /** The process is about to end. */
  async exit(code: number): Promise<void> {
    for (const queue of this.#queues()) await queue.exit(code);
  }

  #queues(): CellQueue[] {
    return [this.#shell, ...this.#subshells.values(), ...this.#leaving];
  }
}
