/** Functions of two operands that are spread to one shape, either of them a number; comparisons, and the choice by them. */
import type { WhereDetails } from "../../ops/compare.ts";
import type { PairDetails } from "../../ops/pairs.ts";
import type { DType } from "../../tensor/storage.ts";
import { elementTypes } from "../element-types.ts";
import { type Call, type Exporter, operandOf } from "./exporter.ts";

const binary =
  (opType: string): Exporter<PairDetails> =>
  (call) =>
    call.graph.node(opType, both(call, call.dtype));

function both(call: Call<PairDetails>, dtype: DType): [a: string, b: string] {
  const { a, b } = call.details;
  return [operandOf(call, "a", a, dtype), operandOf(call, "b", b, dtype)];
}

/** A comparison gives ONNX's bool, and our 0 or 1 is made of it; what is asked of that later asks the bool. */
const comparison =
  (opType: string, negated = false): Exporter<PairDetails> =>
  (call) => {
    const { graph } = call;
    const found = graph.node(opType, compared(call));
    const bool = negated ? graph.node("Not", [found]) : found;
    const result = graph.node("Cast", [bool], { to: elementTypes.uint8 });
    graph.bools.set(result, bool);
    return result;
  };

/** The operands: integers beside a number that is none are compared as fractions, bytes as integers. */
function compared(call: Call<PairDetails>): string[] {
  const { graph, inputs, details } = call;
  const own = inputs[0]!.dtype;
  const number = [details.a, details.b].find((each) => typeof each === "number");
  const whole = number === undefined || (Number.isInteger(number) && Math.abs(number) < 2 ** 31);
  const dtype = own === "float32" || own === "float64" ? own : whole ? "int32" : "float64";
  const names = both(call, dtype);
  if (dtype === own) return names;
  return [details.a, details.b].map((each, i) =>
    typeof each === "number" ? names[i]! : graph.node("Cast", [names[i]!], { to: elementTypes[dtype] }),
  );
}

const where: Exporter<WhereDetails> = (call) => {
  const { graph, details, dtype } = call;
  const condition = call.valueFor(details.condition).name;
  const bool = graph.bools.get(condition) ?? graph.node("Cast", [condition], { to: elementTypes.bool });
  return graph.node("Where", [bool, ...both(call, dtype)]);
};

export const pairs = {
  add: binary("Add"),
  subtract: binary("Sub"),
  multiply: binary("Mul"),
  divide: binary("Div"),
  power: binary("Pow"),
  maximum: binary("Max"),
  minimum: binary("Min"),
  equal: comparison("Equal"),
  notEqual: comparison("Equal", true),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  where,
};
