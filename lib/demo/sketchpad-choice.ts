import { describe, OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { DemoSettings } from "./answer.ts";

/** Layers that are shown of a deep network, where none are chosen. */
const SHOWN = 12;

/** The drawing that it begins with, as bytes. */
export function firstPixels(
  op: string,
  image: AnyTensor | undefined,
  { shape, mean, deviation, background }: DemoSettings,
): Uint8Array {
  const [channels, height, width] = shape;
  const plane = height * width;
  if (image === undefined) return new Uint8Array(channels * plane).fill(background === "black" ? 0 : 255);
  checkTensor(op, "the image", image);
  const given = image.shape as readonly number[];
  const fits = [shape.join(), [1, ...shape].join()].includes(given.join());
  if (!fits) {
    const operands = [
      {
        name: "image",
        shape: given,
        ...(given.length === 4 ? { axes: "N C H W" } : given.length === 3 && { axes: "C H W" }),
      },
      { name: "sketchpad", shape, axes: "C H W" },
    ];
    throw new ShapeError(op, "the image is not of the size that one draws", operands, `give [${shape.join(", ")}]`);
  }
  return Uint8Array.from(peek(image), (value, i) => {
    const channel = Math.floor(i / plane);
    return Math.min(255, Math.max(0, Math.round(255 * (Number(value) * deviation[channel]! + mean[channel]!))));
  });
}

/** The names of the layers to be shown. */
export function chosenNames(
  op: string,
  all: readonly { readonly name: string }[],
  layers: readonly string[] | undefined,
): readonly string[] {
  const names = all.map(({ name }) => name);
  if (layers === undefined) {
    const shown = Math.min(SHOWN, names.length);
    return Array.from(
      { length: shown },
      (_, i) => names[Math.round((i * (names.length - 1)) / Math.max(1, shown - 1))]!,
    );
  }
  if (!Array.isArray(layers)) {
    throw new OptionError(op, `layers is ${describe(layers)}`, `name some in a list: ["${names[0]}"]`);
  }
  const strange = layers.find((layer) => !names.includes(layer));
  if (strange === undefined) return layers;
  throw new OptionError(op, `there is no layer ${describe(strange)}`, `the layers are ${names.join(", ")}`);
}
