import type { Message } from "../protocol/message.ts";
import { shown } from "../protocol/shown.ts";
import type { CommEvent } from "../protocol/threads.ts";

/** Which comms are open, as far as both ends have said. */
export class OpenComms {
  readonly #targets = new Map<string, string>();

  /** What a front end's message says to the session; a string says why it is none to pass on. */
  read({ header, content, metadata, buffers }: Message): CommEvent | string {
    const { comm_id: comm, target_name, data } = content;
    const type = header.msg_type as CommEvent["type"];
    if (typeof comm !== "string") return `"comm_id" should be a string, but is ${shown(comm)}`;
    if (data !== undefined && !isObject(data)) return `"data" should be an object, but is ${shown(data)}`;
    const known = this.#targets.get(comm);
    if (type === "comm_open" && known !== undefined) return `comm ${comm} is open already`;
    if (type !== "comm_open" && known === undefined) return `comm ${comm} is not open`;
    const target = known ?? (typeof target_name === "string" ? target_name : "");
    // A frame may be a view of a larger block, which would be copied whole to the other thread.
    const event = {
      type,
      comm,
      target,
      data: data ?? {},
      metadata,
      buffers: buffers.map((frame) => new Uint8Array(frame)),
    };
    this.note(event);
    return event;
  }

  /** Takes notice of a message, from whichever end. */
  note({ type, comm, target }: CommEvent): void {
    if (type === "comm_open") this.#targets.set(comm, target);
    else if (type === "comm_close") this.#targets.delete(comm);
  }

  /** Answers `comm_info_request`. */
  info({ target_name }: Record<string, unknown>): { status: "ok"; comms: Record<string, { target_name: string }> } {
    if (target_name !== undefined && target_name !== null && typeof target_name !== "string") {
      throw new TypeError(`comm_info: "target_name" should be a string, but is ${shown(target_name)}`);
    }
    const open = [...this.#targets].filter(([, target]) => !target_name || target === target_name);
    return { status: "ok", comms: Object.fromEntries(open.map(([comm, target]) => [comm, { target_name: target }])) };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
