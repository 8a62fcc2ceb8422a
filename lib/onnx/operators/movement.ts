import { rowMajorSteps } from "../../compute/strided.ts";
import { concat as concatTensors } from "../../ops/join.ts";
import { slice as sliceTensor } from "../../ops/slice.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { placesOf } from "../values/broadcast.ts";
import { pick } from "../values/pick.ts";
import { isFloat, room, Value } from "../values/value.ts";

/** Tensors behind each other along an axis. */
export function joined(call: Call, values: readonly Value[], wanted: number): Value {
  const [first] = values;
  if (first === undefined) throw call.wrong("there is nothing to join", "give at least one tensor");
  const axis = call.axis(wanted, first.shape.length);
  if (isFloat(first.type)) {
    const filled = values.filter(({ size }) => size > 0);
    if (filled.length < 2) return filled[0] ?? first;
    return Value.rounded(first.type, concatTensors(filled.map((x) => x.tensor) as [Tensor], { axis }) as Tensor);
  }
  const shape = first.shape.map((size, i) => (i === axis ? values.reduce((sum, x) => sum + x.shape[axis]!, 0) : size));
  const steps = rowMajorSteps(shape);
  const out = room(
    first.type,
    shape.reduce((a, b) => a * b, 1),
  );
  let at = 0;
  for (const x of values) {
    const places = placesOf({ start: at * steps[axis]!, sizes: x.shape, steps });
    const from = x.elements;
    for (let i = 0; i < places.length; i++) out[places[i]!] = from[i]!;
    at += x.shape[axis]!;
  }
  return Value.of(first.type, shape, out);
}

/** Part of a tensor: along each axis the elements from a start, so many, by a step that may be negative. */
interface Cut {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

export function cut(x: Value, cuts: readonly Cut[]): Value {
  const changed = cuts.flatMap(({ start, count, step }, axis) =>
    start === 0 && count === x.shape[axis] && step === 1 ? [] : [axis],
  );
  if (changed.length === 0) return x;
  const [axis = 0] = changed;
  const { start, count, step } = cuts[axis]!;
  if (changed.length === 1 && isFloat(x.type) && step > 0 && count > 0) {
    // one past the last element that is taken
    const end = start + (count - 1) * step + 1;
    return Value.rounded(x.type, sliceTensor(x.tensor, start, end, { axis, step }));
  }
  const steps = rowMajorSteps(x.shape);
  const sizes = cuts.map((each) => each.count);
  const places = placesOf({
    start: cuts.reduce((sum, each, i) => sum + each.start * steps[i]!, 0),
    sizes,
    steps: cuts.map((each, i) => each.step * steps[i]!),
  });
  return pick("slice", x, sizes, places);
}

/** Bounds beyond the ends mean the ends; a negative one counts from the end. */
function sliced(call: Call): Value {
  const x = call.value(0);
  const starts = call.listed("starts", 1) ?? [];
  const ends = call.listed("ends", 2) ?? [];
  const axes = call.listed("axes", 3) ?? starts.map((_, i) => i);
  const steps = call.maybe(4)?.list ?? starts.map(() => 1);
  const cuts = x.shape.map((size): Cut => ({ start: 0, count: size, step: 1 }));
  for (const [i, given] of axes.entries()) {
    const axis = call.axis(given, x.shape.length);
    const [size, step] = [x.shape[axis]!, steps[i]!];
    if (step === 0) throw call.wrong("a step is 0", "give another one");
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const bound = (at: number): number => Math.min(most, Math.max(least, at < 0 ? at + size : at));
    const [start, end] = [bound(starts[i]!), bound(ends[i]!)];
    cuts[axis] = { start, count: Math.max(0, Math.ceil((end - start) / step)), step };
  }
  return cut(x, cuts);
}

/** The sizes of the parts of an axis, as a list says or as equal as can be: the last one is smaller, if any. */
export function partsOf(call: Call, size: number, sizes: readonly number[] | null, count: number): readonly number[] {
  if (sizes !== null) {
    if (sizes.reduce((a, b) => a + b, 0) === size) return sizes;
    throw call.wrong(`parts of ${sizes.join(", ")} of an axis of ${size}`, `give parts that add up to ${size}`);
  }
  const each = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
}

/** The parts of a tensor along an axis. */
export function split(x: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0;
  return sizes.map((count) => {
    const part = cut(
      x,
      x.shape.map((size, i) => (i === axis ? { start, count, step: 1 } : { start: 0, count: size, step: 1 })),
    );
    start += count;
    return part;
  });
}

function splitNode(call: Call): Value[] {
  const x = call.value(0);
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const count = call.int("num_outputs", call.node.output.length);
  return split(x, axis, partsOf(call, x.shape[axis]!, call.listed("split", 1), count));
}

/** Where a place outside an axis is taken from, by the mode; null for nowhere. */
function inside(mode: string, at: number, size: number): number | null {
  if (at >= 0 && at < size) return at;
  if (mode === "edge") return at < 0 ? 0 : size - 1;
  if (mode === "wrap") return ((at % size) + size) % size;
  if (mode !== "reflect") return null;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = ((at % period) + period) % period;
  return phase < size ? phase : period - phase;
}

/** Elements put around a tensor, or cut off. @param ends how many before and behind each axis */
export function padded(x: Value, ends: readonly (readonly [number, number])[], mode: string, value?: Value): Value {
  const shape = x.shape.map((size, axis) => Math.max(0, size + ends[axis]![0] + ends[axis]![1]));
  const steps = rowMajorSteps(x.shape);
  // what each place along each axis adds to an element's place; -1 where there is none
  const along = shape.map((size, axis) =>
    Array.from({ length: size }, (_, i) => {
      const at = inside(mode, i - ends[axis]![0], x.shape[axis]!);
      return at === null ? -1 : at * steps[axis]!;
    }),
  );
  const places = new Int32Array(shape.reduce((a, b) => a * b, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < places.length; i++) {
    let place = 0;
    for (let axis = 0; axis < shape.length && place >= 0; axis++) {
      const part = along[axis]![index[axis]!]!;
      place = part < 0 ? -1 : place + part;
    }
    places[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return pick("pad", x, shape, places, value?.elements[0]);
}

/** Before version 11 of the operators sides and number are attributes; version 1 calls the sides `paddings`. */
function padNode(call: Call): Value {
  const x = call.value(0);
  const mode = call.text("mode", "constant");
  const sides = call.opset < 2 ? (call.ints("paddings") ?? []) : (call.listed("pads", 1) ?? []);
  const axes = call.maybe(3)?.list.map((axis) => call.axis(axis, x.shape.length)) ?? x.shape.map((_, axis) => axis);
  if (sides.length !== 2 * axes.length)
    throw call.wrong(`${sides.length} sides for ${axes.length} axes`, "give two an axis");
  const ends = x.shape.map((_, axis): readonly [number, number] => {
    const at = axes.indexOf(axis);
    return at < 0 ? [0, 0] : [sides[at]!, sides[at + axes.length]!];
  });
  const old = call.opset < 11 ? Value.of("float32", [], Float32Array.of(call.float("value", 0))) : undefined;
  return padded(x, ends, mode, old ?? call.maybe(2) ?? undefined);
}

/** Cut or filled up with zeros to a shape, both as evenly as can be. */
function centered(call: Call): Value {
  const x = call.value(0);
  const wanted = call.value(1).list;
  const axes = call.ints("axes")?.map((axis) => call.axis(axis, x.shape.length)) ?? x.shape.map((_, axis) => axis);
  const ends = x.shape.map((size, axis): readonly [number, number] => {
    const at = axes.indexOf(axis);
    if (at < 0) return [0, 0];
    const more = wanted[at]! - size;
    // of an odd number, the smaller half comes first where elements are added, and where they are cut
    const before = more >= 0 ? Math.floor(more / 2) : -Math.floor(-more / 2);
    return [before, more - before];
  });
  return padded(x, ends, "constant");
}

/** The first so many of each sequence, the other way round. */
function sequencesReversed(call: Call): Value {
  const x = call.value(0);
  const lengths = call.value(1).list;
  const [time, batch] = [call.int("time_axis", 0), call.int("batch_axis", 1)];
  const steps = rowMajorSteps(x.shape);
  const places = placesOf({ start: 0, sizes: x.shape, steps }).map((place) => {
    const at = (axis: number): number => Math.floor(place / steps[axis]!) % x.shape[axis]!;
    const length = lengths[at(batch)]!;
    return at(time) < length ? place + (length - 1 - 2 * at(time)) * steps[time]! : place;
  });
  return pick("reverseSequence", x, x.shape, places);
}

/** Which elements of a matrix stay: those on one side of a diagonal. */
function triangle(call: Call): Value {
  const x = call.value(0);
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const k = call.maybe(1)?.first ?? 0;
  const upper = call.flag("upper", true);
  const places = Int32Array.from({ length: x.size }, (_, i) => {
    const beyond = (i % columns) - (Math.floor(i / columns) % rows) - k;
    return (upper ? beyond >= 0 : beyond <= 0) ? i : -1;
  });
  return pick("trilu", x, x.shape, places);
}

/** What joins, cuts, pads and reorders along axes. */
export const movement: Readonly<Record<string, Operator>> = {
  CenterCropPad: { since: 18, run: centered },
  Concat: { run: (call) => joined(call, call.values, call.int("axis", call.opset < 4 ? 1 : 0)) },
  Pad: { run: padNode },
  ReverseSequence: { since: 10, run: sequencesReversed },
  Slice: { run: sliced },
  Split: { run: splitNode },
  Trilu: { since: 14, run: triangle },
};
