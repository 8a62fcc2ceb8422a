import type { DemoSettings } from "../../demo/answer.ts";
import { html } from "../element.ts";
import { lendKeys } from "../lend-keys.ts";
import { pictureInput } from "./picture-input.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * What somebody draws on: a large canvas to draw, and a small one with the pixels that the network sees, which is drawn with
 * the same strokes rather than shrunk, so that both show the same picture.
 */
export class Sketch {
  readonly element: HTMLElement;
  readonly #settings: DemoSettings;
  readonly #changed: () => void;
  readonly #scale: number;
  readonly #large: HTMLCanvasElement;
  readonly #small: HTMLCanvasElement;
  #last: Point | null = null;
  #cursor: Point;

  /**
   * @param side about how many pixels of the screen it is wide and high
   * @param changed called after each stroke
   */
  constructor(settings: DemoSettings, side: number, changed: () => void) {
    this.#settings = settings;
    this.#changed = changed;
    const [, height, width] = settings.shape;
    this.#scale = Math.max(1, Math.round(side / Math.max(height, width)));
    const label = "Draw here. Arrow keys move the pen, with Shift they draw";
    const size = { width: width * this.#scale, height: height * this.#scale };
    this.#large = html("canvas", { ...size, class: "drawing", tabindex: "0", role: "img", "aria-label": label });
    this.#small = html("canvas", { width, height, class: "seen", role: "img", "aria-label": "What the network sees" });
    this.#cursor = { x: width / 2, y: height / 2 };
    this.element = html("div", { class: "sketch" }, this.#large, this.#tools());
    this.#listen();
    this.#wipe();
  }

  /** The small picture as bytes, channel after channel. */
  pixels(): Uint8Array {
    const [channels, height, width] = this.#settings.shape;
    const { data } = contextOf(this.#small).getImageData(0, 0, width, height);
    const plane = height * width;
    const bytes = new Uint8Array(channels * plane);
    for (let i = 0; i < plane; i++) {
      const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
      if (channels === 3) for (const [c, byte] of [red, green, blue].entries()) bytes[c * plane + i] = byte;
      else bytes[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    }
    return bytes;
  }

  /** Shows such bytes in place of the drawing. */
  put(bytes: Uint8Array): void {
    const [channels, height, width] = this.#settings.shape;
    const plane = height * width;
    if (bytes.length !== channels * plane) return;
    const image = contextOf(this.#small).createImageData(width, height);
    for (let i = 0; i < plane; i++) {
      const at = (c: number): number => bytes[(channels === 3 ? c : 0) * plane + i]!;
      image.data.set([at(0), at(1), at(2), 255], 4 * i);
    }
    contextOf(this.#small).putImageData(image, 0, 0);
    const large = contextOf(this.#large);
    large.imageSmoothingEnabled = false;
    large.drawImage(this.#small, 0, 0, this.#large.width, this.#large.height);
    large.imageSmoothingEnabled = true;
  }

  clear(): void {
    this.#wipe();
    this.#changed();
  }

  #wipe(): void {
    for (const canvas of [this.#large, this.#small]) {
      const context = contextOf(canvas);
      context.fillStyle = this.#settings.background;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
  }

  #tools(): HTMLElement {
    const clear = html("button", { type: "button" }, "Clear");
    clear.addEventListener("click", () => this.clear());
    const seen = html("figure", {}, this.#small, html("figcaption", {}, "what the network sees"));
    return html(
      "div",
      { class: "tools" },
      clear,
      pictureInput((picture) => this.#show(picture)),
      seen,
    );
  }

  #listen(): void {
    const canvas = this.#large;
    const at = (event: PointerEvent): Point => {
      const box = canvas.getBoundingClientRect();
      const [, height, width] = this.#settings.shape;
      return {
        x: ((event.clientX - box.left) / box.width) * width,
        y: ((event.clientY - box.top) / box.height) * height,
      };
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#last = at(event);
      this.#stroke(this.#last, this.#last);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#last === null) return;
      // Moves that the browser put together to one are drawn all the same, so that fast curves stay round.
      const moves = event.getCoalescedEvents();
      for (const each of moves.length > 0 ? moves : [event]) {
        const next = at(each);
        this.#stroke(this.#last, next);
        this.#last = next;
      }
    });
    for (const name of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(name, () => {
        this.#last = null;
      });
    }
    canvas.addEventListener("keydown", (event) => this.#key(event));
    lendKeys(canvas, ({ key }) => key in arrows);
  }

  #key(event: KeyboardEvent): void {
    const [x, y] = arrows[event.key] ?? [0, 0];
    if (x === 0 && y === 0) return;
    event.preventDefault();
    const [, height, width] = this.#settings.shape;
    const from = this.#cursor;
    const inside = (value: number, size: number) => Math.min(Math.max(value, 0), size);
    this.#cursor = { x: inside(from.x + x, width), y: inside(from.y + y, height) };
    if (event.shiftKey) this.#stroke(from, this.#cursor);
  }

  #stroke(from: Point, to: Point): void {
    const [, height, width] = this.#settings.shape;
    for (const [canvas, scale] of [
      [this.#large, this.#scale],
      [this.#small, 1],
    ] as const) {
      const context = contextOf(canvas);
      context.strokeStyle = this.#settings.background === "black" ? "white" : "black";
      context.lineCap = "round";
      context.lineWidth = (scale * Math.max(height, width)) / 13; // of a digit of MNIST
      context.beginPath();
      context.moveTo(from.x * scale, from.y * scale);
      context.lineTo(to.x * scale + 0.01, to.y * scale); // a line without a length is not drawn everywhere
      context.stroke();
    }
    this.#changed();
  }

  /** As large as fits, in the middle. */
  #show(picture: ImageBitmap): void {
    this.#wipe();
    for (const canvas of [this.#large, this.#small]) {
      const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      const context = contextOf(canvas);
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    }
    this.#changed();
  }
}

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
}
