import { DataError } from "../errors.ts";
import { shippedText } from "../files/shipped.ts";
import { writeWhole } from "../files/whole.ts";
import { checkPath } from "../formats/check.ts";
import type { Module } from "../nn/module.ts";
import { demoPage } from "./page.ts";
import { checkDemo, type DemoOptions } from "./settings.ts";
import { packNetwork } from "./travel.ts";

/** How a page shows a network; every option may be left out. */
export interface ExportDemoOptions extends DemoOptions {
  /** Default the name of the network's class. */
  readonly title?: string;
}

const op = "exportDemo";

/** In a page, a byte of weights takes four thirds; browsers open pages of more than some 100 MB slowly, or never. */
const LIMIT = { mebibytes: 64, fix: "write it by writeOnnx, and serve it to a program" };

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
  const { title = network.constructor.name, caption, settings } = checkDemo(op, network, shape, options);
  const packed = packNetwork(op, network, settings.shape, LIMIT);
  const script = shippedText("demo.js");
  if (script === null) {
    throw new DataError("dist/bundle/demo.js", "the script of the page beside this library", "nothing there");
  }
  const page = new TextEncoder().encode(demoPage({ title, caption, settings, network: packed, script }));
  await writeWhole(path, page);
  return page.length;
}
