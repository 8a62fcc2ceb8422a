import type { DemoSettings } from "../../demo/answer.ts";
import type { LayerImage } from "../../demo/layer-image.ts";
import { html } from "../element.ts";
import { Bars } from "./bars.ts";
import { Layers } from "./layers.ts";
import { Sketch } from "./sketch.ts";

/** Pixels of the screen: what a drawing, and a picture of a layer, are about wide at most. */
export interface DeskSize {
  readonly drawing: number;
  readonly picture: number;
}

/** A drawing, and beside it the answer of a network, wherever that is computed. */
export class Desk {
  readonly element: HTMLElement;
  readonly sketch: Sketch;
  readonly #bars: Bars;
  readonly #layers: Layers;

  /** @param changed called after each stroke, which may be more often than pictures are shown */
  constructor(settings: DemoSettings, size: DeskSize, changed: () => void) {
    this.sketch = new Sketch(settings, size.drawing, changed);
    this.#bars = new Bars(settings.classes);
    this.#layers = new Layers(size.picture);
    const desk = html("div", { class: "desk" }, this.sketch.element, this.#bars.element);
    this.element = html("div", { class: "demo" }, desk, this.#layers.element);
  }

  show(shares: readonly number[], layers: readonly LayerImage[]): void {
    this.#bars.show(shares);
    this.#layers.show(layers);
  }
}
