import { accumulate } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { GradientError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { changed, numbers, peek } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import { sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import {
  type AnyTensor,
  gradientOf,
  homeOf,
  type Origin,
  setGradient,
  type Tensor,
  tensorAt,
} from "../tensor/tensor.ts";
import { needsGradient } from "./apply.ts";
import { copyOf, endLoans, finish, type Gradient, roomForGradient, settleDown } from "./gradients.ts";

/**
 * Reverse-mode differentiation (Griewank and Walther, 2008, section 3.2): adds d`root`/d`p` to `p.grad` for every
 * parameter `p` that `root` was computed from. The graph is freed as it is walked, so that its memory can go.
 *
 * @param root a loss of one number; or any tensor, with the gradient that arrives at it in `gradient`
 * @throws GradientError if nothing that `root` came from asks for a gradient, or its graph was freed before
 * @throws ShapeError if `root` has several numbers and no `gradient` of its shape is given
 */
export function backward(root: Tensor<readonly (number | string)[], FloatDType>, gradient?: AnyTensor): void {
  checkTensor("backward", "what it starts from", root);
  if (gradient !== undefined) checkTensor("backward", "the gradient", gradient);
  if (!needsGradient(root)) {
    throw new GradientError(
      "nothing this tensor was computed from asks for a gradient",
      "set requiresGrad on the parameters before the forward pass, and run it outside noGrad",
    );
  }
  endLoans();
  const gradients = new Map<AnyTensor, Gradient>([[root, { values: seed(root, gradient), readers: 1 }]]);
  for (const node of inReverseOrder(root)) {
    const arrived = gradients.get(node);
    if (arrived === undefined) continue;
    gradients.delete(node);
    beginOperation();
    const { origin } = node;
    if (node.requiresGrad) keep(node, arrived);
    if (origin !== null) {
      const results = origin.backward(arrived.values, origin.inputs.map(needsGradient), node);
      origin.inputs.forEach((input, i) => {
        const values = results[i];
        if (values) arrive(gradients, input, values === arrived.values ? again(arrived) : { values, readers: 1 });
      });
      node.origin = freed(origin.operation);
      homeOf(node).retire();
      for (const home of origin.kept) home.release();
    }
    finish(arrived);
  }
}

function seed(root: AnyTensor, gradient: AnyTensor | undefined): Floats {
  const values = roomForGradient(root.dtype as FloatDType, root.size);
  if (gradient === undefined && root.size === 1) return values.fill(1) as Floats;
  if (gradient !== undefined && sameShape(gradient.shape, root.shape)) {
    values.set(peek(gradient));
    return values;
  }
  const operands = [{ name: "tensor", shape: root.shape }];
  if (gradient) operands.push({ name: "gradient", shape: gradient.shape });
  throw new ShapeError(
    "backward",
    "it starts from one number",
    operands,
    "call mean() first, or give a gradient of the tensor's shape",
  );
}

/** Everything `root` came from, each before its inputs. Iterative: a long unrolled graph must not overflow the stack. */
function inReverseOrder(root: AnyTensor): AnyTensor[] {
  const order: AnyTensor[] = [];
  const seen = new Set<AnyTensor>([root]);
  const stack = [{ node: root, next: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const input = top.node.origin?.inputs[top.next++];
    if (input === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (needsGradient(input) && !seen.has(input)) {
      seen.add(input);
      stack.push({ node: input, next: 0 });
    }
  }
  return order.reverse();
}

/** One reader more. */
function again(gradient: Gradient): Gradient {
  gradient.readers++;
  return gradient;
}

/** Adds a gradient up with those that came to the tensor before. */
function arrive(gradients: Map<AnyTensor, Gradient>, input: AnyTensor, gradient: Gradient): void {
  let sum = gradients.get(input);
  if (sum === undefined) {
    gradients.set(input, gradient);
    return;
  }
  if (sum.readers > 1) {
    const own = copyOf(sum, input.dtype as FloatDType);
    finish(sum);
    gradients.set(input, own);
    sum = own;
  }
  accumulate(sum.values, gradient.values);
  finish(gradient);
}

/**
 * Adds a gradient to the tensor's `grad`. The first one stays where it is, but for a tensor that was computed itself:
 * its gradient flows on.
 */
function keep(parameter: AnyTensor, arrived: Gradient): void {
  const sum = gradientOf(parameter);
  if (sum !== null) {
    accumulate(numbers(sum) as Floats, arrived.values);
    changed(sum);
    return;
  }
  const dtype = parameter.dtype as FloatDType;
  const own = arrived.readers > 1 || parameter.origin !== null ? copyOf(arrived, dtype) : arrived;
  setGradient(parameter, tensorAt(settleDown(own, dtype), parameter.shape, parameter.dtype));
}

/** What is left of an origin once its gradient went through: enough to say what happened. */
function freed(operation: string): Origin {
  return {
    operation,
    inputs: [],
    kept: [],
    backward() {
      throw new GradientError(
        `the graph through ${operation} was freed by an earlier backward`,
        "run the forward pass again for each backward, or add the losses and call backward once",
      );
    },
  };
}
