import type { Activation } from "../../demo/answer.ts";
import { type ColourMap, colourAt } from "../../display/colours.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { html } from "../element.ts";

/** Maps of a layer beyond this many are not drawn, which is said. */
const MOST = 64;

const legend =
  "Each picture has its own scale. Where numbers are negative, white is zero, orange above and blue below; else dark is zero and yellow the most.";

/** Planes of numbers side by side. */
interface Planes {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** What each layer answers, and what its filters are. */
export class Layers {
  readonly element = html(
    "section",
    { class: "layers", "aria-label": "Layers" },
    html("h2", {}, "What each layer answers"),
    html("p", {}, legend),
  );
  readonly filters: HTMLElement;
  readonly #drawn = new Map<string, { readonly heading: HTMLElement; readonly canvas: HTMLCanvasElement }>();

  constructor(model: OnnxModel) {
    this.filters = filtersOf(model);
  }

  show(activations: readonly Activation[]): void {
    for (const { name, shape, values } of activations) {
      const { heading, canvas } = this.#place(name);
      const [count, height, width] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, values.length];
      heading.textContent = `${name}: ${shape.join(" × ")}${count > MOST ? `, the first ${MOST}` : ""}`;
      draw(canvas, { count: Math.min(count, MOST), height, width, values });
    }
  }

  #place(name: string) {
    const there = this.#drawn.get(name);
    if (there) return there;
    const heading = html("figcaption");
    const canvas = html("canvas", { role: "img", "aria-label": `What ${name} answers` });
    this.element.append(html("figure", {}, heading, canvas));
    const made = { heading, canvas };
    this.#drawn.set(name, made);
    return made;
  }
}

/** The windows of convolutions: a row of planes a filter, one a channel. */
function filtersOf(model: OnnxModel): HTMLElement {
  const section = html("section", { class: "layers filters" }, html("h2", {}, "Filters"));
  for (const [name, node] of model.nodes) {
    const filters = [...node.weights.values()].find(({ shape }) => shape.length === 4);
    const [, , height, width] = (filters?.shape ?? [0, 0, 0, 0]) as [number, number, number, number];
    if (filters === undefined || height * width === 1) continue;
    const all = filters.size / (height * width);
    const canvas = html("canvas", { role: "img", "aria-label": `Filters of ${name}` });
    draw(canvas, { count: Math.min(all, MOST), height, width, values: filters.data });
    const more = all > MOST ? `, the first ${MOST} windows` : "";
    section.append(html("figure", {}, html("figcaption", {}, `${name}: ${filters.shape.join(" × ")}${more}`), canvas));
  }
  return section;
}

/** Numbers as colours: dark is zero and yellow the most, where none is negative; else blue is negative, orange positive. */
function draw(canvas: HTMLCanvasElement, { count, height, width, values }: Planes): void {
  const length = count * height * width;
  let [largest, signed] = [0, false];
  for (let i = 0; i < length; i++) {
    largest = Math.max(largest, Math.abs(values[i]!));
    signed ||= values[i]! < 0;
  }
  const map: ColourMap = signed ? "diverging" : "sequential";
  const table = Array.from({ length: LEVELS }, (_, i) => colourAt(map, i / (LEVELS - 1)));
  const columns = Math.min(count, Math.max(1, Math.floor(ACROSS / (width + 1))));
  const rows = Math.ceil(count / columns);
  const most = Math.min(LARGEST, Math.floor(HIGHEST / height));
  const scale = Math.max(1, Math.min(most, Math.floor(SCREEN / (columns * (width + 1)))));
  canvas.width = columns * (width + 1) - 1;
  canvas.height = rows * (height + 1) - 1;
  canvas.style.width = `${canvas.width * scale}px`;
  // Vectors of many numbers would be thin lines.
  canvas.style.height = height === 1 ? `${Math.max(LARGEST, scale) * rows}px` : "auto";
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < length; i++) {
    const plane = Math.floor(i / (height * width));
    const y = Math.floor(plane / columns) * (height + 1) + (Math.floor(i / width) % height);
    const x = (plane % columns) * (width + 1) + (i % width);
    const share = largest === 0 ? 0 : values[i]! / largest;
    const level = Math.round((signed ? (share + 1) / 2 : share) * (LEVELS - 1));
    image.data.set([...(table[level] ?? [255, 0, 255]), 255], 4 * (y * canvas.width + x)); // magenta: no number
  }
  context.putImageData(image, 0, 0);
}

/** Shades of a colour map; an odd number, so that zero has one of its own. */
const LEVELS = 253;
/** Numbers side by side at most, and pixels of the screen that a picture takes at most. */
const ACROSS = 240;
const SCREEN = 920;
/** Of the screen too: what a number takes at most, and the height of a map. */
const LARGEST = 16;
const HIGHEST = 140;
