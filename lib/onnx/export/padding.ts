/** What puts something around tensors, and what makes images larger or smaller. */
import type { PadDetails } from "../../ops/pad.ts";
import type { Ends } from "../../ops/pad-tables.ts";
import { type Axis, tapsOf } from "../../ops/taps.ts";
import type { UpsampleDetails } from "../../ops/upsample.ts";
import type { Call, Exporter } from "./exporter.ts";
import { Fraction } from "./graph.ts";
import type { Size } from "./varying.ts";

const modes = { constant: "constant", reflect: "reflect", replicate: "edge", circular: "wrap" } as const;

const pad: Exporter<PadDetails> = (call) => {
  const { graph, inputs, details, dtype, shape } = call;
  const { ends, mode, value } = details;
  const from = details.from as readonly Size[];
  const own = inputs[0]!;
  const x = own.shape.length === from.length ? own.name : graph.reshape(own.name, own.shape, from);
  const cuts = ends.some(([before, after]) => before < 0 || after < 0);
  if (mode !== "constant" && (cuts || (mode === "circular" && graph.opset < 19))) return gathered(call, x, from);
  const pads = graph.integers("pads", [...ends.map(([before]) => before), ...ends.map(([, after]) => after)]);
  const around = mode === "constant" && value !== 0 ? graph.scalar("value", value, dtype) : null;
  if (shape.length === 0) return graph.node("Identity", [x]);
  return graph.node("Pad", [x, pads, around], { mode: modes[mode] });
};

/** Each axis by the places that its elements come from: for what the operator has not, cuts and wraps before opset 19. */
function gathered({ graph, details: { ends, mode } }: Call<PadDetails>, x: string, from: readonly Size[]): string {
  let padded = x;
  for (const [axis, end] of ends.entries()) {
    if (end[0] === 0 && end[1] === 0) continue;
    const size = from[axis] as number;
    padded = graph.node("Gather", [padded, graph.integers("places", placesOf(size, end, mode))], { axis });
  }
  return padded === x ? graph.node("Identity", [x]) : padded;
}

function placesOf(size: number, [before, after]: Ends, mode: PadDetails["mode"]): number[] {
  return Array.from({ length: size + before + after }, (_, i) => {
    const at = i - before;
    if (mode === "replicate") return Math.min(Math.max(at, 0), size - 1);
    if (mode === "circular") return at < 0 ? at + size : at >= size ? at - size : at;
    return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
  });
}

/** How places are found in what is resampled: PyTorch's conventions, as ours are. */
const resampling = {
  nearest: { mode: "nearest", coordinate: "asymmetric", nearest_mode: "floor" },
  "nearest-exact": { mode: "nearest", coordinate: "half_pixel", nearest_mode: "round_prefer_ceil" },
  linear: { mode: "linear", coordinate: "half_pixel", nearest_mode: undefined },
  bilinear: { mode: "linear", coordinate: "half_pixel", nearest_mode: undefined },
  bicubic: { mode: "cubic", coordinate: "half_pixel", nearest_mode: undefined },
} as const;

const upsample: Exporter<UpsampleDetails> = (call) => {
  const { graph, inputs, shape, details } = call;
  const { axes, mode, alignCorners } = details;
  const { name } = inputs[0]!;
  if (mode.startsWith("nearest") && !agrees(details)) return chosen(call);
  // A sequence is an image of one row: runtimes resample those.
  const flat = shape.length === 3;
  const lifted = flat ? graph.node("Unsqueeze", [name, graph.integers("rows", [2])]) : name;
  const [n, c, ...sizes] = shape as readonly [Size, Size, ...Size[]];
  const { coordinate, nearest_mode, mode: way } = resampling[mode];
  const attributes = {
    mode: way,
    coordinate_transformation_mode: alignCorners ? "align_corners" : coordinate,
    nearest_mode,
    cubic_coeff_a: way === "cubic" ? new Fraction(-0.75) : undefined,
  };
  const rows = flat ? [1] : [];
  const byScale = axes.every(({ scale }) => scale !== null);
  const factors = [1, 1, ...rows, ...axes.map(factorOf)];
  const result = byScale
    ? graph.node("Resize", [lifted, null, graph.numbers("scales", [4], factors, "float32")], attributes)
    : graph.node("Resize", [lifted, null, null, graph.sizes("sizes", [n, c, ...rows, ...sizes])], attributes);
  return flat ? graph.node("Squeeze", [result, graph.integers("rows", [2])]) : result;
};

/** The scale in single precision, as ONNX has it: the nearest that gives as many places, however the product is rounded. */
function factorOf({ from, to, scale }: Axis): number {
  const step = 2 ** -23;
  let factor = Math.fround(scale ?? to / from);
  if (scale === null) return factor;
  while (Math.floor(from * factor) < to) factor = Math.fround(factor * (1 + step));
  while (Math.floor(Math.fround(from * factor)) > to) factor = Math.fround(factor * (1 - step));
  return factor;
}

/** Whether a runtime that divides places by the scale, in single precision, chooses the elements that ours chooses. */
function agrees({ axes, mode }: UpsampleDetails): boolean {
  return axes.every((axis) => {
    const { from } = axis;
    const factor = factorOf(axis);
    const { sources } = tapsOf(axis, mode as "nearest", false);
    return sources.every((source, i) => {
      const place = mode === "nearest" ? Math.fround(i / factor) : Math.fround((i + 0.5) / factor);
      return source === Math.min(Math.floor(place), from - 1);
    });
  });
}

/** Nearest elements by their places. */
function chosen({ graph, inputs, details: { axes, mode } }: Call<UpsampleDetails>): string {
  let resized = inputs[0]!.name;
  for (const [i, axis] of axes.entries()) {
    const places = [...tapsOf(axis, mode as "nearest", false).sources];
    resized = graph.node("Gather", [resized, graph.integers("places", places)], { axis: i + 2 });
  }
  return resized;
}

export const paddings = { pad, upsample };
