import type { Floats } from "../compute/floats.ts";
import { checkPositive, checkRange, InterruptedError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { changed, numbers } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import { gradientOf, type Parameter } from "../tensor/tensor.ts";
import { groupsOf, type ParameterGroup } from "./groups.ts";
import { Memory } from "./memory.ts";
import { type Memories, type OptimizerState, restored, stateOf } from "./state.ts";

const inPlace = new WeakSet<Optimizer>();

/** What each optimiser remembers of its parameters. */
const memories = new WeakMap<Optimizer, Memories>();

/**
 * Lets an optimiser work on numbers where they lie, which are another tensor's later: for classes of this folder, whose
 * `update` keeps no array. A user's class may keep what it is given, so it is given arrays to keep.
 */
export function updatesInPlace(optimizer: Optimizer): void {
  inPlace.add(optimizer);
}

/**
 * Numbers, one a number of each parameter, that an optimiser remembers from step to step; `state` and `load` keep them.
 *
 * @param name in the state, `velocity`
 * @param initial what they are before the first step
 */
export function remember(optimizer: Optimizer, name: string, initial = 0): Memory {
  const memory = new Memory(initial);
  memories.set(optimizer, { ...memories.get(optimizer), [name]: memory });
  return memory;
}

/**
 * Changes parameters along their gradients. A subclass says how one parameter changes; one that remembers something from
 * step to step extends `state` and `load`, so that checkpoints hold it.
 */
export abstract class Optimizer {
  /** What it changes, in the order given. */
  readonly parameters: readonly Parameter[];
  /** The size of a step; may be changed between steps. A group's own keeps its ratio to this one. */
  learningRate: number;
  /** How strongly parameters are pulled to zero, where their group does not say otherwise. */
  readonly weightDecay: number;
  /** Of each parameter: its group's learning rate over the common one. */
  readonly #ratios: readonly number[];
  readonly #decays: readonly number[];
  #steps: number[];

  /**
   * @param parameters parameters, or groups of parameters with settings of their own
   * @throws OptionError without parameters, for one that comes twice, or if a setting is out of range
   */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, learningRate: number, weightDecay = 0) {
    const name = new.target.name;
    const groups = groupsOf(name, parameters);
    checkPositive(name, "learningRate", learningRate);
    checkRange(name, "weightDecay", weightDecay, Number.POSITIVE_INFINITY);
    this.learningRate = learningRate;
    this.weightDecay = weightDecay;
    this.parameters = groups.flatMap((group) => group.parameters);
    this.#ratios = groups.flatMap((group) => {
      const ratio = group.learningRate === undefined ? 1 : group.learningRate / learningRate;
      return group.parameters.map(() => ratio);
    });
    this.#decays = groups.flatMap((group) => group.parameters.map(() => group.weightDecay ?? weightDecay));
    this.#steps = this.parameters.map(() => 0);
  }

  /**
   * Changes every parameter that has a gradient. Every training loop comes by here, so here it stops when asked to: with
   * the parameters, and what the optimiser remembers of them, as the last whole step left them.
   *
   * @throws InterruptedError if the notebook's user asks to stop
   */
  step(): void {
    if (interruptRequested()) {
      throw new InterruptedError(
        `${this.constructor.name}.step: stopped before this step, as you asked; the parameters are those of the last one`,
      );
    }
    this.parameters.forEach((parameter, i) => {
      const gradient = gradientOf(parameter);
      if (gradient === null) return;
      beginOperation();
      const numbersOf = inPlace.has(this) ? numbers : ({ data }: Parameter) => data;
      this.#steps[i]!++;
      changed(parameter); // said before: what is broken off in the middle has changed them too
      this.update(i, numbersOf(parameter), numbersOf(gradient as Parameter));
    });
  }

  /** Forgets the gradients, so that the next `backward` starts from none. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * A copy of all that the next steps depend on beside the parameters and the settings given at construction: the
   * learning rate, the steps made, and what is remembered of each parameter.
   *
   * @example
   * const optimizer = new Adam(lenet5().parameters());
   * const state = optimizer.state();
   * optimizer.step();
   * optimizer.load(state);
   */
  state(): OptimizerState {
    const { learningRate, parameters } = this;
    const memory = stateOf(memories.get(this) ?? {}, parameters);
    return { optimizer: this.constructor.name, learningRate, steps: [...this.#steps], memory };
  }

  /**
   * Goes on from a state: the next steps are those that came after it then, bit for bit, if parameters and gradients are
   * those of then.
   *
   * @throws OptionError if the state is of another kind of optimiser, or of other parameters; nothing is changed then
   */
  load(state: OptimizerState): void {
    const remembered = memories.get(this) ?? {};
    const found = restored(this.constructor.name, state, Object.keys(remembered), this.parameters);
    this.learningRate = found.learningRate;
    this.#steps = [...found.steps];
    for (const [name, memory] of Object.entries(remembered)) {
      this.parameters.forEach((_, i) => void memory.set(i, found.memory[`${name}.${i}`] ?? null));
    }
  }

  /**
   * One step of one parameter, in place.
   *
   * @param index its place among `parameters`, for what is remembered of it
   */
  protected abstract update(index: number, parameter: Floats, gradient: Floats): void;

  /** The learning rate of a parameter: that of its group, if it has one. */
  protected learningRateOf(index: number): number {
    return this.learningRate * this.#ratios[index]!;
  }

  /** How strongly a parameter is pulled to zero. */
  protected weightDecayOf(index: number): number {
    return this.#decays[index]!;
  }

  /** Which step of a parameter this is, counted from 1: one that had no gradient at first starts later. */
  protected stepOf(index: number): number {
    return this.#steps[index]!;
  }
}
