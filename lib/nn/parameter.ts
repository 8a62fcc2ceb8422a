import { OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { type AnyTensor, type Parameter, Tensor } from "../tensor/tensor.ts";

/** What training changes, or would if it were not frozen: `requiresGrad` alone does not tell a frozen one from a buffer. */
const parameters = new WeakSet<AnyTensor>();

/**
 * Makes a tensor a parameter: what a module that holds it in a field learns. It stays one while it is frozen
 * (`requiresGrad` false). A tensor of a module's field whose `requiresGrad` is set becomes one without this function, when
 * the module is first asked for its parameters.
 *
 * @returns the tensor itself
 * @throws OptionError unless it is of type float32 or float64
 * @example parameter(ones([10])).requiresGrad // true
 */
export function parameter<T extends Parameter | Tensor>(tensor: T): T {
  checkTensor("parameter", "the value", tensor);
  const dtype: string = tensor.dtype;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new OptionError("parameter", `the tensor is ${dtype}`, 'gradients need fractions: cast(x, "float32")');
  }
  tensor.requiresGrad = true;
  parameters.add(tensor);
  return tensor;
}

/** Whether a value is a parameter, frozen or not. What was computed from others is none, whether it keeps its gradient or not. */
export function isParameter(value: unknown): value is Parameter {
  if (!(value instanceof Tensor) || value.origin !== null) return false;
  if (value.requiresGrad) parameters.add(value);
  return parameters.has(value);
}

/** Whether a value is a tensor that is part of a module and not learned, such as running statistics. */
export function isBuffer(value: unknown): value is AnyTensor {
  return value instanceof Tensor && value.origin === null && !isParameter(value);
}
