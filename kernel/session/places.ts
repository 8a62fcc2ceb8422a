import type { CellId } from "../protocol/threads.ts";

/** Somewhere that nobody will tell us is gone: front ends name cells, not what a handler or a console shows. */
const somewhere = Symbol("somewhere");

type Place = string | typeof somewhere;

/**
 * Which cells of a notebook show what: it is held here, and nothing else is. A cell that is run again shows nothing of before.
 * A front end that does not say which cell it runs never runs one again, as far as is known here.
 */
export class Places<T extends object> {
  /** Of the last run of each. */
  readonly #ofRun = new Map<CellId, string>();
  /** Of displays that have a name, by which other cells put something else there. */
  readonly #ofDisplay = new Map<string, string>();
  readonly #held = new Map<T, Set<Place>>();

  /** A cell is run: what it had shown is gone, if it is known which one it is. */
  begin(cell: CellId, place: string | undefined): void {
    if (place === undefined) return;
    remove(this.#ofRun, (earlier) => earlier === place);
    remove(this.#ofDisplay, (home) => home === place);
    this.#ofRun.set(cell, place);
    remove(this.#held, (places) => places.delete(place) && places.size === 0);
  }

  /**
   * @param value what is shown, if it is any of these
   * @param display the name of the display, and whether the value takes the place of what was there
   */
  shown(
    cell: CellId,
    value: T | undefined,
    { display, update }: { display?: string | undefined; update?: boolean } = {},
  ): void {
    const place = update && display !== undefined ? this.#ofDisplay.get(display) : this.#ofRun.get(cell);
    if (display !== undefined && place !== undefined) this.#ofDisplay.set(display, place);
    if (value === undefined) return;
    const places = this.#held.get(value) ?? new Set();
    this.#held.set(value, places.add(place ?? somewhere));
  }

  /** Lets go of some, wherever they are shown. */
  forget(which: (value: T) => boolean): void {
    for (const value of [...this.#held.keys()]) if (which(value)) this.#held.delete(value);
  }
}

function remove<K, V>(map: Map<K, V>, which: (value: V) => boolean): void {
  for (const [key, value] of [...map]) if (which(value)) map.delete(key);
}
