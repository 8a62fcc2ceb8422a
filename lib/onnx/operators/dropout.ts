import { multiply } from "../../ops/arithmetic.ts";
import { defaultRandom } from "../../tensor/default-random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { convert } from "../values/convert.ts";
import { MersenneTwister } from "../values/mersenne-twister.ts";
import { room, Value } from "../values/value.ts";

/** Drops nothing, unless version 12 of the operators or newer is told to train: then as NumPy draws from the seed, if there is one. */
function dropout(call: Call): Value[] {
  const x = call.value(0);
  const ratio = call.opset < 12 ? call.float("ratio", 0.5) : (call.maybe(1)?.first ?? 0.5);
  const training = call.opset >= 12 && (call.maybe(2)?.first ?? 0) !== 0;
  const type = x.type === "float64" ? "float64" : "float32";
  const kept = room(type, x.size);
  if (training && ratio > 0) {
    const uniform = numbersOf(call);
    for (let i = 0; i < kept.length; i++) kept[i] = uniform() >= ratio ? 1 / (1 - ratio) : 0;
  } else for (let i = 0; i < kept.length; i++) kept[i] = 1;
  const factors = Value.of(type, x.shape, kept);
  // before version 10 of the operators, the mask is of the type of the input
  const mask = convert(factors, call.opset < 10 ? x.type : "bool");
  const plain = !training || ratio === 0;
  return [plain ? x : call.like(multiply(call.tensor(0), factors.tensor) as Tensor), mask];
}

function numbersOf(call: Call): () => number {
  if (call.has("seed")) {
    const twister = new MersenneTwister(call.int("seed", 0));
    return () => twister.uniform();
  }
  const random = defaultRandom();
  return () => random.uniform();
}

/** What leaves numbers out. */
export const dropouts: Readonly<Record<string, Operator>> = { Dropout: { run: dropout } };
