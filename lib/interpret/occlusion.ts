import { checkOptions, ShapeError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { type Pair, pair } from "../ops/window.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { type Baseline, baselineFor } from "./baseline.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions } from "./target.ts";

/** What is hidden, and by what. */
export interface OcclusionOptions extends TargetOptions {
  /** The window's side, or `[rows, columns]`; of sequences its length. It hides all channels. */
  readonly window: Pair;
  /** Step between windows, at most the window; default 1. */
  readonly stride?: Pair;
  /** What stands in the window's place; default 0. The paper's is grey. */
  readonly baseline?: Baseline;
}

/** Images that go through the network at once. */
const AT_ONCE = 64;

/**
 * Occlusion: how much the score falls when a window of the input is hidden, `score(x) - score(x with the window hidden)` (Zeiler
 * and Fergus, Visualizing and understanding convolutional networks, 2014, section 4.2). A pixel's is the mean of the windows that
 * hide it; the last ones may reach beyond the edge. No gradient is needed, but as many passes as there are windows.
 *
 * The network is asked in evaluation mode, and its modes are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, or sequences `[N, C, W]`
 * @returns attributions of the inputs' shape, the same in all channels
 * @throws as `saliency`; ShapeError where the window is larger than the input, or smaller than the stride; InterruptedError
 *   between two passes if the notebook's user asks to stop
 * @example occlusion(lenet5(), testDigits().take(1).images, { window: 7, stride: 3 }).attributions.shape // [1, 1, 28, 28]
 */
export function occlusion(network: Module, inputs: Tensor, options: OcclusionOptions): Attribution {
  checkOptions("occlusion", options, [...targetOptions, "window", "stride", "baseline"]);
  const subject = new Subject("occlusion", network, inputs, options);
  const windows = windowsOver(inputs, options);
  const scores = subject.values();
  const baseline = peek(baselineFor("occlusion", inputs, options.baseline ?? 0)).slice();
  const original = peek(inputs).slice();
  const { count } = subject;
  const [, channels] = inputs.shape as readonly [number, number];
  const plane = inputs.size / count / channels;
  const fall = new Float64Array(count * plane);
  const hidden = new Float64Array(plane);
  const together = Math.max(1, Math.floor(AT_ONCE / count));
  for (let first = 0; first < windows.length; first += together) {
    subject.goOn(first, windows.length);
    const some = windows.slice(first, first + together);
    const images = allocate(inputs.dtype, some.length * original.length);
    for (const [i, places] of some.entries()) {
      const start = i * original.length;
      images.set(original, start);
      for (let at = 0; at < original.length; at += plane) {
        for (const place of places) images[start + at + place] = baseline[at + place]!;
      }
    }
    const shape = [some.length * count, ...(inputs.shape as readonly number[]).slice(1)];
    const values = subject.values(freshTensor(images, shape, inputs.dtype) as Tensor);
    for (const [i, places] of some.entries()) {
      for (const place of places) {
        hidden[place]!++;
        for (let n = 0; n < count; n++) fall[n * plane + place]! += scores[n]! - values[i * count + n]!;
      }
    }
  }
  const attributions = allocate(inputs.dtype, inputs.size);
  for (let i = 0; i < attributions.length; i++) {
    const n = Math.floor(i / (channels * plane));
    attributions[i] = fall[n * plane + (i % plane)]! / hidden[i % plane]!;
  }
  const look = {
    signed: true,
    combine: "largest",
    clip: 1,
    meaning: "Orange where the score falls when it is hidden, blue where it rises",
  } as const;
  return new Attribution({
    ...subject.about,
    attributions: freshTensor(attributions, inputs.shape, inputs.dtype),
    scores,
    ...look,
  });
}

/** The places in a plane that each window hides, row by row. */
function windowsOver(inputs: Tensor, { window, stride = 1 }: OcclusionOptions): number[][] {
  const shape = inputs.shape as readonly number[];
  const operands = [{ name: "input", shape, axes: shape.length === 3 ? "N C W" : "N C H W" }];
  if (shape.length !== 3 && shape.length !== 4) {
    const fix = "give images [N, C, H, W] or sequences [N, C, W]";
    throw new ShapeError(
      "occlusion",
      `a window slides over places, and this input has ${shape.length} axes`,
      operands,
      fix,
    );
  }
  const wide = shape.length === 4;
  const sides = pair("occlusion", "window", wide || typeof window !== "number" ? window : [1, window], 1);
  const steps = pair("occlusion", "stride", stride, 1);
  const [height, width] = [wide ? shape[2]! : 1, shape.at(-1)!];
  const starts = [height, width].map((size, axis) => {
    const [side, step] = [sides[axis]!, steps[axis]!];
    if (side > size) {
      const problem = `a window of ${sides.join(" × ")} is larger than the input`;
      throw new ShapeError("occlusion", problem, operands, `give a window of at most [${height}, ${width}]`);
    }
    if (step > side && side < size) {
      const problem = `stride ${step} is larger than the window's ${side}, so that places between them would never be hidden`;
      throw new ShapeError("occlusion", problem, operands, `give a stride of at most ${side}`);
    }
    return Array.from({ length: Math.ceil((size - side) / step) + 1 }, (_, i) => i * step);
  });
  return starts[0]!.flatMap((top) =>
    starts[1]!.map((left) => {
      const places: number[] = [];
      for (let y = top; y < Math.min(top + sides[0], height); y++) {
        for (let x = left; x < Math.min(left + sides[1], width); x++) places.push(y * width + x);
      }
      return places;
    }),
  );
}
