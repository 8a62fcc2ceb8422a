import type { Value as Operand } from "../../ops/broadcast.ts";
import type { DType } from "../../tensor/storage.ts";
import type { AnyTensor } from "../../tensor/tensor.ts";
import type { GraphWriter, Value } from "./graph.ts";
import type { Size } from "./varying.ts";

/** One operation that is to be written: what it takes, what it gives, and what it is told. */
export interface Call<Details extends object = object> {
  readonly graph: GraphWriter;
  readonly inputs: readonly Value[];
  /** Of the result. */
  readonly shape: readonly Size[];
  readonly dtype: DType;
  readonly details: Details;
  /** The value of a tensor among the details. */
  valueFor(tensor: AnyTensor): Value;
}

/** Writes an operation as nodes. @returns the name of its result */
export type Exporter<Details extends object = object> = (call: Call<Details>) => string;

/** One node of that operator, whose inputs are the operation's. */
export function as(opType: string): Exporter {
  return ({ graph, inputs }) =>
    graph.node(
      opType,
      inputs.map(({ name }) => name),
    );
}

/** An operand that is a tensor or a number: its name, the number as a constant of the type. */
export function operandOf(call: Call, role: string, operand: Operand, dtype: DType): string {
  return typeof operand === "number" ? call.graph.scalar(role, operand, dtype) : call.valueFor(operand).name;
}

/** A tensor of one number a channel as the list that ONNX wants, whatever its axes. */
export function channels({ graph }: Call, value: Value, count: Size): string {
  return value.shape.length === 1 ? value.name : graph.reshape(value.name, value.shape, [count]);
}
