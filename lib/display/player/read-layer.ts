import type { Floats } from "../../compute/floats.ts";
import type { Pool2dGeometry } from "../../compute/geometry.ts";
import type { AveragePoolDetails, LpPoolDetails } from "../../ops/pooling.ts";
import { peek } from "../../tensor/numbers.ts";
import { elementCount } from "../../tensor/shape.ts";
import { type Axis, reachOf, tapsAt } from "./axis.ts";
import type { Choice } from "./choice.ts";
import type { Bank, Plan } from "./plan.ts";
import type { Area, Played, PlayedInput, PlayedOutputs, PlayedWeights } from "./played.ts";
import type { Watched } from "./watch-layer.ts";

/** What is played of a layer: a part of its outputs, and all that they were computed from. */
export function readLayer(watched: Watched, plan: Plan, { example, maps, area }: Choice): Played {
  const { applied, output } = watched;
  const read = maps.map((map) => channelsOf(plan, map));
  const channels = [...new Set(read.flat())].sort((a, b) => a - b);
  const outputs: PlayedOutputs = {
    maps,
    reads: read.map((numbers) => numbers.map((channel) => channels.indexOf(channel))),
    area,
    of: [plan.rows, plan.columns],
    values: cut(peek(output) as Floats, [plan.maps, plan.rows, plan.columns], example, maps, area),
    counts: countsOf(watched, plan, area),
  };
  return {
    operation: applied.operation.replace(" and relu", ""),
    rule: plan.rule,
    rectified: applied.operation.endsWith("and relu"),
    power: plan.rule === "norm" ? (applied.details as LpPoolDetails).normType : 0,
    rows: plan.down,
    columns: plan.across,
    input: inputOf(watched, plan, example, channels, area),
    weights: plan.bank && weightsOf(watched, plan.bank, maps, area),
    outputs,
  };
}

/** The channels that a map reads: all of its group, its own where it is a pooling. */
function channelsOf({ bank }: Plan, map: number): number[] {
  if (bank === null) return [map];
  const first = Math.floor(map / bank.mapsPerGroup) * bank.channelsPerGroup;
  return Array.from({ length: bank.channelsPerGroup }, (_, i) => first + i);
}

/** The whole image where all outputs are played, or else what they look at; with the padding, where that is numbers, too. */
function inputOf(
  { operands, padded }: Watched,
  { rule, down, across, rows, columns, channels: all }: Plan,
  example: number,
  channels: readonly number[],
  area: Area,
): PlayedInput {
  const whole = area.height === rows && area.width === columns;
  const stored = padded ? sizesOf(padded.from, padded.ends) : [down.size, across.size];
  const offset = padded ? beginsOf(padded.ends) : [0, 0];
  const seen = [reachOf(down, area.top, area.top + area.height), reachOf(across, area.left, area.left + area.width)];
  const [first, last] = [0, 1].map((i) => {
    const [low, high] = [-offset[i]!, stored[i]! - offset[i]! - 1];
    const reach = whole ? { first: low, last: high } : (seen[i] ?? { first: 0, last: -1 });
    return [Math.max(reach.first, low), Math.min(reach.last, high)];
  }) as [[number, number], [number, number]];
  const kept = { top: first[0], left: last[0], height: first[1] - first[0] + 1, width: last[1] - last[0] + 1 };
  const inStore = { ...kept, top: kept.top + offset[0]!, left: kept.left + offset[1]! };
  const part = (of: Floats) => cut(of, [all, stored[0]!, stored[1]!], example, channels, inStore);
  const places = rule === "place" ? (part(operands[1]!) as unknown as Int32Array) : null;
  return { channels, area: kept, values: part(operands[0]!), places };
}

type Ends = readonly (readonly [before: number, after: number])[];

/** Rows and columns of what is padded; of sequences one row. */
function sizesOf(from: readonly number[], ends: Ends): readonly number[] {
  const padded = from.map((size, i) => size + ends[i]![0] + ends[i]![1]);
  return padded.length === 3 ? [1, padded[2]!] : padded.slice(2);
}

function beginsOf(ends: Ends): readonly number[] {
  const begins = ends.map(([before]) => before);
  return begins.length === 3 ? [0, begins[2]!] : begins.slice(2);
}

/** Planes of an example, and an area of each. */
function cut(
  values: Floats,
  [planes, height, width]: readonly [number, number, number],
  example: number,
  chosen: readonly number[],
  area: Area,
): Floats {
  const kept = new (values.constructor as Float32ArrayConstructor)(chosen.length * area.height * area.width) as Floats;
  let to = 0;
  for (const plane of chosen) {
    for (let row = area.top; row < area.top + area.height; row++) {
      const from = ((example * planes + plane) * height + row) * width + area.left;
      kept.set(values.subarray(from, from + area.width), to);
      to += area.width;
    }
  }
  return kept;
}

function weightsOf(
  { applied, operands, mask }: Watched,
  bank: Bank,
  maps: readonly number[],
  area: Area,
): PlayedWeights {
  const { height, width, channelsPerGroup, shared } = bank;
  const [filters, bias] = [operands[1]!, operands[2]];
  const [maps_, rows, columns] = [
    applied.output.shape[1],
    applied.output.shape[2],
    applied.output.shape[3],
  ] as number[];
  const places = shared ? [{ row: 0, column: 0 }] : placesIn(area);
  const window = height * width;
  const size = maps.length * places.length * channelsPerGroup * window;
  const values = new (filters.constructor as Float32ArrayConstructor)(size) as Floats;
  const kept = mask === null ? null : new Uint8Array(size);
  let to = 0;
  for (const map of maps) {
    for (const { row, column } of places) {
      for (let read = 0; read < channelsPerGroup; read++, to += window) {
        const from = bank.windowAt(map, read, row, column);
        values.set(filters.subarray(from, from + window), to);
        for (let i = 0; i < window; i++) if (kept) kept[to + i] = maskAt(mask!, from + i) === 0 ? 0 : 1;
      }
    }
  }
  const biases = (one: Floats): Floats =>
    shared
      ? (Float64Array.from(maps, (map) => one[map]!) as Floats)
      : cut(one, [maps_!, rows!, columns!], 0, maps, area);
  return { height, width, shared, values, mask: kept, bias: bias ? biases(bias) : null };
}

/** A mask lies on the last axes of the filters. */
function maskAt({ values, shape }: NonNullable<Watched["mask"]>, index: number): number {
  return values[index % elementCount(shape)] as number;
}

function placesIn({ top, left, height, width }: Area): { row: number; column: number }[] {
  return Array.from({ length: height * width }, (_, i) => ({
    row: top + Math.floor(i / width),
    column: left + (i % width),
  }));
}

/** What a mean divides by, as `averagePool2d` defines it; for a norm what its sum is scaled up by. */
function countsOf({ applied }: Watched, { rule, down, across }: Plan, area: Area): PlayedOutputs["counts"] {
  if (rule !== "mean" && rule !== "norm") return { rows: [], columns: [] };
  const rows = Array.from({ length: area.height }, (_, i) => area.top + i);
  const columns = Array.from({ length: area.width }, (_, i) => area.left + i);
  const { divisorOverride, countIncludePad } = applied.details as AveragePoolDetails;
  if (divisorOverride) return { rows: rows.map(() => divisorOverride), columns: columns.map(() => 1) };
  const g = (applied.details as { geometry: Pool2dGeometry }).geometry;
  const withPadding = rule === "norm" || countIncludePad;
  const counted = (axis: Axis, padAfter: number, index: number): number => {
    const [low, high] = withPadding && axis.kind === "sliding" ? [-axis.padding, axis.size + padAfter] : [0, axis.size];
    const count = tapsAt(axis, index).filter(({ at }) => at >= low && at < high).length;
    return rule === "norm" ? (axis as { kernelSize: number }).kernelSize / count : count;
  };
  return {
    rows: rows.map((index) => counted(down, g.padBottom, index)),
    columns: columns.map((index) => counted(across, g.padRight, index)),
  };
}
