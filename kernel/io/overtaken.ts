import type { ClearOutput, DisplayData, StreamContent } from "../protocol/contents.ts";
import type { Header } from "../protocol/message.ts";
import type { CommEvent } from "../protocol/threads.ts";

export type Output =
  | { parent: Header; type: "stream"; content: StreamContent }
  | { parent: Header; type: "display_data" | "update_display_data"; content: DisplayData }
  | { parent: Header; type: "clear_output"; content: ClearOutput }
  | ({ parent: Header; type: CommEvent["type"]; content: object } & Pick<CommEvent, "metadata" | "buffers">);

export const canJoin = (a: Output, b: Output): boolean =>
  a.type === "stream" &&
  b.type === "stream" &&
  a.parent.msg_id === b.parent.msg_id &&
  a.content.name === b.content.name;

/**
 * Finds among the outputs that wait those which the next one makes invisible, so that a picture redrawn in a loop costs
 * one message a flush and is never behind: an update of a place that is updated again, and what a cell showed before a
 * `clear` behind which it shows something else.
 */
export class Overtaken {
  /** The update that waits, by display_id. */
  readonly #updates = new Map<string, Output>();
  /** The clear that waits and hides nothing yet, by the request it belongs to. */
  readonly #clears = new Map<string, Output>();

  /** To be called when nothing waits any more. */
  forget(): void {
    this.#updates.clear();
    this.#clears.clear();
  }

  removeFrom(waiting: Output[], next: Output): void {
    const { msg_id } = next.parent;
    if (next.type === "update_display_data") {
      const id = next.content.transient?.display_id ?? "";
      const earlier = this.#updates.get(id);
      if (earlier !== undefined) removeAt(waiting, waiting.lastIndexOf(earlier));
      this.#updates.set(id, next);
    } else if (next.type === "clear_output") {
      this.#clears.set(msg_id, next);
    } else if (next.type === "stream" || next.type === "display_data") {
      const clear = this.#clears.get(msg_id);
      if (clear === undefined) return;
      this.#clears.delete(msg_id);
      const end = waiting.lastIndexOf(clear);
      const visible = waiting.slice(0, end).filter((output) => !isHidden(output, msg_id));
      waiting.splice(0, end, ...visible);
    }
  }
}

/** An update may be of a place below another cell, and a comm's messages are not shown at all. */
const isHidden = ({ parent, type }: Output, msg_id: string): boolean =>
  parent.msg_id === msg_id && (type === "stream" || type === "display_data" || type === "clear_output");

/** Text before and behind what is removed becomes one. */
function removeAt(waiting: Output[], index: number): void {
  const [before, after] = [waiting[index - 1], waiting[index + 1]];
  waiting.splice(index, 1);
  if (before?.type !== "stream" || after?.type !== "stream" || !canJoin(before, after)) return;
  before.content.text += after.content.text;
  waiting.splice(index, 1);
}
