import { describe, OptionError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { Module } from "../nn/module.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { drawImages } from "./draw-images.ts";
import { joinSentences, plural } from "./format.ts";
import { lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";

/** Quantiles of a parameter's values at one time. */
interface Moment {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  /** How far the values are from the first ones, as a part of those: both as lengths of vectors. */
  readonly moved: number;
}

/** Filters as they were at one time: `[filters, K, L]`, each over its first channel. */
interface Snapshot {
  readonly step: number;
  readonly filters: Float64Array;
}

interface Track {
  readonly parameter: AnyTensor;
  readonly first: Float64Array;
  readonly moments: Moment[];
  snapshots: Snapshot[];
}

/** Filters and times of a picture; when there are more times, every other one is forgotten. */
const MOST = { filters: 12, snapshots: 12 };

/**
 * Follows a network's weights over time. Call `record` after steps, as often as you want to see them; draws itself as how far
 * each parameter has come from its first values.
 *
 * @example
 * const net = lenet5();
 * const weights = new WeightHistory(net);
 * await fit(net, digits({ count: 128 }), { optimizer: new Adam(net.parameters()), onStep: ({ step }) => weights.record(step), live: false });
 * weights.filters("conv1.filters");
 */
export class WeightHistory {
  /** When they were recorded: what `record` was told. */
  readonly steps: number[] = [];
  readonly #tracks: ReadonlyMap<string, Track>;
  /** Of so many records one is kept as a picture. */
  #every = 1;

  /** Keeps the weights as they are now, and records them as step 0. @throws OptionError for no network, or no parameters */
  constructor(network: Module) {
    if (!(network instanceof Module)) {
      throw new OptionError("WeightHistory", `it is given ${describe(network)}`, "give a network");
    }
    const named = network.namedParameters();
    if (named.length === 0)
      throw new OptionError("WeightHistory", "the network has no parameters", "give one that learns");
    const tracks = named.map(([name, parameter]): [string, Track] => [
      name,
      {
        parameter: parameter as AnyTensor,
        first: Float64Array.from(peek(parameter as AnyTensor)),
        moments: [],
        snapshots: [],
      },
    ]);
    this.#tracks = new Map(tracks);
    this.record(0);
  }

  /** Records all parameters as they are. @param step when that is; left out, one more than last time */
  record(step = (this.steps.at(-1) ?? -1) + 1): void {
    if (!Number.isFinite(step))
      throw new OptionError("record", `the step is ${describe(step)}`, "give a finite number");
    const due = this.steps.length % this.#every === 0;
    this.steps.push(step);
    for (const track of this.#tracks.values()) {
      track.moments.push(momentOf(track));
      if (due && track.parameter.shape.length === 4)
        track.snapshots.push({ step, filters: filtersOf(track.parameter) });
    }
    const [longest] = [...this.#tracks.values()].filter(({ snapshots }) => snapshots.length > MOST.snapshots);
    if (longest === undefined) return;
    this.#every *= 2;
    for (const track of this.#tracks.values()) track.snapshots = track.snapshots.filter((_, i) => i % 2 === 0);
  }

  /** How far each parameter has come: the length of its change by the length of its first values. */
  chart(): Picture {
    const series = [...this.#tracks].map(([name, { moments }]) => ({
      name,
      x: this.steps,
      y: moments.map(({ moved }) => moved),
    }));
    const title = "How far the weights have come from their first values";
    return lineChart({ title, x: { label: "step" }, y: { label: "change (part of the first length)" }, series });
  }

  /**
   * The distribution of one parameter's values over time: the median, in a band from the 5th to the 95th percentile.
   *
   * @throws OptionError if there is no such parameter
   */
  distribution(name: string): Picture {
    const { moments } = this.#track("distribution", name);
    const band = { low: moments.map(({ low }) => low), high: moments.map(({ high }) => high) };
    const median = { name: "median, 5 % to 95 %", x: this.steps, y: moments.map(({ middle }) => middle), band };
    return lineChart({ title: `Values of ${name}`, x: { label: "step" }, y: { label: "weight" }, series: [median] });
  }

  /**
   * Filters of a convolution as they changed: a row a time, a column a filter, over its first channel.
   *
   * @throws OptionError if there is no such parameter, or it has not the axes of filters
   */
  filters(name: string): Picture {
    const { parameter, snapshots } = this.#track("filters", name);
    const shape = parameter.shape as readonly number[];
    if (shape.length !== 4) {
      const problem = `${name} is [${shape.join(", ")}], not [F, C, K, L]`;
      throw new OptionError("filters", problem, "name the filters of a convolution, or ask for distribution(name)");
    }
    const [all, channels, height, width] = shape as [number, number, number, number];
    const columns = Math.min(all, MOST.filters);
    const data = new Float64Array(snapshots.length * columns * height * width);
    for (const [i, { filters }] of snapshots.entries()) data.set(filters, i * filters.length);
    const caption = joinSentences(
      `A row a time: step ${snapshots.map(({ step }) => step).join(", ")}; a column a filter`,
      channels > 1 && `Each over the first of ${plural(channels, "channel")}`,
      columns < all && `The first ${columns} of ${plural(all, "filter")}`,
    );
    const images = { count: snapshots.length * columns, channels: 1, height, width, data } as const;
    const options = {
      title: `${name} over time`,
      caption,
      columns,
      colours: "diverging",
      limit: images.count,
    } as const;
    return drawImages(images, options, "filter");
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.chart()[display]();
  }

  /** The chart in words. */
  toString(): string {
    return this.chart().toString();
  }

  #track(op: string, name: string): Track {
    const track = this.#tracks.get(name);
    if (track !== undefined) return track;
    const names = [...this.#tracks.keys()].join(", ");
    throw new OptionError(op, `there is no parameter ${describe(name)}`, `the parameters are ${names}`);
  }
}

function filtersOf(parameter: AnyTensor): Float64Array {
  const [all, channels, height, width] = parameter.shape as readonly number[] as [number, number, number, number];
  const count = Math.min(all, MOST.filters);
  const size = height * width;
  const kept = new Float64Array(count * size);
  const data = peek(parameter);
  for (let i = 0; i < count; i++) kept.set(data.subarray(i * channels * size, i * channels * size + size), i * size);
  return kept;
}

function momentOf({ parameter, first }: Track): Moment {
  const data = peek(parameter);
  let [change, length] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    change += ((data[i] as number) - (first[i] as number)) ** 2;
    length += (first[i] as number) ** 2;
  }
  const sorted = Float64Array.from(data).sort();
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  // A bias begins at zero, of which nothing is a part: its change counts as it is.
  return { low: at(0.05), middle: at(0.5), high: at(0.95), moved: Math.sqrt(change) / (Math.sqrt(length) || 1) };
}
