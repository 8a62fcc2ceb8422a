import { tanh } from "../../ops/activation.ts";
import { add, divide, multiply, subtract } from "../../ops/arithmetic.ts";
import { softmax } from "../../ops/softmax.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { pick } from "../values/pick.ts";
import { isFloat, Value, type ValueType } from "../values/value.ts";
import { product } from "./matrix.ts";
import { cut, joined, padded } from "./movement.ts";
import { transposed } from "./shapes.ts";

const swapped = [0, 2, 1, 3];

/** `[N, length, heads · size]` as `[N, heads, length, size]`; four axes are so already. */
function heads(x: Value, count: number): Value {
  if (x.shape.length === 4) return x;
  const [n = 0, length = 0, hidden = 0] = x.shape;
  return transposed(x.as([n, length, count, hidden / count]), swapped);
}

/** What is added to the scores: 0 where a query may look at a key, -∞ where not, or what the mask says. */
function biasOf(call: Call, queries: number, keys: number, past: number): Value {
  const { type } = call.value(0);
  const mask = call.maybe(3);
  let bias = Value.fractions(type, [queries, keys], new Float32Array(queries * keys));
  if (mask !== null) {
    const given = isFloat(mask.type) ? Value.ofTensor(mask.tensor) : forbidden(mask, type);
    const missing = keys - given.shape.at(-1)!;
    const ends = given.shape.map((_, axis): [number, number] =>
      axis === given.shape.length - 1 ? [0, missing] : [0, 0],
    );
    const nothing = Value.fractions(type, [], [Number.NEGATIVE_INFINITY]);
    const wide = missing > 0 ? padded(given, ends, "constant", nothing) : given;
    bias = Value.ofTensor(add(bias.tensor, wide.tensor) as Tensor);
  }
  if (call.flag("is_causal")) {
    // a query sees the keys up to its own place, and all of the past
    const later = (i: number): number => ((i % keys) - past > Math.floor(i / keys) ? Number.NEGATIVE_INFINITY : 0);
    const causal = Float32Array.from({ length: queries * keys }, (_, i) => later(i));
    bias = Value.ofTensor(add(bias.tensor, Value.fractions(type, [queries, keys], causal).tensor) as Tensor);
  }
  const lengths = call.maybe(6)?.list;
  if (lengths !== undefined) {
    const ends = Float32Array.from({ length: lengths.length * keys }, (_, i) =>
      i % keys < lengths[Math.floor(i / keys)]! ? 0 : Number.NEGATIVE_INFINITY,
    );
    bias = Value.ofTensor(add(bias.tensor, Value.fractions(type, [lengths.length, 1, 1, keys], ends).tensor) as Tensor);
  }
  return bias;
}

/** Truth values as what is added to a score. */
function forbidden(mask: Value, type: ValueType): Value {
  const out = Float32Array.from(mask.elements as ArrayLike<number>, (x) => (x ? 0 : Number.NEGATIVE_INFINITY));
  return Value.fractions(type, mask.shape, out);
}

/** Heads of keys and values that several heads of queries share, once for each (Ainslie et al., 2023). */
function shared(x: Value, count: number): Value {
  const [n = 0, own = 0, length = 0, size = 0] = x.shape;
  if (own === count) return x;
  const inner = length * size;
  const places = Int32Array.from({ length: n * count * inner }, (_, i) => {
    const head = Math.floor(((Math.floor(i / inner) % count) * own) / count);
    return (Math.floor(i / inner / count) * own + head) * inner + (i % inner);
  });
  return pick("shareHeads", x, [n, count, length, size], places);
}

/** `softmax(Q · Kᵀ · scale + bias) · V` (Vaswani et al., 2017), with what the operator has around it. */
function attention(call: Call): (Value | undefined)[] {
  const { type, shape } = call.value(0);
  const flat = shape.length === 3;
  const [q, k, v] = [0, 1, 2].map((i) => {
    const count = call.int(i === 0 ? "q_num_heads" : "kv_num_heads", 1);
    return heads(Value.ofTensor(call.tensor(i)), count);
  }) as [Value, Value, Value];
  const [pastKey, pastValue] = [call.maybe(4), call.maybe(5)];
  const key = pastKey === null ? k : joined(call, [Value.ofTensor(pastKey.tensor), k], 2);
  const value = pastValue === null ? v : joined(call, [Value.ofTensor(pastValue.tensor), v], 2);
  const scale = Math.sqrt(call.has("scale") ? call.float("scale", 1) : 1 / Math.sqrt(q.shape[3]!));
  const [, count = 0, queries = 0] = q.shape;
  const keys = transposed(shared(key, count), [0, 1, 3, 2]);
  const scaled = (x: Value): Value => Value.ofTensor(multiply(x.tensor, scale) as Tensor);
  const scores = product(scaled(q), scaled(keys)).tensor;
  const bias = biasOf(call, queries, key.shape[2]!, pastKey?.shape[2] ?? 0);
  const biased = add(scores, bias.tensor) as Tensor;
  const cap = call.float("softcap", 0);
  const capped = cap > 0 ? (multiply(tanh(divide(biased, cap) as Tensor), cap) as Tensor) : biased;
  const weights = softmax(capped, { axis: -1 }) as Tensor;
  const out = product(Value.ofTensor(weights), shared(value, count));
  const [n = 0, , , size = 0] = out.shape;
  const shown = [scores, biased, capped, weights][call.int("qk_matmul_output_mode", 0)]!;
  const result = flat ? transposed(out, swapped).as([n, queries, count * size]) : out;
  const rounded = (x: Value): Value => Value.rounded(type, x.tensor);
  return [rounded(result), rounded(key), rounded(value), call.wants(3) ? rounded(Value.ofTensor(shown)) : undefined];
}

/** Pairs of numbers turned by angles that their places say (Su et al., 2021); the rest of each head stays. */
function rotated(call: Call): Value {
  const x = Value.ofTensor(call.tensor(0));
  const four = x.shape.length === 4;
  const count = call.int("num_heads", 0);
  const [n = 0, length = 0, hidden = 0] = x.shape;
  // [N, length, heads, size]
  const split = four ? transposed(x, swapped) : x.as([n, length, count, hidden / count]);
  const size = split.shape[3]!;
  const turned = call.int("rotary_embedding_dim", 0) || size;
  const half = turned / 2;
  const step = call.flag("interleaved") ? 2 : 1;
  const part = (start: number, parts: number, by: number): Tensor =>
    cut(
      split,
      split.shape.map((all, axis) =>
        axis === 3 ? { start, count: parts, step: by } : { start: 0, count: all, step: 1 },
      ),
    ).tensor;
  const [a, b] = [part(0, half, step), part(step === 2 ? 1 : half, half, step)];
  const [cos, sin] = [cached(call, 1, half).tensor, cached(call, 2, half).tensor];
  const real = subtract(multiply(cos, a), multiply(sin, b)) as Tensor;
  const imaginary = add(multiply(sin, a), multiply(cos, b)) as Tensor;
  const pairs = [real, imaginary].map((each) => Value.ofTensor(each));
  const shape = [...split.shape.slice(0, 3), turned];
  const together =
    step === 1
      ? joined(call, pairs, 3)
      : joined(
          call,
          pairs.map((each) => each.as([...each.shape, 1])),
          4,
        ).as(shape);
  const rest = Value.ofTensor(part(turned, size - turned, 1));
  const whole = turned === size ? together : joined(call, [together, rest], 3);
  return call.like((four ? transposed(whole, swapped) : whole.as(x.shape)).tensor);
}

/** Cosines or sines for each place, `[N, length, 1, half]`: by the places that are given, or as they are. */
function cached(call: Call, index: number, half: number): Value {
  const cache = Value.ofTensor(call.tensor(index));
  const positions = call.maybe(3);
  if (positions === null) return cache.as([cache.shape[0]!, cache.shape[1]!, 1, half]);
  const list = positions.list;
  const places = Int32Array.from(
    { length: list.length * half },
    (_, i) => list[Math.floor(i / half)]! * half + (i % half),
  );
  return pick("positions", cache, [positions.shape[0]!, positions.shape[1]!, 1, half], places);
}

/** Attention, and the embedding of places that goes with it. */
export const attentions: Readonly<Record<string, Operator>> = {
  Attention: { since: 23, run: attention },
  RotaryEmbedding: { since: 23, run: rotated },
};
