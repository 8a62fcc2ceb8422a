import { checkOptions, describe, OptionError } from "../errors.ts";
import { shippedText } from "../files/shipped.ts";
import { escapeHtml } from "../mime.ts";
import { Module } from "../nn/module.ts";
import { MaxUnpool2d } from "../nn/unpool2d.ts";
import { checkTensor } from "../tensor/check.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { joinSentences } from "./format.ts";
import { Picture, wrapFigure } from "./picture.ts";
import { checkChoice, checkSize } from "./player/choice.ts";
import { type Fed, layerIn } from "./player/layer-in.ts";
import { pack } from "./player/pack.ts";
import { planOf } from "./player/plan.ts";
import { type Played, placeOf } from "./player/played.ts";
import { readLayer } from "./player/read-layer.ts";
import { packedUri, stripSvg } from "./player/strip.ts";
import { watchLayer } from "./player/watch-layer.ts";
import { describe as describePlayed, sumText, writeSum } from "./player/words.ts";
import { svgSize } from "./svg.ts";

/** What of a layer is played; every option may be left out. */
export interface ConvolutionPlayerOptions {
  /** Where a whole network is given: the path of one of its layers, `conv1`. */
  readonly layer?: string;
  /** Of an unpooling that is given by itself: `maxPool2dWithIndices(...).indices`. Within a network it has its own. */
  readonly indices?: Tensor<Shape, "int32">;
  /** Which example of the batch, counted from 0; default 0. */
  readonly example?: number;
  /** Which maps of the output, by their numbers; default all. */
  readonly maps?: readonly number[];
  /** Which rows of the output, from and before: `[0, 6]`; default all. */
  readonly rows?: readonly [from: number, before: number];
  /** Which columns of the output, likewise. */
  readonly columns?: readonly [from: number, before: number];
  readonly title?: string;
  readonly caption?: string;
}

const op = "convolutionPlayer";

/**
 * Plays how a layer with windows computes its output from this input: convolutions (also strided, dilated, grouped, depthwise,
 * masked, transposed, unshared), poolings, unpooling and upsampling, of images and of sequences. The window moves over the padded input, by buttons,
 * keys or by itself; the output under the pointer, or the current one, is written out term by term with its numbers, a number
 * of the input shows which outputs it is part of. All numbers are the layer's own, in evaluation mode.
 *
 * The picture plays wherever scripts run, without a network: notebooks, nbconvert's pages, our own. Elsewhere four moments of
 * it stand as a still picture.
 *
 * @param layer one with windows; or a network, with the option `layer`
 * @param input a batch as the layer, or the network, takes it: `[N, C, H, W]` or `[N, C, W]`
 * @throws OptionError if the module is not one operation with windows, for an unknown option or one out of range, for an unpooling
 *   without indices and indices for anything else, and if there are more than 20,000 numbers to keep: choose `maps`, `rows` and
 *   `columns`
 * @example
 * const { output, indices } = maxPool2dWithIndices(tensor([[[[1, 5, 2, 0], [3, 4, 1, 7]]]]), { kernelSize: 2 });
 * convolutionPlayer(new MaxUnpool2d({ kernelSize: 2 }), output, { indices })
 * @example convolutionPlayer(new MaxPool2d({ kernelSize: 2 }), tensor([[[[1, 5, 2, 0], [3, 4, 1, 7]]]]))
 */
export function convolutionPlayer(layer: Module, input: AnyTensor, options: ConvolutionPlayerOptions = {}): Picture {
  checkOptions(op, options, ["layer", "indices", "example", "maps", "rows", "columns", "title", "caption"]);
  if (!((layer as unknown) instanceof Module)) {
    throw new OptionError(op, `the layer is ${describe(layer)}`, "give a layer: new Conv2d({ ... })");
  }
  checkTensor(op, "the input", input);
  const found = layerIn(op, layer, input as Tensor, options.layer);
  checkIndices(found, options.indices);
  const watched = watchLayer(op, options.indices === undefined ? found : { ...found, more: [options.indices] });
  const plan = planOf(watched);
  const played = readLayer(watched, plan, checkChoice(op, plan, options));
  checkSize(op, played, plan);
  return draw(played, options, watched.notes);
}

/** @throws OptionError for an unpooling that has no indices, and for indices that nobody takes */
function checkIndices({ layer, more }: Fed, indices: unknown): void {
  const kind = layer.constructor.name;
  const takes = layer instanceof MaxUnpool2d && more.length === 0;
  if (indices === undefined) {
    if (!takes) return;
    const fix = "give { indices } of maxPool2dWithIndices, or the network and the layer's path";
    throw new OptionError(op, `${kind} is given no indices`, fix);
  }
  if (!takes) {
    const why = more.length > 0 ? "has those of its network" : "takes none";
    throw new OptionError(op, `indices are given, and ${kind} ${why}`, "leave them out");
  }
  checkTensor(op, "the indices", indices as AnyTensor);
}

function draw(played: Played, { title, caption }: ConvolutionPlayerOptions, notes: readonly string[]): Picture {
  const sizes = `input ${sizeOf(played, "input")}, output ${sizeOf(played, "output")}`;
  const summary = joinSentences(`${describePlayed(played)}; ${sizes}`, cutOf(played), ...notes);
  const first = sumText(writeSum(played, placeOf(played, 0)));
  const script = shippedText("player.js");
  const missing = script === null && "The script that plays it is not beside this library: four moments of it";
  const svg = stripSvg(played, joinSentences(title, summary));
  const { width, height } = svgSize(svg);
  const still = `<img src="${packedUri(svg)}" alt="${escapeHtml(joinSentences(title, summary))}" width="${width}" height="${height}" style="max-width: 100%; height: auto">`;
  const live =
    script === null ? "" : `<script type="application/json">${pack(played)}</script><script>${script}</script>`;
  return new Picture({
    "text/html": wrapFigure(`<div data-stridelab-player>${still}${live}</div>`, {
      title,
      caption: joinSentences(caption, summary, missing),
    }),
    "image/svg+xml": svg,
    "text/plain": [joinSentences(title, caption, summary), first].join("\n"),
  });
}

/** `3 × 5 × 5`: channels, rows and columns; of sequences without rows. */
function sizeOf({ input, outputs, rows, columns }: Played, which: "input" | "output"): string {
  const planes = which === "input" ? input.channels.length : outputs.maps.length;
  const [height, width] = which === "input" ? [rows.size, columns.size] : outputs.of;
  return [planes, height, width].join(" × ");
}

/** What is left out, in words. */
function cutOf({ outputs: { area, of } }: Played): string {
  if (area.height === of[0] && area.width === of[1]) return "";
  const end = (begin: number, size: number) => (size === 1 ? `${begin}` : `${begin} to ${begin + size - 1}`);
  return `Played are rows ${end(area.top, area.height)} and columns ${end(area.left, area.width)} of the output, and the part of the input that these see`;
}
