import type { Floats } from "../compute/floats.ts";
import { describe, GradientError, OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor, Tensor } from "../tensor/tensor.ts";
import { needsGradient, noGrad } from "./apply.ts";
import { apartFromLoans, finish, type Gradient, roomForGradient } from "./gradients.ts";

/** Called with the gradient that arrives at a tensor; a tensor that it returns takes its place, all else is ignored. */
export type GradientHook = (gradient: AnyTensor) => unknown;

const hooks = new WeakMap<AnyTensor, Set<{ readonly hook: GradientHook }>>();

/**
 * Calls `hook(gradient)` in each `backward` with the whole gradient that arrives at `x`, a copy, before it flows on and
 * before it is added to `x.grad`. A tensor of the same shape that the hook returns takes its place; anything else is
 * ignored. To keep the gradient of an intermediate result there is a shorter way: set its `requiresGrad`, and read `grad`.
 *
 * @returns a function that takes the hook away
 * @throws OptionError if it is no function; GradientError if no gradient will arrive, since none is asked for
 * @example
 * const x = parameter(ones([3]));
 * const y = multiply(x, 2);
 * onGradient(y, (gradient) => console.log(`${gradient}`));
 * backward(sum(y)); // prints the gradient of y: ones
 */
export function onGradient(x: AnyTensor, hook: GradientHook): () => void {
  checkTensor("onGradient", "the first argument", x);
  if (typeof (hook as unknown) !== "function") {
    throw new OptionError("onGradient", `the hook is ${describe(hook)}`, "write onGradient(x, (gradient) => ...)");
  }
  if (!needsGradient(x)) {
    const fix = "set requiresGrad on what it is computed from before the forward pass, and run that outside noGrad";
    throw new GradientError("no gradient will arrive at this tensor: none is asked for", fix);
  }
  const entry = { hook };
  const all = hooks.get(x) ?? new Set();
  hooks.set(x, all.add(entry));
  return () => void all.delete(entry);
}

/** The gradient after a tensor's hooks have seen it. */
export function afterHooks(x: AnyTensor, arrived: Gradient): Gradient {
  const all = hooks.get(x);
  let gradient = arrived;
  for (const { hook } of all ? [...all] : []) {
    const dtype = x.dtype as FloatDType;
    const copy = freshTensor(gradient.values.slice() as Floats, x.shape, dtype) as AnyTensor;
    const given = apartFromLoans(() => noGrad(() => ({ value: hook(copy) }))).value;
    if (!(given instanceof Tensor)) continue;
    if (!sameShape(given.shape, x.shape)) {
      const shapes = `a gradient of [${given.shape.join(", ")}] for a tensor of [${x.shape.join(", ")}]`;
      throw new GradientError(`a hook gave ${shapes}`, "return a tensor of the shape of the gradient, or nothing");
    }
    const values = roomForGradient(dtype, x.size);
    values.set(peek(given));
    finish(gradient);
    gradient = { values, readers: 1 };
  }
  return gradient;
}
