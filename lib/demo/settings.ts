import { type Applied, shapesOnly } from "../autograd/apply.ts";
import { type PixelStatistics, perChannel } from "../data/statistics.ts";
import { checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { evaluating } from "../nn/evaluating.ts";
import { Module } from "../nn/module.ts";
import { checkShape } from "../tensor/check.ts";
import { allocate } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { DemoSettings } from "./answer.ts";

/** How a network that somebody draws for is shown; every option may be left out. */
export interface DemoOptions {
  /** The names of the classes, in their order; default their numbers. */
  readonly classes?: readonly string[];
  readonly title?: string;
  /** A text below the title. */
  readonly caption?: string;
  /** What the training images were normalised by, if they were: `pixelStatistics`. Default none: pixels are 0 to 1. */
  readonly statistics?: PixelStatistics;
  /** What one draws on: `black`, with white, as MNIST's digits are (default), or `white`, with black. */
  readonly background?: "black" | "white";
}

/** What is to be shown, checked. */
export interface Demo {
  /** Undefined where none is given. */
  readonly title: string | undefined;
  readonly caption: string;
  readonly settings: DemoSettings;
}

/** @param others names of options beside those of `DemoOptions` */
export function checkDemo(
  op: string,
  network: Module,
  shape: readonly number[],
  options: DemoOptions,
  others: readonly string[] = [],
): Demo {
  checkOptions(op, options, ["classes", "title", "caption", "statistics", "background", ...others]);
  if (!((network as unknown) instanceof Module)) {
    throw new OptionError(op, `the network is ${describe(network)}`, "give a network: lenet5()");
  }
  const { title, caption = "" } = options;
  for (const [name, text] of Object.entries({ title, caption })) {
    if (text !== undefined && typeof text !== "string")
      throw new OptionError(op, `${name} is ${describe(text)}`, "give a text");
  }
  return { title, caption, settings: settingsOf(op, network, shape, options) };
}

function settingsOf(op: string, network: Module, shape: readonly number[], options: DemoOptions): DemoSettings {
  checkShape(op, shape);
  const [channels = 0, height = 0, width = 0] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3) || height * width === 0) {
    const fix = "give [C, H, W] with 1 channel (grey) or 3 (red, green, blue)";
    throw new ShapeError(op, "these are no images that one draws", [{ name: "image", shape, axes: "C H W" }], fix);
  }
  const { output, last } = follow(network, [1, ...shape]);
  const [, classes = 0] = output;
  if (output.length !== 2 || classes < 1) {
    const operands = [{ name: "output", shape: output }];
    const fix = "give a classifier, [N, C, H, W] → [N, K]";
    throw new ShapeError(op, "the network gives no score a class", operands, fix);
  }
  const { background = "black", statistics = { mean: 0, deviation: 1 } } = options;
  if (background !== "black" && (background as string) !== "white") {
    throw new OptionError(op, `background is ${describe(background)}`, 'give "black" or "white"');
  }
  const names = options.classes ?? Array.from({ length: classes }, (_, i) => `${i}`);
  if (!Array.isArray(names) || names.length !== classes || !names.every((name) => typeof name === "string")) {
    const found = Array.isArray(names) ? `${names.length} names` : describe(names);
    throw new OptionError(op, `classes is ${found}`, `give ${classes} texts, one a class`);
  }
  const drawn = { shape: [channels, height, width] as const, background, ...perChannel(op, statistics, channels) };
  return { classes: names, ...drawn, probabilities: last === "softmax" };
}

/** The shape of what a network makes of such a batch, and the operation that it comes from. */
function follow(network: Module, shape: readonly number[]): { output: readonly number[]; last: string | undefined } {
  const example = new Tensor(allocate("float32", 0), shape, "float32") as Tensor;
  let last: Applied | undefined;
  const output = shapesOnly(
    () => evaluating(network, () => network.forward(example)),
    (applied) => {
      last = applied;
    },
  );
  return { output: output.shape as readonly number[], last: last?.operation };
}
