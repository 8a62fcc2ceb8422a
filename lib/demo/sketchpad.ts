import { joinSentences } from "../display/format.ts";
import { wrapFigure } from "../display/picture.ts";
import { toBase64 } from "../display/png.ts";
import { checkBoolean } from "../errors.ts";
import { shippedText } from "../files/shipped.ts";
import { type Displayable, display, type MimeBundle } from "../mime.ts";
import type { Module } from "../nn/module.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { imageTensor, Respondent } from "./answer.ts";
import { Correspondence } from "./correspondence.ts";
import { embedHtml } from "./embed.ts";
import { checkDemo, type Demo, type DemoOptions } from "./settings.ts";
import { chosenNames, firstPixels } from "./sketchpad-choice.ts";
import { stillOf } from "./sketchpad-still.ts";
import { packNetwork } from "./travel.ts";

/** How a sketchpad looks, and what it shows; every option may be left out. */
export interface SketchpadOptions extends DemoOptions {
  /** What is drawn at first, `[C, H, W]` or `[1, C, H, W]`, normalised as the network's images are; default nothing. */
  readonly image?: AnyTensor;
  /** Paths of the layers whose answers are shown, `["conv1"]`; default all, of a deep network twelve from first to last. */
  readonly layers?: readonly string[];
  /**
   * Whether the output holds the network, as it is when the output is made, and what runs it, so that it answers on pages
   * without a kernel, too: our own, nbconvert's of a notebook that JupyterLab or `stridelab run` saved. That takes 0.15 MB and
   * four thirds of the weights, 0.5 MB for LeNet-5, in the notebook; default false.
   */
  readonly embed?: boolean;
}

/** A canvas to draw on, and the drawing: `S` is the image's `[C, H, W]`. */
export interface Sketchpad<S extends ImageShape = ImageShape> extends Displayable {
  /**
   * The drawing as it is now, normalised as the network takes it: `[1, C, H, W]`. For `saliency(net, pad.image)`, and all else
   * that looks at a network's answer to an image.
   */
  readonly image: Tensor<readonly [1, ...S]>;
  /** What a notebook shows. */
  [display](): MimeBundle;
  /** The answer in words. */
  toString(): string;
}

/** Of one image, without the batch. */
export type ImageShape = readonly [channels: number, height: number, width: number];

const op = "sketchpad";

/** An output is a part of a notebook, which is opened and saved as a whole. */
const LIMIT = { mebibytes: 16, fix: "leave embed out, or write a page by exportDemo" };

/**
 * A canvas to draw on in the notebook: the network in the kernel answers while one draws, with the probability of each class
 * and what its layers come to. As a cell's last value it is shown. It answers whenever the kernel is free, so also while a
 * cell awaits, and anew as the network learns: show it, then call `fit` in the next cell and watch.
 *
 * It needs a kernel with widgets and, in JupyterLab and Notebook, anywidget (`pip install anywidget`). Elsewhere the last
 * drawing and its answer stand as a picture; with `embed: true`, pages without a kernel compute by themselves. `exportDemo`
 * writes a page of its own.
 *
 * @param network a classifier of images, `[N, C, H, W]` → `[N, K]` scores or, behind a softmax, probabilities; it is run in
 *   evaluation mode and left in its own
 * @param shape of one image, `[C, H, W]`, with 1 or 3 channels
 * @throws OptionError for an unknown option or one that does not fit, for a layer that there is not and, with `embed`, for a
 *   network that cannot be written or has more than 16 MiB; ShapeError if the network takes no such images
 * @example sketchpad(lenet5(), [1, 28, 28], { layers: ["conv1", "conv2"] }).image.shape // [1, 1, 28, 28]
 */
export function sketchpad<const S extends ImageShape>(
  network: Module,
  shape: S,
  options: SketchpadOptions = {},
): Sketchpad<S> {
  const demo = checkDemo(op, network, shape, options, ["image", "layers", "embed"]);
  if (options.embed !== undefined) checkBoolean(op, "embed", options.embed);
  if (options.embed === true) packNetwork(op, network, shape, LIMIT);
  const pixels = firstPixels(op, options.image, demo.settings);
  const layers = chosenNames(op, new Respondent(network, demo.settings).answer(pixels).activations, options.layers);
  const link = new Correspondence(
    network,
    { ...demo, title: demo.title ?? "", pixels },
    layers,
    shippedText("sketchpad.js"),
  );
  return new Pad(network, demo, link, options.embed ?? false);
}

class Pad<S extends ImageShape> implements Sketchpad<S> {
  readonly #network: Module;
  readonly #demo: Demo;
  readonly #link: Correspondence;
  readonly #embed: boolean;

  constructor(network: Module, demo: Demo, link: Correspondence, embed: boolean) {
    this.#network = network;
    this.#demo = demo;
    this.#link = link;
    this.#embed = embed;
  }

  get image(): Tensor<readonly [1, ...S]> {
    return imageTensor(this.#link.pixels, this.#demo.settings) as unknown as Tensor<readonly [1, ...S]>;
  }

  [display](): MimeBundle {
    const { title, caption, settings } = this.#demo;
    const { pixels } = this.#link;
    const { svg, html, text } = stillOf(pixels, this.#link.answer().shares, settings);
    const script = this.#embed ? shippedText("demo.packed.txt") : null;
    const embedded =
      script === null
        ? html
        : embedHtml({
            still: html,
            settings,
            layers: this.#link.layers,
            network: packNetwork(op, this.#network, settings.shape, LIMIT),
            pixels: toBase64(pixels),
            script,
          });
    const note = script === null ? standsStill : computesItself;
    return {
      ...this.#link.widget?.[display](),
      "text/html": wrapFigure(embedded, { title, caption: joinSentences(caption, note) }),
      "image/svg+xml": svg,
      "text/plain": joinSentences(title, caption, text),
    };
  }

  toString(): string {
    return joinSentences(
      this.#demo.title,
      stillOf(this.#link.pixels, this.#link.answer().shares, this.#demo.settings).text,
    );
  }
}

const standsStill =
  "As it was when it was shown. One can draw where a kernel runs and Jupyter has anywidget (pip install anywidget); with embed: true on other pages, too";
const computesItself = "The network as it was when it was shown, computed by this page, where that may run scripts";
