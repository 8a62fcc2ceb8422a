/** Elements of any type side by side, by the rules of `ops/broadcast.ts`. */
import { type Box, rowMajorSteps } from "../../compute/strided.ts";
import { broadcastShape, spread } from "../../ops/broadcast.ts";
import { elementCount, sameShape } from "../../tensor/shape.ts";
import { type Elements, room, Value, type ValueType } from "./value.ts";

/** The shape of all operands together. @throws ShapeError if they do not fit */
export function together(operation: string, operands: readonly Pick<Value, "shape">[]): readonly number[] {
  return broadcastShape(
    operation,
    operands.map(({ shape }, i) => ({ name: `input ${i}`, shape })),
  );
}

/** Where the elements of a box lie, in its order. */
export function placesOf({ start, sizes, steps }: Box): Int32Array {
  const count = elementCount(sizes);
  const places = new Int32Array(count);
  const index = new Array<number>(sizes.length).fill(0);
  let at = start;
  for (let i = 0; i < count; i++) {
    places[i] = at;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < sizes[axis]!) break;
      at -= sizes[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
  return places;
}

/** The elements as they are in a shape that they are spread to. */
export function spreadTo(x: Value, shape: readonly number[]): Elements {
  if (sameShape(x.shape, shape)) return x.elements;
  const places = placesOf(spread(x.shape, shape));
  const out = room(x.type, places.length);
  const from = x.elements;
  for (let i = 0; i < places.length; i++) out[i] = from[places[i]!]!;
  return out;
}

/** `f` of the elements of two values in one place. */
export function zip<T extends Elements[number]>(
  operation: string,
  type: ValueType,
  a: Value,
  b: Value,
  f: (a: T, b: T) => Elements[number],
): Value {
  const shape = together(operation, [a, b]);
  const [left, right] = [spreadTo(a, shape), spreadTo(b, shape)];
  const out = room(type, left.length);
  for (let i = 0; i < left.length; i++) out[i] = f(left[i] as T, right[i] as T);
  return Value.of(type, shape, out);
}

/** `f` of each element. */
export function map<T extends Elements[number]>(type: ValueType, x: Value, f: (x: T) => Elements[number]): Value {
  const from = x.elements;
  const out = room(type, from.length);
  for (let i = 0; i < from.length; i++) out[i] = f(from[i] as T);
  return Value.of(type, x.shape, out);
}

/** Rows along some axes: each row's places, for all places along the others in their order. */
export function rowsAlong(
  shape: readonly number[],
  axes: readonly number[],
): { starts: Int32Array; offsets: Int32Array } {
  const steps = rowMajorSteps(shape);
  const box = (which: readonly number[]): Box => ({
    start: 0,
    sizes: which.map((axis) => shape[axis]!),
    steps: which.map((axis) => steps[axis]!),
  });
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return { starts: placesOf(box(others)), offsets: placesOf(box(axes)) };
}
