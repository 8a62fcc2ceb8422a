import { describe, OptionError } from "../errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import { freshTensor, type Parameter, Tensor } from "../tensor/tensor.ts";
import type { Memory } from "./memory.ts";

/** What an optimiser's next steps depend on, beside parameters and settings: plain data and tensors, for a file. */
export interface OptimizerState {
  /** The class it is of, `Adam`. */
  readonly optimizer: string;
  readonly learningRate: number;
  /** How often each parameter was changed. */
  readonly steps: readonly number[];
  /** What is remembered of each parameter, in its shape: `velocity.0`. Nothing of one that never had a gradient. */
  readonly memory: Readonly<Record<string, Tensor<readonly number[], FloatDType>>>;
}

/** What an optimiser remembers, by name. */
export type Memories = Readonly<Record<string, Memory>>;

/** Copies of all memories, `name.index`. */
export function stateOf(memories: Memories, parameters: readonly Parameter[]): OptimizerState["memory"] {
  const entries = Object.entries(memories).flatMap(([name, memory]) =>
    parameters.flatMap(({ shape, dtype }, i) => {
      const numbers = memory.peek(i);
      return numbers === null ? [] : [[`${name}.${i}`, freshTensor(numbers.slice(), shape, dtype)] as const];
    }),
  );
  return Object.fromEntries(entries);
}

/** The state, if it is one of this kind of optimiser with these parameters. @throws OptionError saying where it differs */
export function restored(
  name: string,
  state: OptimizerState,
  memories: readonly string[],
  parameters: readonly Parameter[],
): OptimizerState {
  const refuse = (problem: string, fix: string): never => {
    throw new OptionError(`${name}.load`, problem, fix);
  };
  const given = state as Partial<OptimizerState> | null | undefined;
  if (typeof given !== "object" || given === null || typeof given.optimizer !== "string") {
    return refuse(`the state is ${describe(state)}`, "give what optimizer.state() returned");
  }
  const { optimizer, learningRate, steps, memory } = given;
  if (optimizer !== name) refuse(`the state is that of ${optimizer}`, `make the optimizer a new ${optimizer}(...)`);
  if (typeof learningRate !== "number" || !Array.isArray(steps) || typeof memory !== "object" || memory === null) {
    return refuse("the state lacks its learningRate, steps or memory", "give what optimizer.state() returned");
  }
  if (steps.length !== parameters.length) {
    const fix = "give the optimizer the parameters it had, in their order";
    refuse(`the state is of ${steps.length} parameters, this optimizer has ${parameters.length}`, fix);
  }
  for (const [key, tensor] of Object.entries(memory)) {
    const dot = key.lastIndexOf(".");
    const parameter = parameters[Number(key.slice(dot + 1))];
    if (!memories.includes(key.slice(0, dot)) || parameter === undefined || !(tensor instanceof Tensor)) {
      refuse(
        `the state holds ${key}, which ${name} does not remember with these options`,
        "make it with the same options",
      );
    }
    if (sameShape(tensor.shape, parameter!.shape) && tensor.dtype === parameter!.dtype) continue;
    const [was, is] = [tensor, parameter!].map(({ dtype, shape }) => `${dtype} [${shape.join(", ")}]`);
    refuse(`${key} is ${was}, the parameter ${is}`, "give the optimizer the parameters it had, in their order");
  }
  return state;
}
