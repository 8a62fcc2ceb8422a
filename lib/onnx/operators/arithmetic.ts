import { add, divide, multiply, subtract } from "../../ops/arithmetic.ts";
import { maximum, minimum, power } from "../../ops/powers.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { zip } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { isFloat, isWide, Value } from "../values/value.ts";

/** What one operator does to fractions, as a tensor operation, to integers of up to 32 bits, and to those of 64. */
interface Binary {
  readonly floats: (a: Tensor, b: Tensor) => Tensor;
  readonly integers: (a: number, b: number) => number;
  readonly wide: (a: bigint, b: bigint) => bigint;
}

function combine(call: Call, a: Value, b: Value, { floats, integers, wide }: Binary): Value {
  if (a.type !== b.type) throw call.wrong(`the inputs are ${a.type} and ${b.type}`, "give both the same type");
  if (isFloat(a.type)) return Value.rounded(a.type, floats(a.tensor, b.tensor));
  if (a.type === "string" || a.type === "bool") throw call.unknownType(a.type);
  return isWide(a.type) ? zip<bigint>(call.name, a.type, a, b, wide) : zip<number>(call.name, a.type, a, b, integers);
}

/**
 * The two operands. Before version 7 of the operators, the second is only spread where the attribute `broadcast` says so, and
 * `axis` says where its first axis belongs.
 */
export function operandsOf(call: Call): [a: Value, b: Value] {
  const [a, b] = [call.value(0), call.value(1)];
  if (call.opset >= 7 || !call.flag("broadcast") || !call.has("axis")) return [a, b];
  const behind = a.shape.length - call.axis(call.int("axis", 0), a.shape.length) - b.shape.length;
  const shape = [...b.shape, ...new Array<number>(Math.max(0, behind)).fill(1)];
  return [a, b.as(shape)];
}

const binary = (what: Binary, learned?: readonly number[]): Operator => ({
  ...(learned && { learned }),
  run: (call) => combine(call, ...operandsOf(call), what),
});

/** For operators that take any number of inputs. */
const every = (what: Binary): Operator => ({
  run: (call) => call.values.reduce((a, b) => combine(call, a, b, what)),
});

const addition: Binary = { floats: add, integers: (a, b) => a + b, wide: (a, b) => a + b };

/** C's division: towards zero. Nothing is said of a division by zero, which no integer is the result of. */
const division: Binary = {
  floats: divide,
  integers: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  wide: (a, b) => (b === 0n ? 0n : a / b),
};

/** The remainder with the sign of the divisor, as Python has it. */
const modulus: Binary = {
  floats: (a, b) => floored(a, b),
  integers: (a, b) => (b === 0 ? 0 : ((a % b) + b) % b),
  wide: (a, b) => (b === 0n ? 0n : ((a % b) + b) % b),
};

/** The remainder with the sign of the dividend, as C has it. */
const remainder: Binary = {
  floats: (a, b) => remainderOf(a, b, (x, y) => x % y),
  integers: (a, b) => (b === 0 ? 0 : a % b),
  wide: (a, b) => (b === 0n ? 0n : a % b),
};

function floored(a: Tensor, b: Tensor): Tensor {
  return remainderOf(a, b, (x, y) => {
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  });
}

function remainderOf(a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  const [x, y] = [Value.ofTensor(a), Value.ofTensor(b)];
  return zip<number>("Mod", x.type, x, y, f).tensor;
}

/** Powers in the type of the base. */
function powers(call: Call): Value {
  const [base, exponent] = operandsOf(call);
  if (isFloat(base.type)) {
    const wide = base.type === "float64" ? "float64" : "float32";
    const raised = isFloat(exponent.type) && wide !== "float64" ? exponent : convert(exponent, wide);
    return Value.rounded(base.type, power(base.tensor, raised.tensor) as Tensor);
  }
  if (isWide(base.type)) {
    if (isWide(exponent.type)) {
      return zip<bigint>(call.name, base.type, base, exponent, (a, b) => (b < 0n ? (a === 1n ? 1n : 0n) : a ** b));
    }
    return convert(powersOf(call, convert(base, "float64"), exponent), base.type);
  }
  return convert(powersOf(call, convert(base, "float64"), exponent), base.type);
}

function powersOf(call: Call, base: Value, exponent: Value): Value {
  return zip<number>(call.name, "float64", base, convert(exponent, "float64"), (a, b) => a ** b);
}

/** Addition, multiplication and their like, of two operands or of any number, spread to each other's shape. */
export const arithmetic: Readonly<Record<string, Operator>> = {
  Add: binary(addition, [0, 1]),
  Sub: binary({ floats: subtract, integers: (a, b) => a - b, wide: (a, b) => a - b }),
  Mul: binary({ floats: multiply, integers: Math.imul, wide: (a, b) => a * b }, [0, 1]),
  Div: binary(division),
  Mod: {
    since: 10,
    run: (call) => combine(call, call.value(0), call.value(1), call.flag("fmod") ? remainder : modulus),
  },
  Pow: { run: powers },
  Max: every({ floats: maximum, integers: Math.max, wide: (a, b) => (a > b ? a : b) }),
  Min: every({ floats: minimum, integers: Math.min, wide: (a, b) => (a < b ? a : b) }),
  Sum: every(addition),
  Mean: {
    run: (call) => {
      const total = call.values.reduce((a, b) => combine(call, a, b, addition));
      return Value.rounded(total.type, divide(total.tensor, call.inputs.length) as Tensor);
    },
  },
};
