import { rowMajorSteps } from "../../compute/strided.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { placesOf, rowsAlong } from "../values/broadcast.ts";
import { pick } from "../values/pick.ts";
import { isSmallFloat, roundToSmallFloat } from "../values/small-floats.ts";
import { type Elements, room, Value, type ValueType } from "../values/value.ts";

type Element = Elements[number];

/** An index counted from the start. */
function counted(call: Call, index: number, size: number): number {
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  throw call.wrong(`index ${index} along an axis of ${size}`, `give one from ${-size} to ${size - 1}`);
}

function gathered(call: Call): Value {
  const x = call.value(0);
  const indices = call.value(1);
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const size = x.shape[axis]!;
  const [before, behind] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [outer, inner] = [elementCount(before), elementCount(behind)];
  const rows = indices.list.map((index) => counted(call, index, size) * inner);
  const places = new Int32Array(outer * rows.length * inner);
  let to = 0;
  for (let i = 0; i < outer; i++) {
    for (const row of rows) for (let j = 0; j < inner; j++) places[to++] = i * size * inner + row + j;
  }
  return pick("gather", x, [...before, ...indices.shape, ...behind], places);
}

/** Where each index points to in `x`: at its own place, but along the axis at what it says. */
function pointed(call: Call, x: Value, indices: Value, axis: number): Int32Array {
  const steps = rowMajorSteps(x.shape);
  const rest = steps.map((step, i) => (i === axis ? 0 : step));
  const list = indices.list;
  return placesOf({ start: 0, sizes: indices.shape, steps: rest }).map(
    (place, i) => place + counted(call, list[i]!, x.shape[axis]!) * steps[axis]!,
  );
}

function elementsGathered(call: Call): Value {
  const [x, indices] = [call.value(0), call.value(1)];
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  return pick("gatherElements", x, indices.shape, pointed(call, x, indices, axis));
}

/** Where the parts of `x` begin that tuples of indices name, and what shape they have. */
function tuples(call: Call, x: Value, indices: Value, batch: number): { starts: number[]; part: readonly number[] } {
  const depth = indices.shape.at(-1) ?? 0;
  const steps = rowMajorSteps(x.shape);
  const list = indices.list;
  const perBatch = elementCount(indices.shape.slice(batch, -1));
  const starts = Array.from({ length: elementCount(indices.shape.slice(0, -1)) }, (_, i) => {
    let at = batch === 0 ? 0 : Math.floor(i / perBatch) * steps[batch - 1]!;
    for (let j = 0; j < depth; j++) at += counted(call, list[i * depth + j]!, x.shape[batch + j]!) * steps[batch + j]!;
    return at;
  });
  return { starts, part: x.shape.slice(batch + depth) };
}

function partsGathered(call: Call): Value {
  const [x, indices] = [call.value(0), call.value(1)];
  const { starts, part } = tuples(call, x, indices, call.int("batch_dims", 0));
  const length = elementCount(part);
  const places = new Int32Array(starts.length * length);
  for (const [i, start] of starts.entries()) for (let j = 0; j < length; j++) places[i * length + j] = start + j;
  return pick("gatherND", x, [...indices.shape.slice(0, -1), ...part], places);
}

/** How a number that is there and one that comes become one. */
function reduction(call: Call, type: ValueType): (old: Element, update: Element) => Element {
  const name = call.text("reduction", "none");
  const held = (x: number): number => (isSmallFloat(type) ? roundToSmallFloat(type, x) : x);
  if (name === "add") return (a, b) => held((a as number) + (b as number));
  if (name === "mul") return (a, b) => held((a as number) * (b as number));
  if (name === "max") return (a, b) => (a > b ? a : b);
  if (name === "min") return (a, b) => (a < b ? a : b);
  return (_, b) => b;
}

/** `x` with updates at places, one after the other. */
function scattered(call: Call, x: Value, places: ArrayLike<number>, updates: Value): Value {
  const combine = reduction(call, x.type);
  const out = room(x.type, x.size);
  const from = x.elements;
  for (let i = 0; i < from.length; i++) out[i] = from[i]!;
  const news = updates.elements;
  for (let i = 0; i < places.length; i++) out[places[i]!] = combine(out[places[i]!]!, news[i]!);
  return Value.of(x.type, x.shape, out);
}

function elementsScattered(call: Call): Value {
  const [x, indices, updates] = [call.value(0), call.value(1), call.value(2)];
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  return scattered(call, x, pointed(call, x, indices, axis), updates);
}

function partsScattered(call: Call): Value {
  const [x, indices, updates] = [call.value(0), call.value(1), call.value(2)];
  const { starts, part } = tuples(call, x, indices, 0);
  const length = elementCount(part);
  const places = starts.flatMap((start) => Array.from({ length }, (_, j) => start + j));
  return scattered(call, x, places, updates);
}

/** `past` with updates along an axis from each batch's own place on: what remembers keys and values. */
function cacheUpdated(call: Call): Value {
  const [past, update] = [call.value(0), call.value(1)];
  const axis = call.axis(call.int("axis", -2), past.shape.length);
  const circular = call.text("mode", "linear") === "circular";
  const starts = call.maybe(2)?.list ?? new Array<number>(past.shape[0] ?? 0).fill(0);
  const steps = rowMajorSteps(past.shape);
  const own = rowMajorSteps(update.shape);
  const places = Int32Array.from({ length: update.size }, (_, i) => {
    let place = 0;
    for (const [j, step] of own.entries()) {
      let at = Math.floor(i / step) % update.shape[j]!;
      if (j === axis) {
        at += starts[Math.floor(i / own[0]!)]!;
        if (circular) at %= past.shape[axis]!;
        else counted(call, at, past.shape[axis]!);
      }
      place += at * steps[j]!;
    }
    return place;
  });
  return scattered(call, past, places, update);
}

/** The rows, or the elements, that a list of truth values marks. */
function compressed(call: Call): Value {
  const x = call.value(0);
  const marks = call.value(1).list;
  const chosen = marks.flatMap((mark, i) => (mark ? [i] : []));
  if (!call.has("axis")) return pick("compress", x, [chosen.length], Int32Array.from(chosen));
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const steps = rowMajorSteps(x.shape);
  const shape = x.shape.map((size, i) => (i === axis ? chosen.length : size));
  const own = rowMajorSteps(shape);
  const places = Int32Array.from({ length: elementCount(shape) }, (_, i) =>
    steps.reduce((sum, step, j) => {
      const at = Math.floor(i / own[j]!) % shape[j]!;
      return sum + step * (j === axis ? chosen[at]! : at);
    }, 0),
  );
  return pick("compress", x, shape, places);
}

function nonZeros(call: Call): Value {
  const x = call.value(0);
  const steps = rowMajorSteps(x.shape);
  const found = Array.from(x.elements as ArrayLike<Element>).flatMap((each, i) => (Number(each) === 0 ? [] : [i]));
  const indices = steps.flatMap((step, axis) => found.map((i) => BigInt(Math.floor(i / step) % x.shape[axis]!)));
  return Value.of("int64", [steps.length, found.length], BigInt64Array.from(indices));
}

/** 1 where an index points along a new axis, 0 elsewhere, or two other numbers. */
function oneHot(call: Call): Value {
  const [indices, values] = [call.value(0), call.value(2)];
  const depth = call.value(1).first;
  const axis = call.axis(call.int("axis", -1), indices.shape.length + 1);
  const shape = [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)];
  const inner = elementCount(indices.shape.slice(axis));
  const list = indices.list;
  const [off, on] = [values.elements[0]!, values.elements[1]!];
  const out = room(values.type, elementCount(shape));
  for (let i = 0; i < out.length; i++) out[i] = off;
  for (const [i, index] of list.entries()) {
    const at = index < 0 ? index + depth : index;
    if (at >= 0 && at < depth) out[(Math.floor(i / inner) * depth + at) * inner + (i % inner)] = on;
  }
  return Value.of(values.type, shape, out);
}

/** The largest or smallest along an axis, and where they are; of equals the first comes first. */
function largest(call: Call): Value[] {
  const x = call.value(0);
  const k = call.opset < 10 ? call.int("k", 0) : call.value(1).first;
  const axis = call.axis(call.int("axis", -1), x.shape.length);
  const sign = call.flag("largest", true) ? 1 : -1;
  const { starts, offsets } = rowsAlong(x.shape, [axis]);
  const from = x.elements;
  const shape = x.shape.map((size, i) => (i === axis ? k : size));
  const inner = elementCount(shape.slice(axis + 1));
  const places = new Int32Array(elementCount(shape));
  const indices = new BigInt64Array(places.length);
  for (const [row, start] of starts.entries()) {
    const order = Array.from(offsets, (_, i) => i).sort((i, j) => {
      const [a, b] = [from[start + offsets[i]!]!, from[start + offsets[j]!]!];
      return a === b ? i - j : a > b ? -sign : sign;
    });
    for (let i = 0; i < k; i++) {
      const to = (Math.floor(row / inner) * k + i) * inner + (row % inner);
      places[to] = start + offsets[order[i]!]!;
      indices[to] = BigInt(order[i]!);
    }
  }
  return [pick("topK", x, shape, places), Value.of("int64", shape, indices)];
}

/** The different elements, or slices along an axis, where each comes first, which one each is, and how many there are. */
function unique(call: Call): Value[] {
  const x = call.value(0);
  const whole = !call.has("axis");
  const axis = whole ? 0 : call.axis(call.int("axis", 0), x.shape.length);
  const shape = whole ? [x.size] : x.shape;
  const { starts, offsets } = rowsAlong(shape, [axis]);
  const from = x.elements;
  const compare = (i: number, j: number): number => {
    for (const start of starts) {
      const [a, b] = [from[start + offsets[i]!]!, from[start + offsets[j]!]!];
      if (a !== b) return a < b ? -1 : 1;
    }
    return 0;
  };
  const first: number[] = [];
  const which = Array.from(offsets, (_, i) => {
    const at = first.findIndex((j) => compare(i, j) === 0);
    return at < 0 ? first.push(i) - 1 : at;
  });
  const order = first.map((_, i) => i);
  if (call.flag("sorted", true)) order.sort((i, j) => compare(first[i]!, first[j]!));
  const rank = order.reduce<number[]>((ranks, i, at) => Object.assign(ranks, { [i]: at }), []);
  const counts = order.map((i) => which.filter((each) => each === i).length);
  const kept = shape.map((size, i) => (i === axis ? first.length : size));
  const own = rowMajorSteps(kept);
  const steps = rowMajorSteps(shape);
  const places = placesOf({ start: 0, sizes: kept, steps: own }).map((place) =>
    own.reduce((sum, step, i) => {
      const at = Math.floor(place / step) % kept[i]!;
      return sum + steps[i]! * (i === axis ? first[order[at]!]! : at);
    }, 0),
  );
  return [
    pick("unique", x, kept, places),
    Value.integers(order.map((i) => first[i]!)),
    Value.integers(which.map((i) => rank[i]!)),
    Value.integers(counts),
  ];
}

/** What takes elements, or puts them, by their places. */
export const indexing: Readonly<Record<string, Operator>> = {
  Compress: { since: 9, run: compressed },
  Gather: { run: gathered },
  GatherElements: { since: 11, run: elementsGathered },
  GatherND: { since: 11, run: partsGathered },
  NonZero: { since: 9, run: nonZeros },
  OneHot: { since: 9, run: oneHot },
  Scatter: { since: 9, run: elementsScattered },
  ScatterElements: { since: 11, run: elementsScattered },
  ScatterND: { since: 11, run: partsScattered },
  TensorScatter: { since: 24, run: cacheUpdated },
  TopK: { run: largest },
  Unique: { since: 11, run: unique },
};
