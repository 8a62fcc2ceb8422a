import type { DisplayData, StreamContent } from "../protocol/contents.ts";
import { type Header, headerFactory, type Message } from "../protocol/message.ts";
import type { CellId, CommEvent } from "../protocol/threads.ts";
import { OutputQueue } from "./outputs.ts";

type Send = (message: Message<unknown>, topic?: Uint8Array) => Promise<void>;

/** Cells whose late output can still be told apart; older cells' output goes to the newest. */
const rememberedCells = 4096;

const cutNotice = (limit: number): string =>
  `\n… the rest is left out: the kernel's setting "output" lets a cell print ${limit.toLocaleString("en-US")} characters\n`;

/** Everything that leaves on iopub, each message under the request that caused it. */
export class Publisher {
  readonly newHeader = headerFactory("kernel");
  readonly #send: Send;
  readonly #outputs: OutputQueue;
  readonly #parents = new Map<CellId, Header>();
  /** Silent cells show nothing. */
  readonly #silent = new Set<CellId>();
  readonly #outputLimit: number;
  /** Characters that cells have printed, where they may not print any number. */
  readonly #printed = new Map<CellId, number>();
  #latest: Header | undefined;

  /** @param outputLimit characters that a cell may print */
  constructor(send: Send, outputLimit = Number.POSITIVE_INFINITY) {
    this.#send = send;
    this.#outputLimit = outputLimit;
    this.#outputs = new OutputQueue(({ parent, type, content, ...beside }) => this.now(type, content, parent, beside));
  }

  /** Publishes ahead of any output that waits to be joined. */
  now(
    type: string,
    content: unknown,
    parent: Header | undefined,
    { topic, ...beside }: { topic?: Uint8Array; metadata?: Record<string, unknown>; buffers?: Uint8Array[] } = {},
  ): Promise<void> {
    const header = this.newHeader(type);
    return this.#send({ header, parent: parent ?? {}, metadata: {}, content, buffers: [], ...beside }, topic);
  }

  /** From now on, output of cell `id` belongs to the request `parent`. */
  adopt(id: CellId, parent: Header, silent: boolean): void {
    if (id > 0) this.#latest = parent;
    this.#parents.set(id, parent);
    if (silent) this.#silent.add(id);
    if (Math.abs(id) <= rememberedCells) return;
    const forgotten = id - Math.sign(id) * rememberedCells;
    this.#parents.delete(forgotten);
    this.#printed.delete(forgotten);
    this.#silent.delete(forgotten);
  }

  stream(id: CellId, content: StreamContent): void {
    const parent = this.#parentOf(id);
    if (parent === undefined) return;
    for (const part of this.#withinLimit(id, content)) this.#outputs.push({ parent, type: "stream", content: part });
  }

  /** What a cell may still print of a text, and once that there is more. */
  #withinLimit(id: CellId, content: StreamContent): StreamContent[] {
    const limit = this.#outputLimit;
    if (limit === Number.POSITIVE_INFINITY) return [content];
    const printed = this.#printed.get(id) ?? 0;
    if (printed > limit) return [];
    this.#printed.set(id, printed + content.text.length);
    const room = limit - printed;
    if (content.text.length <= room) return [content];
    return [
      { ...content, text: content.text.slice(0, room) },
      { name: "stderr", text: cutNotice(limit) },
    ];
  }

  display(id: CellId, content: DisplayData, update: boolean): void {
    const parent = this.#parentOf(id);
    const type = update ? "update_display_data" : "display_data";
    if (parent !== undefined) this.#outputs.push({ parent, type, content });
  }

  clear(id: CellId, wait: boolean): void {
    const parent = this.#parentOf(id);
    if (parent !== undefined) this.#outputs.push({ parent, type: "clear_output", content: { wait } });
  }

  /** In its place among outputs, and also from a silent cell: it is no output. */
  comm(id: CellId, { type, comm, target, data, metadata, buffers }: CommEvent): void {
    const parent = this.#parents.get(id) ?? this.#latest;
    const content = { comm_id: comm, ...(type === "comm_open" && { target_name: target }), data };
    if (parent !== undefined) this.#outputs.push({ parent, type, content, metadata, buffers });
  }

  flush(): Promise<void> {
    return this.#outputs.flush();
  }

  #parentOf(id: CellId): Header | undefined {
    return this.#silent.has(id) ? undefined : (this.#parents.get(id) ?? this.#latest);
  }
}
