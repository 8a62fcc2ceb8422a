import { accumulate } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { GradientError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { sameShape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, type Origin, Tensor } from "../tensor/tensor.ts";
import { needsGradient } from "./apply.ts";

/** A gradient on its way: borrowed while the array may also be another tensor's, and must not be written to. */
interface Arrived {
  values: Floats;
  borrowed: boolean;
}

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
  const gradients = new Map<AnyTensor, Arrived>([[root, { values: seed(root, gradient), borrowed: false }]]);
  for (const node of inReverseOrder(root)) {
    const arrived = gradients.get(node);
    if (arrived === undefined) continue;
    gradients.delete(node);
    if (node.requiresGrad) keep(node, arrived);
    const { origin } = node;
    if (origin === null) continue;
    const results = origin.backward(arrived.values, origin.inputs.map(needsGradient));
    origin.inputs.forEach((input, i) => {
      const values = results[i];
      if (values) arrive(gradients, input, values, values === arrived.values);
    });
    node.origin = freed(origin.operation);
  }
}

function seed(root: AnyTensor, gradient: AnyTensor | undefined): Floats {
  const values = allocate(root.dtype as FloatDType, root.size);
  if (gradient === undefined && root.size === 1) return values.fill(1) as Floats;
  if (gradient !== undefined && sameShape(gradient.shape, root.shape)) {
    values.set(gradient.data);
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

function arrive(gradients: Map<AnyTensor, Arrived>, input: AnyTensor, values: Floats, borrowed: boolean): void {
  const earlier = gradients.get(input);
  if (earlier === undefined) {
    gradients.set(input, { values, borrowed });
    return;
  }
  if (earlier.borrowed) {
    earlier.values = earlier.values.slice();
    earlier.borrowed = false;
  }
  accumulate(earlier.values, values);
}

function keep(parameter: AnyTensor, { values, borrowed }: Arrived): void {
  if (parameter.grad === null) {
    const own = borrowed ? values.slice() : values;
    parameter.grad = new Tensor(own as never, parameter.shape, parameter.dtype) as AnyTensor;
    return;
  }
  accumulate(parameter.grad.data as Floats, values);
}

/** What is left of an origin once its gradient went through: enough to say what happened. */
function freed(operation: string): Origin {
  return {
    operation,
    inputs: [],
    backward() {
      throw new GradientError(
        `the graph through ${operation} was freed by an earlier backward`,
        "run the forward pass again for each backward, or add the losses and call backward once",
      );
    },
  };
}
