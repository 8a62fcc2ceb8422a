import { type Applied, shapesOnly } from "../../autograd/apply.ts";
import { OptionError } from "../../errors.ts";
import { evaluating } from "../../nn/evaluating.ts";
import type { Module } from "../../nn/module.ts";
import { followModules } from "../../nn/watch.ts";
import { peek } from "../../tensor/numbers.ts";
import { allocate, type FloatDType } from "../../tensor/storage.ts";
import { type AnyTensor, homeOf, Tensor } from "../../tensor/tensor.ts";
import { sizeOf, Varying } from "./varying.ts";

/** An operation that ran, and in which part of the network. */
export interface Step extends Applied {
  readonly path: string;
}

/** What a network does to a batch. */
export interface Trace {
  readonly input: AnyTensor;
  readonly output: AnyTensor;
  readonly steps: readonly Step[];
}

/**
 * Follows a batch through a network by shapes alone, in evaluation mode: nothing is computed, no buffer moves, each part
 * is left in the mode it was in.
 */
export function trace(network: Module, shape: readonly number[], dtype: FloatDType): Trace {
  const input = new Tensor(allocate(dtype, 0), shape, dtype);
  const steps: Step[] = [];
  const within: string[] = [];
  const follower = { enter: (path: string) => void within.push(path), leave: () => void within.pop() };
  const run = (): AnyTensor =>
    shapesOnly(
      () => evaluating(network, () => network.forward(input as Tensor)),
      (applied) => void steps.push({ ...applied, path: within.at(-1) ?? "" }),
    );
  return { input: input as AnyTensor, output: followModules(network, follower, run), steps };
}

/** The steps of traces of one network with several numbers of examples, as one: what differs is `Varying`. */
export function together(op: string, traces: readonly Trace[], batches: readonly number[]): readonly Step[] {
  const [first] = traces as readonly [Trace, ...Trace[]];
  const made = traces.map(({ input, steps }) => {
    const places = new Map<object, number>([[homeOf(input), -1]]);
    for (const [i, { output }] of steps.entries()) places.set(homeOf(output), i);
    return places;
  });
  if (traces.some(({ steps }) => steps.length !== first.steps.length)) throw differs(op, "how many operations it runs");
  return first.steps.map((step, i): Step => {
    const all = traces.map(({ steps }) => steps[i]!);
    const where = `${step.operation}${step.path === "" ? "" : ` in ${step.path}`}`;
    if (all.some(({ operation, path }) => operation !== step.operation || path !== step.path)) {
      throw differs(op, `which operations it runs, from ${where} on`);
    }
    const one = (found: readonly unknown[]): unknown => {
      const [sample] = found;
      if (found.every((each) => each instanceof Tensor)) return sameTensor(op, where, found as AnyTensor[], made);
      if (found.every((each) => Array.isArray(each))) {
        const { length } = sample as readonly unknown[];
        if (found.some((list) => list.length !== length)) throw differs(op, `how much ${where} is given`);
        return Array.from({ length }, (_, j) => one(found.map((list) => (list as readonly unknown[])[j])));
      }
      if (found.every((each) => typeof each === "number")) return sizeOf(found, batches);
      if (found.some((each) => typeof each !== "object" || each === null)) {
        return found.every((each) => each === sample) ? sample : new Varying(null, null);
      }
      const names = Object.keys(sample as object);
      return Object.fromEntries(names.map((name) => [name, one(found.map((each) => (each as never)[name]))]));
    };
    const inputs = one(all.map((each) => each.inputs)) as readonly AnyTensor[];
    return { ...step, inputs, details: one(all.map(({ details }) => details)) as object };
  });
}

/** The tensor that plays the same part in each trace: made by the same step, the network's own, or of the same numbers. */
function sameTensor(
  op: string,
  where: string,
  found: readonly AnyTensor[],
  made: readonly ReadonlyMap<object, number>[],
): AnyTensor {
  const [first] = found as readonly [AnyTensor];
  const places = found.map((x, i) => made[i]!.get(homeOf(x)));
  if (places.some((place) => place !== places[0])) throw differs(op, `what ${where} is given`);
  if (places[0] !== undefined || found.every((x) => homeOf(x) === homeOf(first))) return first;
  const numbers = found.map((x) => peek(x));
  if (
    numbers.every((each) => each.length === numbers[0]!.length && each.every((n, i) => Object.is(n, numbers[0]![i])))
  ) {
    return first;
  }
  throw differs(op, `a tensor that is made on the way to ${where}`);
}

function differs(op: string, what: string): OptionError {
  const problem = `${what} differs from run to run, or with the number of examples`;
  return new OptionError(
    op,
    problem,
    "give the batch a fixed size, batch: 1, and keep random numbers in parameters or buffers",
  );
}
