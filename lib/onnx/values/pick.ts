import { apply } from "../../autograd/apply.ts";
import { roomForGradient } from "../../autograd/gradients.ts";
import { numbers } from "../../tensor/numbers.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Elements, isFloat, room, Value } from "./value.ts";

/**
 * Elements by their places in `x`, row by row, under a shape: all that moves elements without changing them comes to this.
 * Gradients of an element that is taken several times add up.
 *
 * @param places where each element lies; -1 for none, where `otherwise` stands
 * @param otherwise default 0
 */
export function pick(
  name: string,
  x: Value,
  shape: readonly number[],
  places: Int32Array,
  otherwise?: Elements[number],
): Value {
  if (isFloat(x.type)) {
    const picked = pickFloats(name, x.tensor, shape, places, Number(otherwise ?? 0));
    return x.type === "float32" || x.type === "float64" ? Value.ofTensor(picked) : Value.rounded(x.type, picked);
  }
  const from = x.elements;
  const out = room(x.type, elementCount(shape));
  const none = otherwise ?? room(x.type, 1)[0]!;
  for (let i = 0; i < places.length; i++) out[i] = places[i]! < 0 ? none : from[places[i]!]!;
  return Value.of(x.type, shape, out);
}

function pickFloats(name: string, x: Tensor, shape: readonly number[], places: Int32Array, otherwise: number): Tensor {
  return apply({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    forward: (out) => {
      const from = numbers(x);
      for (let i = 0; i < places.length; i++) out[i] = places[i]! < 0 ? otherwise : from[places[i]!]!;
    },
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      dX.fill(0);
      for (let i = 0; i < places.length; i++) if (places[i]! >= 0) dX[places[i]!]! += dOut[i]!;
      return [dX];
    },
  }) as Tensor;
}
