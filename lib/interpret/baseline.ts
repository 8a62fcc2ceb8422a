import { noGrad } from "../autograd/apply.ts";
import { describe, OptionError, ShapeError } from "../errors.ts";
import { broadcastTo } from "../ops/repeat.ts";
import { full } from "../tensor/create.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** What an example is compared with: one number for all of it, or a tensor of the inputs' shape, or of one example's, `[1, ...]`. */
export type Baseline = number | Tensor;

/** The baseline as a tensor of the inputs' shape. */
export function baselineFor(operation: string, inputs: Tensor, baseline: Baseline): Tensor {
  const shape = inputs.shape as readonly number[];
  if (typeof baseline === "number" && Number.isFinite(baseline)) return full(shape, baseline, inputs.dtype) as Tensor;
  if (!((baseline as unknown) instanceof Tensor)) {
    const fix = "give a number, or a tensor of the inputs' shape";
    throw new OptionError(operation, `baseline is ${describe(baseline)}`, fix);
  }
  const given = baseline as Tensor;
  if (given.dtype !== inputs.dtype) {
    const problem = `the baseline is ${given.dtype}, the input ${inputs.dtype}`;
    throw new OptionError(operation, problem, `convert it: cast(baseline, "${inputs.dtype}")`);
  }
  if (sameShape(given.shape, shape)) return given;
  if (sameShape(given.shape, [1, ...shape.slice(1)])) return noGrad(() => broadcastTo(given, shape)) as Tensor;
  const operands = [
    { name: "input", shape },
    { name: "baseline", shape: given.shape as readonly number[] },
  ];
  const fix = `give it as [${shape.join(", ")}] or [${[1, ...shape.slice(1)].join(", ")}]`;
  throw new ShapeError(operation, "the baseline is of another shape", operands, fix);
}
