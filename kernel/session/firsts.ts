import type { CellId } from "../protocol/threads.ts";

/**
 * What a notebook holds once, with the cell that brought it: when that cell runs again its outputs are replaced, and it
 * has to bring it again.
 */
export class Firsts {
  readonly #brought = new Map<string, { id: CellId; place: string }>();

  /** @param place which cell of the notebook it is, run after run */
  isFirst(key: string, id: CellId, place: string): boolean {
    const brought = this.#brought.get(key);
    if (brought !== undefined && (brought.id === id || brought.place !== place)) return false;
    this.#brought.set(key, { id, place });
    return true;
  }
}
