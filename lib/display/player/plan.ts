import type { Applied } from "../../autograd/apply.ts";
import type { Conv2dGeometry, Pool2dGeometry } from "../../compute/geometry.ts";
import { tapsOf } from "../../ops/taps.ts";
import type { UnpoolDetails } from "../../ops/unpool2d.ts";
import { interpolations, type UpsampleDetails } from "../../ops/upsample.ts";
import type { Axis } from "./axis.ts";
import type { Rule } from "./played.ts";
import type { Watched } from "./watch-layer.ts";

/** What a layer does to a batch, of which a player shows a part. */
export interface Plan {
  readonly rule: Rule;
  readonly examples: number;
  readonly channels: number;
  readonly maps: number;
  /** Rows and columns of the output. */
  readonly rows: number;
  readonly columns: number;
  readonly down: Axis;
  readonly across: Axis;
  /** Null where nothing is multiplied. */
  readonly bank: Bank | null;
}

/** Where a layer's weights lie, whichever way round its tensor has them. */
export interface Bank {
  readonly height: number;
  readonly width: number;
  /** Channels that a map reads, and maps that read the same ones. */
  readonly channelsPerGroup: number;
  readonly mapsPerGroup: number;
  /** Whether all positions have the same. */
  readonly shared: boolean;
  /** The first weight of the window of a map on the channel that it reads as its `read`-th. */
  windowAt(map: number, read: number, row: number, column: number): number;
}

/** The geometry of a layer with windows, in one form for all kinds. */
export function planOf(watched: Watched): Plan {
  const { operation, inputs, output } = watched.applied;
  const shape = output.shape as readonly number[];
  const [examples, maps] = shape as readonly [number, number];
  const [rows, columns] = [shape.length === 4 ? shape[2]! : 1, shape.length > 2 ? shape.at(-1)! : 1];
  const [down, across] = axesOf(watched, [rows, columns]);
  const rule = ruleOf(operation);
  const channels = inputs[0]!.shape[1] as number;
  return {
    rule,
    examples,
    channels,
    maps,
    rows,
    columns,
    down,
    across,
    bank: rule === "sum" && operation !== "upsample" ? bankOf(watched.applied) : null,
  };
}

/** What lies around the image before an operation that slides belongs to its windows: it is shown as padding. */
function axesOf({ applied, padded }: Watched, counts: readonly [number, number]): readonly [Axis, Axis] {
  if (applied.operation === "maxUnpool2d") return unpooledAxes(applied);
  if (applied.operation === "upsample") return sampledAxes(applied.details as UpsampleDetails);
  const geometry = (applied.details as { geometry: Partial<Conv2dGeometry & Pool2dGeometry> }).geometry;
  const divided = geometry.kernelHeight === undefined;
  const [vertical, horizontal] = applied.windows as NonNullable<Applied["windows"]>;
  const from = (padded?.from ?? applied.inputs[0]!.shape) as readonly number[];
  const before = padded?.ends.map(([first]) => first) ?? from.map(() => 0);
  const image = from.length === 3 ? [1, from[2]!] : from.slice(2);
  const around = from.length === 3 ? [0, before[2]!] : before.slice(2);
  return [vertical, horizontal].map((window, i): Axis => {
    const size = image[i]!;
    if (divided) return { kind: "divided", size, count: counts[i]! };
    const { kernelSize, stride, dilation, padding } = window!;
    const kind = vertical?.transposed === true ? "laid" : "sliding";
    return { kind, size, kernelSize, stride, dilation, padding: padding + around[i]! };
  }) as [Axis, Axis];
}

/** An unpooling's windows lie on its output, one for each number of the input, as the pooling had them. */
function unpooledAxes({ details, inputs }: Applied): readonly [Axis, Axis] {
  const sizes = (inputs[0]!.shape as readonly number[]).slice(2);
  const windows = (details as UnpoolDetails).windows!;
  return windows.map((window, i): Axis => ({ kind: "laid", size: sizes[i]!, dilation: 1, ...window })) as [Axis, Axis];
}

/** Upsampling takes the same from all rows, and the same from all columns; of a sequence, its only row. */
function sampledAxes({ axes, mode, alignCorners }: UpsampleDetails): readonly [Axis, Axis] {
  const sampled = axes.map((axis): Axis => {
    const { taps, sources, weights } = tapsOf(axis, interpolations[mode], alignCorners);
    const from = Array.from({ length: axis.to }, (_, i) => {
      const shares = new Map<number, number>(); // at an edge the same number is taken several times
      for (let tap = i * taps; tap < (i + 1) * taps; tap++) {
        shares.set(sources[tap]!, (shares.get(sources[tap]!) ?? 0) + weights[tap]!);
      }
      return [...shares].filter(([, share]) => share !== 0).map(([at, share]) => ({ at, share }));
    });
    return { kind: "sampled", size: axis.from, from };
  });
  const row: Axis = { kind: "sampled", size: 1, from: [[{ at: 0, share: 1 }]] };
  return [sampled.length === 1 ? row : sampled[0]!, sampled.at(-1)!];
}

function ruleOf(operation: string): Rule {
  if (operation === "maxUnpool2d") return "place";
  if (!operation.includes("Pool")) return "sum";
  if (/max/i.test(operation)) return "max";
  if (/min/i.test(operation)) return "min";
  return /average/i.test(operation) ? "mean" : "norm";
}

function bankOf({ operation, inputs, details, output }: Applied): Bank {
  const filters = inputs[1]!.shape as readonly number[];
  const maps = output.shape[1] as number;
  const channels = inputs[0]!.shape[1] as number;
  const groups = (details as { geometry: Partial<Conv2dGeometry> }).geometry.groups ?? 1;
  const [channelsPerGroup, mapsPerGroup] = [channels / groups, maps / groups];
  const sequences = filters.length === 3;
  const [height, width] = [sequences ? 1 : filters.at(-2)!, filters.at(-1)!];
  const window = height * width;
  const common = { height, width, channelsPerGroup, mapsPerGroup, shared: true };
  if (operation.startsWith("locallyConnected")) {
    const across = filters[1]!; // filters are [P, Q, F, C, K, L]
    const windowAt: Bank["windowAt"] = (map, read, row, column) =>
      (((row * across + column) * maps + map) * channels + read) * window;
    return { ...common, shared: false, windowAt };
  }
  if (operation.startsWith("convTranspose")) {
    // filters are [C, F / groups, K, L]
    const windowAt: Bank["windowAt"] = (map, read) => {
      const channel = Math.floor(map / mapsPerGroup) * channelsPerGroup + read;
      return (channel * mapsPerGroup + (map % mapsPerGroup)) * window;
    };
    return { ...common, windowAt };
  }
  return { ...common, windowAt: (map, read) => (map * channelsPerGroup + read) * window };
}
