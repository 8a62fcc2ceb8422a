import { describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/** An operand as errors show it. @throws OptionError if it is no tensor */
export function operand(operation: string, name: string, x: AnyTensor, axes?: string): Operand {
  checkTensor(operation, `the ${name}`, x);
  return axes === undefined ? { name, shape: x.shape } : { name, shape: x.shape, axes };
}

/** Refuses operands whose number of axes is not that of their letters. */
export function checkRank(operation: string, operands: readonly Operand[]): void {
  for (const { name, shape, axes = "" } of operands) {
    const letters = axes.split(" ");
    if (shape.length === letters.length) continue;
    const problem = `${plural(shape.length)} in the ${name}, not the ${letters.length} of [${letters.join(", ")}]`;
    throw new ShapeError(operation, problem, operands, rankFix(name, shape, letters));
  }
}

function plural(axes: number): string {
  return axes === 1 ? "1 axis" : `${axes} axes`;
}

function rankFix(name: string, shape: readonly number[], letters: readonly string[]): string {
  const missing = letters.length - shape.length;
  if (missing === 1) return `if this is a single example, reshape ${name} to [${[1, ...shape].join(", ")}]`;
  if (letters.length === 2 && shape.length > 2) {
    return `flatten it first: [${shape[0]}, ${shape.slice(1).reduce((a, b) => a * b, 1)}]`;
  }
  return `reshape ${name} to ${plural(letters.length)}, [${letters.join(", ")}]`;
}

/** Refuses an operand without elements: a mean or a maximum of nothing has no value. */
export function checkNotEmpty(operation: string, operands: readonly Operand[]): void {
  const empty = operands.find(({ shape }) => shape.includes(0));
  if (empty === undefined) return;
  const axis = empty.shape.indexOf(0);
  const letter = empty.axes?.split(" ")[axis] ?? `${axis}`;
  const fix =
    letter === "N" ? "the batch is empty: feed it at least one example" : `give axis ${letter} a size of at least 1`;
  throw new ShapeError(operation, `axis ${letter} of the ${empty.name} is 0`, operands, fix);
}

/** Refuses operands that are no tensors, of different types of number, or of a type that has no fractions. */
export function checkSameDtype(operation: string, tensors: readonly AnyTensor[]): void {
  for (const tensor of tensors) checkTensor(operation, "an operand", tensor);
  const first = tensors[0]?.dtype;
  if (first !== "float32" && first !== "float64") {
    throw new OptionError(operation, `it works on float32 or float64, not ${first}`, `convert with cast(x, "float32")`);
  }
  const other = tensors.find(({ dtype }) => dtype !== first);
  if (other === undefined) return;
  throw new OptionError(
    operation,
    `one operand is ${first}, another ${other.dtype}`,
    `convert with cast(x, "${first}")`,
  );
}

/** Refuses an option that is no finite number. */
export function checkFinite(operation: string, option: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new OptionError(operation, `${option} is ${describe(value)}`, "give a number");
}
