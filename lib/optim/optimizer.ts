import type { Floats } from "../compute/floats.ts";
import { checkPositive, describe, InterruptedError, OptionError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { checkTensor } from "../tensor/check.ts";
import { Home } from "../tensor/home.ts";
import { changed, numbers } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import { allocate } from "../tensor/storage.ts";
import { gradientOf, type Parameter } from "../tensor/tensor.ts";

const inPlace = new WeakSet<Optimizer>();

/**
 * Lets an optimiser work on numbers where they lie, which are another tensor's later: for classes of this folder, whose
 * `update` keeps no array. A user's class may keep what it is given, so it is given arrays to keep.
 */
export function updatesInPlace(optimizer: Optimizer): void {
  inPlace.add(optimizer);
}

/** Changes parameters along their gradients. A subclass says how one parameter changes. */
export abstract class Optimizer {
  /** What it changes, in the order given. */
  readonly parameters: readonly Parameter[];
  /** The size of a step; may be changed between steps. */
  learningRate: number;

  /** @throws OptionError without parameters, or if the learning rate is not a positive number */
  constructor(parameters: Iterable<Parameter>, learningRate: number) {
    const name = new.target.name;
    const fix = "give it model.parameters()";
    const given: unknown = parameters; // iterable only as far as the compiler saw the caller
    if (typeof (given as Partial<Iterable<Parameter>> | undefined)?.[Symbol.iterator] !== "function") {
      throw new OptionError(name, `the parameters are ${describe(given)}`, fix);
    }
    this.parameters = [...parameters];
    this.learningRate = learningRate;
    for (const parameter of this.parameters) checkTensor(name, "one of the parameters", parameter);
    if (this.parameters.length === 0) {
      throw new OptionError(name, "there are no parameters", "give it model.parameters() of a model that has some");
    }
    checkPositive(name, "learningRate", learningRate);
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
      this.update(i, numbersOf(parameter), numbersOf(gradient as Parameter));
      changed(parameter);
    });
  }

  /** Forgets the gradients, so that the next `backward` starts from none. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * One step of one parameter, in place.
   *
   * @param index its place among `parameters`, for what is remembered of it
   */
  protected abstract update(index: number, parameter: Floats, gradient: Floats): void;
}

/** Numbers, at first zero, like each parameter's: what an optimiser remembers from step to step; made at the first use. */
export class Memory {
  readonly #homes: (Home | undefined)[] = [];

  of(index: number, parameter: Floats): Floats {
    const dtype = parameter instanceof Float64Array ? "float64" : "float32";
    this.#homes[index] ??= Home.of(allocate(dtype, parameter.length), dtype);
    return this.#homes[index].numbers() as Floats;
  }
}
