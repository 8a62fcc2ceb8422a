import { shapesOnly } from "../autograd/apply.ts";
import { type PixelStatistics, perChannel } from "../data/statistics.ts";
import { toBase64 } from "../display/png.ts";
import { checkOptions, DataError, describe, OptionError, ShapeError } from "../errors.ts";
import { shippedText } from "../files/shipped.ts";
import { writeWhole } from "../files/whole.ts";
import { checkPath } from "../formats/check.ts";
import { evaluating } from "../nn/evaluating.ts";
import { Module } from "../nn/module.ts";
import { formatOnnx } from "../onnx/export/format.ts";
import { checkShape } from "../tensor/check.ts";
import { allocate } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { DemoSettings } from "./answer.ts";
import { demoPage } from "./page.ts";

/** How a page shows a network; every option may be left out. */
export interface ExportDemoOptions {
  /** The names of the classes, in their order; default their numbers. */
  readonly classes?: readonly string[];
  /** Default the name of the network's class. */
  readonly title?: string;
  /** A text below the title. */
  readonly caption?: string;
  /** What the training images were normalised by, if they were: `pixelStatistics`. Default none: pixels are 0 to 1. */
  readonly statistics?: PixelStatistics;
  /** What one draws on: `black`, with white, as MNIST's digits are (default), or `white`, with black. */
  readonly background?: "black" | "white";
}

const op = "exportDemo";

/** In a page, a byte of weights takes four thirds; browsers open pages of more than some 100 MB slowly, or never. */
const LIMIT = 64 * 2 ** 20;

/**
 * Writes a page that runs a trained network in any browser, without a network or a server: one draws, or opens a picture, and
 * sees the probability of each class, what every layer answers, and the filters. The page is one file of 0.3 MB and four
 * thirds of the weights, so 0.65 MB for LeNet-5; it asks nothing of anybody. The network travels as ONNX and is run by this
 * library.
 *
 * @param network a classifier of images, `[N, C, H, W]` → `[N, K]` scores or, behind a softmax, probabilities; with dropout and
 *   batch normalisation as in evaluation
 * @param shape of one image, `[C, H, W]`, with 1 or 3 channels
 * @returns how many bytes the page has
 * @throws OptionError for an unknown option or one that does not fit, for a network of more than 64 MiB and, as `formatOnnx`, for
 *   one that cannot be written; ShapeError if the network takes no such images; DataError if the file cannot be written
 * @example const save = (net: Module) => exportDemo("digits.html", net, [1, 28, 28], { title: "Draw a digit" })
 */
export async function exportDemo(
  path: string,
  network: Module,
  shape: readonly [channels: number, height: number, width: number],
  options: ExportDemoOptions = {},
): Promise<number> {
  checkPath(op, path, "demo.html");
  checkOptions(op, options, ["classes", "title", "caption", "statistics", "background"]);
  if (!((network as unknown) instanceof Module)) {
    throw new OptionError(op, `the network is ${describe(network)}`, "give a network: lenet5()");
  }
  const settings = settingsOf(network, shape, options);
  const { title = network.constructor.name, caption = "" } = options;
  for (const [name, text] of Object.entries({ title, caption })) {
    if (typeof text !== "string") throw new OptionError(op, `${name} is ${describe(text)}`, "give a text");
  }
  const weights = formatOnnx(network, shape);
  if (weights.length > LIMIT) {
    const problem = `the network has ${(weights.length / 2 ** 20).toFixed(0)} MiB, and a page holds at most 64`;
    throw new OptionError(op, problem, "write it by writeOnnx, and serve it to a program");
  }
  const script = shippedText("demo.js");
  if (script === null) {
    throw new DataError("dist/bundle/demo.js", "the script of the page beside this library", "nothing there");
  }
  const page = new TextEncoder().encode(demoPage({ title, caption, settings, network: toBase64(weights), script }));
  await writeWhole(path, page);
  return page.length;
}

function settingsOf(network: Module, shape: readonly number[], options: ExportDemoOptions): DemoSettings {
  checkShape(op, shape);
  const [channels = 0, height = 0, width = 0] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3) || height * width === 0) {
    const fix = "give [C, H, W] with 1 channel (grey) or 3 (red, green, blue)";
    throw new ShapeError(op, "these are no images that one draws", [{ name: "image", shape, axes: "C H W" }], fix);
  }
  const example = new Tensor(allocate("float32", 0), [1, ...shape], "float32") as Tensor;
  const output = shapesOnly(() => evaluating(network, () => network.forward(example))).shape as readonly number[];
  const [, classes = 0] = output;
  if (output.length !== 2 || classes < 1) {
    const operands = [{ name: "output", shape: output }];
    throw new ShapeError(
      op,
      "the network gives no score a class",
      operands,
      "give a classifier, [N, C, H, W] → [N, K]",
    );
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
  return { classes: names, shape: [channels, height, width], ...perChannel(op, statistics, channels), background };
}
