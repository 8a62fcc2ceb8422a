import type { Displayable } from "../display/mime.ts";
import { WidgetModel } from "./widget-model.ts";

/** What a widget is made of. */
export interface WidgetOptions<S extends object> {
  /**
   * What cell and page share, by name: values that JSON can express, and ArrayBuffers and typed arrays, which travel as
   * bytes. NaN and infinities arrive as null.
   */
  readonly state: S;
  /** The page's side: the code of an ES module that exports `default { render({ model, el }) }`, or its https address. */
  readonly esm: string;
  /** A style sheet for it, or its https address; default none. */
  readonly css?: string;
}

/** A value in the page, such as a slider, and what it shares with the cells. */
export interface Widget<S extends object> extends Displayable {
  /** The comm's and the model's id. */
  readonly id: string;
  /** Whether the page still hears of changes. */
  readonly isOpen: boolean;
  /**
   * The values, as either side set them last. An assigned one goes to the page. What changes within a value is not noticed:
   * assign a new list or object.
   *
   * @throws TypeError for a name that the widget was not made with, or a value that cannot be sent
   */
  readonly state: S;
  /** Sets several values together, in one message. @throws TypeError as `state` does */
  set(changes: Partial<S>): void;
  /**
   * Calls `handler(value, previous)` after each change of one value, by whichever side. Changes from the page arrive between
   * two steps of the cell that is running, so while it awaits. A handler that takes time holds up neither side.
   *
   * @returns ends the calls
   */
  on<K extends keyof S & string>(event: `change:${K}`, handler: (value: S[K], previous: S[K]) => unknown): () => void;
  /** Calls `handler` after each change with the values that changed. */
  on(event: "change", handler: (changed: Partial<S>) => unknown): () => void;
  /** Calls `handler` with what the page sends by `model.send(content, callbacks, buffers)`. */
  on(event: "msg:custom", handler: (content: unknown, buffers: Uint8Array[]) => unknown): () => void;
  /** Sends something that is no state: the page hears it by `model.on("msg:custom", (content, buffers) => ...)`. */
  send(content: unknown, buffers?: readonly (ArrayBuffer | ArrayBufferView)[]): void;
  /** Takes the widget off the page, for good. The state stays readable. */
  close(): void;
}

/**
 * Where a kernel makes widgets, for this function and for libraries that import nothing of a kernel:
 *
 *     const panel = globalThis[Symbol.for("Jupyter.widget")]?.({ state: { rate: 0.1 }, esm });
 *     panel?.on("change:rate", (rate) => …);
 *
 * A library that finds no such function does without.
 */
export const widgetSymbol = Symbol.for("Jupyter.widget");

/**
 * A widget by anywidget's rules: code for the page, and a state that page and cells share, either of which may change it. As
 * a cell's last value, or by `display`, it is shown, as often as it is displayed; all views share the state. In the page,
 * `model.get("rate")` reads, and `model.set("rate", 1); model.save_changes()` writes; see https://anywidget.dev/en/afm.
 *
 * JupyterLab and Notebook need anywidget where they are installed: `pip install anywidget`. Without it, and on exported
 * pages, the values are shown as they were. At most 25 changes a second go to the page; the last always does. Outside a
 * kernel the state is there, and nobody to change it.
 *
 * A widget is closed, some time later, when no code has it any more and the cells that made and showed it were run again: then
 * it is gone from the page. So a cell may be run as often as one likes.
 *
 * @throws TypeError for an unknown option, a state that cannot be sent, or a module that exports nothing
 * @example
 * const esm = `export default {
 *   render({ model, el }) {
 *     const slider = Object.assign(document.createElement("input"), { type: "range", max: 1, step: 0.01, value: model.get("rate") });
 *     slider.addEventListener("input", () => { model.set("rate", Number(slider.value)); model.save_changes(); });
 *     el.append(slider);
 *   }
 * }`;
 * const slider = widget({ state: { rate: 0.1 }, esm });
 * slider.on("change:rate", (rate) => console.log(rate.toFixed(2)));
 * slider.state.rate = 0.5; // the slider moves
 */
export function widget<S extends object>(options: WidgetOptions<S>): Widget<S> {
  const make = (globalThis as { [widgetSymbol]?: <T extends object>(options: WidgetOptions<T>) => Widget<T> })[
    widgetSymbol
  ];
  return make === undefined ? new WidgetModel(options, () => undefined) : make(options);
}
