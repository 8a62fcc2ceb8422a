import { type LayerImage, LEVELS } from "../../demo/layer-image.ts";
import { type ColourMap, colourAt, marked } from "../../display/colours.ts";
import { html } from "../element.ts";

const legend =
  "Each picture has its own scale. Where numbers are negative, white is zero, orange above and blue below; else dark is zero and yellow the most.";

/** What each layer answers, a picture each. */
export class Layers {
  readonly element = html(
    "section",
    { class: "layers", "aria-label": "Layers" },
    html("h2", {}, "What each layer answers"),
    html("p", {}, legend),
  );
  readonly #screen: number;
  readonly #drawn = new Map<string, { readonly heading: HTMLElement; readonly canvas: HTMLCanvasElement }>();

  /** @param screen pixels of the screen that a picture is at most wide */
  constructor(screen: number) {
    this.#screen = screen;
  }

  show(images: readonly LayerImage[]): void {
    for (const image of images) {
      const { heading, canvas } = this.#place(image.name);
      heading.textContent = headingOf(image);
      draw(canvas, image, this.#screen);
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

/** `conv1: 6 × 28 × 28`, and what is left out. */
function headingOf({ name, shape, count, step }: LayerImage): string {
  const all = shape.length === 3 ? shape[0]! : 1;
  const thinned = step === 1 ? "" : `, one row and column of ${step}`;
  return `${name}: ${shape.join(" × ")}${count < all ? `, the first ${count}` : ""}${thinned}`;
}

/** Levels as colours: dark is zero and yellow the most, where none is negative; else blue is negative, orange positive. */
export function draw(canvas: HTMLCanvasElement, layer: LayerImage, screen: number): void {
  const { count, height, width, signed, levels } = layer;
  const table = signed ? diverging : sequential;
  const fitting = Math.min(Math.floor(ACROSS / (width + 1)), Math.floor(screen / SMALLEST));
  const rows = Math.ceil(count / Math.max(1, fitting));
  const columns = Math.ceil(count / rows); // as many in each row
  const most = Math.min(LARGEST, Math.floor(HIGHEST / height));
  const scale = Math.max(1, Math.min(most, Math.floor(screen / (columns * (width + 1)))));
  canvas.width = columns * (width + 1) - 1;
  canvas.height = rows * (height + 1) - 1;
  canvas.style.width = `${canvas.width * scale}px`;
  // Vectors of many numbers would be thin lines.
  canvas.style.height = height === 1 ? `${Math.max(LARGEST, scale) * rows}px` : "auto";
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(canvas.width, canvas.height);
  for (const [i, level] of levels.entries()) {
    const plane = Math.floor(i / (height * width));
    const y = Math.floor(plane / columns) * (height + 1) + (Math.floor(i / width) % height);
    const x = (plane % columns) * (width + 1) + (i % width);
    image.data.set(table[level]!, 4 * (y * canvas.width + x));
  }
  context.putImageData(image, 0, 0);
}

/** The four bytes of each level's colour, and of what is no number. */
const tableOf = (map: ColourMap): readonly Uint8Array[] =>
  Array.from({ length: 256 }, (_, i) => Uint8Array.of(...(i < LEVELS ? colourAt(map, i / (LEVELS - 1)) : marked), 255));
const [sequential, diverging] = [tableOf("sequential"), tableOf("diverging")];

/** Numbers side by side at most. */
const ACROSS = 240;
/** Of the screen: a map's width at least, what a number takes at most, and the height of a map. */
const SMALLEST = 36;
const LARGEST = 16;
const HIGHEST = 140;
