import { checkOptions } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { Sigmoid, Tanh } from "../nn/activation.ts";
import type { Module } from "../nn/module.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { type CapturedLayer, captureLayers, type LossOfOutput } from "./capture-layers.ts";
import { formatNumber, formatShare, joinSentences, plural } from "./format.ts";
import { layerStatisticsSvg } from "./layer-statistics-svg.ts";
import { figureHtml } from "./picture.ts";
import { type Statistics, statistics } from "./statistics.ts";
import { svgSize, svgUri } from "./svg.ts";
import { tableText } from "./table.ts";

/** What is measured; every option may be left out. */
export interface LayerStatisticsOptions {
  readonly title?: string;
  /** From the network's output to one number: then its gradients at the layers' outputs are measured, instead of those. */
  readonly loss?: LossOfOutput;
}

/** What one layer gave for a batch. */
export interface LayerDistribution {
  /** Its path, `conv1`. */
  readonly path: string;
  /** Its class, `Conv2d`. */
  readonly kind: string;
  /** Of its output, with the batch. */
  readonly shape: readonly number[];
  /** Extremes, mean, deviation and zeros of all its values. */
  readonly statistics: Statistics;
  /** Channels, or features of a fully connected layer. */
  readonly units: number;
  /** Units that are zero for every example at every place; of gradients, that get none. */
  readonly dead: number;
  /** The part of the values within 1 % of the ends of a sigmoid's or tanh's range, 0 to 1; null for other layers. */
  readonly saturated: number | null;
  /** How many finite values lie in each of 48 bars of equal width from the least to the greatest. */
  readonly counts: readonly number[];
}

/** How the values of a network are distributed, layer by layer. Draws itself as a histogram a layer. */
export class LayerStatistics {
  readonly layers: readonly LayerDistribution[];
  readonly #title: string;
  readonly #what: string;

  constructor(layers: readonly LayerDistribution[], title: string, what: string) {
    this.layers = layers;
    this.#title = title;
    this.#what = what;
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    const caption = joinSentences(
      `${this.#what} of each layer, the axis from its least to its greatest value`,
      "Dead units are zero everywhere; saturated values are within 1 % of the ends of a sigmoid or tanh",
    );
    const text = this.toString();
    const svg = layerStatisticsSvg(this.layers, this.#title, joinSentences(this.#title, ...text.split("\n")));
    const figure = { caption, alt: text, source: svgUri(svg), ...svgSize(svg) };
    return { "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": text };
  }

  /** A row a layer, in columns. */
  toString(): string {
    const heads = ["layer", "kind", "mean", "deviation", "min", "max", "zeros", "dead units", "saturated"];
    const rows = this.layers.map(({ path, kind, statistics: s, units, dead, saturated }) => {
      const numbers = [s.mean, s.deviation, s.min, s.max].map(formatNumber);
      const full = saturated === null ? "" : formatShare(saturated, 1);
      return [path, kind, ...numbers, formatShare(s.zeros, s.count), `${dead} of ${units}`, full];
    });
    const trouble = this.layers.flatMap(({ path, statistics: { nans, infinities } }) =>
      nans + infinities === 0 ? [] : [`${path}: ${plural(nans + infinities, "value")} not finite`],
    );
    return [this.#title, tableText(rows, heads), ...trouble].join("\n");
  }
}

/**
 * Measures what every layer of a network gives for a batch: how its values are distributed, which units are dead, how much of
 * a sigmoid or tanh is saturated (Glorot and Bengio, 2010, section 3). With a `loss` it measures the gradients that arrive at
 * the layers instead, which shows where they vanish or explode. The network runs in evaluation mode and is left as it was.
 *
 * @param x a batch, `[N, C, H, W]` for images
 * @throws OptionError for an unknown option, or no network; ShapeError if the batch does not fit it
 * @example layerStatistics(lenet5(), digits({ count: 16 }).images).layers[0]!.statistics.mean
 * @example
 * const { images, labels } = digits({ count: 16 });
 * layerStatistics(lenet5(), images, { loss: (scores) => crossEntropy(scores, labels) });
 */
export function layerStatistics(network: Module, x: AnyTensor, options: LayerStatisticsOptions = {}): LayerStatistics {
  checkOptions("layerStatistics", options, ["title", "loss"]);
  const captured = captureLayers("layerStatistics", network, x, options.loss);
  const what = options.loss === undefined ? "Values" : "Gradients of the loss";
  const name = `${network.constructor.name} on [${(x.shape as readonly number[]).join(", ")}]`;
  const layers = captured.filter(({ values }) => values !== null && values.size > 0);
  return new LayerStatistics(
    layers.map((layer) => distributionOf(layer, options.loss === undefined)),
    options.title ?? `${what} by layer: ${name}`,
    what,
  );
}

/** Bars of a histogram. */
const BARS = 48;

function distributionOf({ path, layer, values }: CapturedLayer, areOutputs: boolean): LayerDistribution {
  const x = values as AnyTensor;
  const data = peek(x);
  const shape = x.shape as readonly number[];
  const units = shape[1] ?? 1;
  const places = shape.slice(2).reduce((a, b) => a * b, 1);
  const alive = new Uint8Array(units);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) alive[Math.floor(i / places) % units] = 1;
  const ends = layer instanceof Sigmoid ? [0, 1] : layer instanceof Tanh ? [-1, 1] : null;
  const found = statistics(data);
  return {
    path: path === "" ? layer.constructor.name : path,
    kind: layer.constructor.name,
    shape,
    statistics: found,
    units,
    dead: alive.filter((one) => one === 0).length,
    saturated: ends === null || !areOutputs ? null : shareNear(data, ends as [number, number]),
    counts: countsOf(data, found.min, found.max),
  };
}

function shareNear(values: ArrayLike<number>, [low, high]: readonly [number, number]): number {
  const near = (high - low) / 100;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low + near || value > high - near) count++;
  }
  return count / values.length;
}

function countsOf(values: ArrayLike<number>, min: number, max: number): number[] {
  const counts = new Array<number>(BARS).fill(0);
  if (Number.isNaN(min)) return counts;
  const width = (max - min) / BARS;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bar = width === 0 ? BARS / 2 : Math.min(BARS - 1, Math.floor((value - min) / width));
    counts[bar] = (counts[bar] as number) + 1;
  }
  return counts;
}
