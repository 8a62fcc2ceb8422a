import { accumulate } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { checkBoolean, checkOptions, GradientError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { changed, numbers, peek } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import { sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, gradientOf, homeOf, type Origin, setGradient, Tensor, tensorAt } from "../tensor/tensor.ts";
import { needsGradient } from "./apply.ts";
import { copyOf, endLoans, finish, type Gradient, roomForGradient, settleDown } from "./gradients.ts";
import { afterHooks } from "./hooks.ts";
import { guarded } from "./seals.ts";

/** What `backward` may be told beside where it starts. */
export interface BackwardOptions {
  /** The gradient that arrives at the root, of its shape; default 1, for a root of one number. */
  readonly gradient?: AnyTensor;
  /** Whether the graph stays, for another `backward` through it; default false: its memory goes at once. */
  readonly retainGraph?: boolean;
}

/**
 * Reverse-mode differentiation (Griewank and Walther, 2008, section 3.2): adds d`root`/d`x` to `x.grad` for every tensor `x`
 * that `root` was computed from and whose `requiresGrad` is set. That is so for parameters; to have the gradient of any
 * intermediate result, set its `requiresGrad` before calling `backward`, the one way there is. Gradients add up over calls
 * until they are set to null.
 *
 * The graph is freed as it is walked, so that its memory can go, unless `retainGraph` keeps it.
 *
 * @param root a loss of one number; or any tensor, with the gradient that arrives at it
 * @param options the gradient that arrives at `root`; or `{ gradient, retainGraph }`
 * @throws GradientError if nothing that `root` came from asks for a gradient, its graph was freed before, or numbers that a
 *   gradient needs were changed since the forward pass (in a large array of the user's, a change of single numbers may go
 *   unnoticed)
 * @throws ShapeError if `root` has several numbers and no `gradient` of its shape is given
 * @example
 * const x = parameter(tensor([1, 2]));
 * const y = multiply(x, x);
 * y.requiresGrad = true;
 * backward(sum(multiply(y, 3)));
 * x.grad!.data; // [6, 12]
 * y.grad!.data; // [3, 3]
 */
export function backward(
  root: Tensor<readonly (number | string)[], FloatDType>,
  options?: AnyTensor | BackwardOptions,
): void {
  checkTensor("backward", "what it starts from", root);
  const { gradient, retainGraph = false } = optionsOf(options);
  if (!needsGradient(root)) {
    throw new GradientError(
      "nothing this tensor was computed from asks for a gradient",
      "set requiresGrad on the parameters before the forward pass (unfreeze them), and run it outside noGrad",
    );
  }
  const order = inReverseOrder(root);
  flow(root, seed(root, gradient), order, needsGradient, keep, retainGraph);
}

function optionsOf(options: AnyTensor | BackwardOptions | undefined): BackwardOptions {
  if (options === undefined) return {};
  if (options instanceof Tensor) return { gradient: options };
  checkOptions("backward", options, ["gradient", "retainGraph"]);
  if (options.gradient !== undefined) checkTensor("backward", "the gradient", options.gradient);
  const { retainGraph } = options;
  if (retainGraph !== undefined) checkBoolean("backward", "retainGraph", retainGraph);
  return options;
}

/**
 * Another way back through some operations than their own. Given the operation's name, the gradient that arrives, not to be
 * changed, and the operation's own way back; gives an array that is fresh for each operand, as that does.
 */
export type GradientRule = (
  operation: string,
  arrived: Floats,
  own: (dOut: Floats) => readonly (Floats | null)[],
) => readonly (Floats | null)[];

/** Where gradients start, and how they flow. */
interface FlowOptions {
  /** The gradient that arrives at the root, of its shape; default 1, for a root of one number. */
  readonly gradient?: AnyTensor;
  readonly rule?: GradientRule | undefined;
}

/** The gradients of `root` with respect to some tensors; adds nothing to any `grad`. Null where `root` does not depend on one. */
export function gradientsOf(
  root: AnyTensor,
  wanted: readonly AnyTensor[],
  { gradient, rule }: FlowOptions = {},
): (AnyTensor | null)[] {
  const order = inReverseOrder(root);
  // What leads to a wanted tensor, each after its inputs: nothing else need be computed, or be freed.
  const leads = new Set<AnyTensor>(wanted);
  for (const node of order.toReversed()) if (node.origin?.inputs.some((input) => leads.has(input))) leads.add(node);
  const found = new Map<AnyTensor, AnyTensor>();
  const take = (node: AnyTensor, arrived: Gradient): void => {
    if (!wanted.includes(node)) return;
    const dtype = node.dtype as FloatDType;
    found.set(node, tensorAt(settleDown(copyOf(arrived, dtype), dtype), node.shape, node.dtype));
  };
  if (leads.has(root)) {
    const path = order.filter((node) => leads.has(node));
    flow(root, seed(root, gradient), path, (input) => leads.has(input), take, false, rule);
  }
  return wanted.map((x) => found.get(x) ?? null);
}

/** Walks a graph from the root's gradient on, and hands each node's gradient to `reached`. */
function flow(
  root: AnyTensor,
  start: Floats,
  order: readonly AnyTensor[],
  needs: (input: AnyTensor) => boolean,
  reached: (node: AnyTensor, gradient: Gradient) => void,
  retain: boolean,
  rule: GradientRule = ownWay,
): void {
  const gradients = new Map<AnyTensor, Gradient>([[root, { values: start, readers: 1 }]]);
  for (const node of order) {
    const whole = gradients.get(node);
    if (whole === undefined) continue;
    gradients.delete(node);
    beginOperation();
    const arrived = afterHooks(node, whole);
    const { origin } = node;
    reached(node, arrived);
    if (origin !== null) {
      const own = (dOut: Floats) => origin.backward(dOut, origin.inputs.map(needs), node);
      const results = guarded(node, () => rule(origin.operation, arrived.values, own));
      origin.inputs.forEach((input, i) => {
        const values = results[i];
        if (values) arrive(gradients, input, values === arrived.values ? again(arrived) : { values, readers: 1 });
      });
      if (!retain) free(node, origin);
    }
    finish(arrived);
  }
}

const ownWay: GradientRule = (_operation, arrived, own) => own(arrived);

/** Gives the memory back that the gradient of one node needed. */
function free(node: AnyTensor, origin: Origin): void {
  node.origin = freed(origin.operation);
  homeOf(node).retire();
  for (const home of origin.kept) home.release();
}

function seed(root: AnyTensor, gradient: AnyTensor | undefined): Floats {
  endLoans();
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
  if (!parameter.requiresGrad) return;
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
    seals: [],
    result: { changes: 0, print: 0 },
    kept: [],
    backward() {
      throw new GradientError(
        `the graph through ${operation} was freed by an earlier backward`,
        "run the forward pass again for each backward, add the losses and call backward once, or give { retainGraph: true }",
      );
    },
  };
}
