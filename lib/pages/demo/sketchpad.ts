/** The page's side of `sketchpad`: a module by anywidget's rules. It draws and asks, the network in the kernel answers. */
import type { DemoSettings } from "../../demo/answer.ts";
import type { SketchpadAnswer, SketchpadState } from "../../demo/correspondence.ts";
import type { LayerImage } from "../../demo/layer-image.ts";
import { html } from "../element.ts";
import { Desk } from "./desk.ts";
import { outputStyle, style } from "./style.ts";

/** Anywidget's, with the names that the kernel gave it. */
interface Model {
  get<K extends keyof SketchpadState>(name: K): SketchpadState[K];
  set<K extends keyof SketchpadState>(name: K, value: SketchpadState[K] | DataView): void;
  save_changes(): void;
  on(event: string, handler: () => void): void;
  off(event: string, handler: () => void): void;
  send(content: unknown): void;
}

/** Milliseconds that an answer may take before that is said. */
const PATIENCE = 1500;

const nobody =
  "No answer yet: the kernel is busy with a cell that does not await, or it is gone, and this cell has to be run again.";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const settings: DemoSettings = model.get("settings");
  /** The name of this view: others may show the same sketchpad. */
  const name = `${Math.random()}`.slice(2);
  let questions = 0;
  /** The question that is not answered yet: one at a time, so that fast strokes are never behind. */
  let open: string | null = null;
  let changed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const note = html("p", { class: "note", role: "status" });
  const say = (text: string): void => {
    note.textContent = text;
  };
  function ask(): void {
    changed = open !== null;
    if (changed) return;
    open = `${name} ${++questions}`;
    const bytes = desk.sketch.pixels();
    model.set("pixels", new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    model.set("question", open);
    model.save_changes();
    timer = setTimeout(() => say(nobody), PATIENCE);
  }
  const desk = new Desk(settings, { drawing: 252, picture: 400 }, ask);

  function show(): void {
    const answer: SketchpadAnswer = model.get("answer");
    if (answer.to === open) {
      open = null;
      clearTimeout(timer);
    }
    // A page that nobody sees has no frames, and asks for nothing.
    requestAnimationFrame(() => {
      if (open === null) say(answer.problem ?? "");
      // What is no number has become null on its way.
      desk.show(
        answer.shares.map((share) => share ?? Number.NaN),
        answer.layers.map(received),
      );
      if (changed) ask();
      else model.send({ seen: answer.number });
    });
  }
  /** The drawing of another view. The own one comes back from the kernel too, when one has drawn on. */
  function take(): void {
    if (!model.get("question").startsWith(`${name} `)) desk.sketch.put(bytesOf(model.get("pixels")));
  }
  take();
  show();
  model.on("change:pixels", take);
  model.on("change:answer", show);

  const head = [model.get("title"), model.get("caption")].filter(Boolean);
  const parts = head.map((text, i) => html("p", { class: i === 0 ? "title" : "note", dir: "auto" }, text));
  const place = html("div");
  place.attachShadow({ mode: "open" }).append(html("style", {}, style + outputStyle), ...parts, desk.element, note);
  el.append(place);
  return () => {
    clearTimeout(timer);
    model.off("change:pixels", take);
    model.off("change:answer", show);
  };
}

const received = (layer: LayerImage): LayerImage => ({ ...layer, levels: bytesOf(layer.levels) });

/** Bytes as front ends hand them out: views of several kinds. */
function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

export default { render };
