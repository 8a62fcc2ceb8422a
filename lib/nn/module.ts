import { Random } from "../random.ts";
import { type AnyTensor, type Parameter, Tensor } from "../tensor/tensor.ts";

/**
 * A part of a network: a layer, or layers put together. Parameters and parts are found in its own fields, so a new kind
 * needs only fields and `forward`. One that computes otherwise while it is trained asks `this.training`.
 *
 * @example
 * class Block extends Module {
 *   readonly conv = new Conv2d({ inChannels: 16, outChannels: 16, kernelSize: 3, padding: 1 });
 *   forward(x: Tensor) {
 *     return relu(add(this.conv.forward(x), x));
 *   }
 * }
 */
export abstract class Module {
  /** Whether it is being trained, as a new one is; `train` and `eval` set it, for all parts together. */
  training = true;

  /** The output for a batch. */
  abstract forward(x: Tensor): Tensor;

  /**
   * Switches itself and its parts to training: batch normalisation uses each batch's statistics. `fit` calls it.
   *
   * @returns itself
   */
  train(): this {
    return this.#switchTo(true);
  }

  /**
   * Switches itself and its parts to evaluation: batch normalisation uses the running statistics, so that an example's
   * output does not depend on the batch it comes in. `fit` leaves a network so, `evaluate` measures it so.
   *
   * @returns itself
   */
  eval(): this {
    return this.#switchTo(false);
  }

  /** Its direct parts, each with the name of its field (`blocks.0` inside an array). */
  children(): [name: string, module: Module][] {
    return this.#fields((value) => value instanceof Module) as [string, Module][];
  }

  /** Its own parameters and those of all its parts, each with its path: `conv1.filters`. Shared ones come once. */
  namedParameters(): [name: string, parameter: Parameter][] {
    return this.#named(isParameter);
  }

  /**
   * The tensors in its fields and its parts' that no gradient asks for: the running statistics of batch normalisation,
   * `norm1.runningMean`. With the parameters they are all that a trained network is made of.
   */
  namedBuffers(): [name: string, buffer: AnyTensor][] {
    return this.#named(isBuffer);
  }

  /** All parameters, its own and its parts', for an optimiser. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** All parts at any depth with their paths, each before its own parts; itself first, under the empty path. */
  namedModules(): [path: string, module: Module][] {
    const below = this.children().flatMap(([name, child]) =>
      child.namedModules().map(([path, module]): [string, Module] => [path ? `${name}.${path}` : name, module]),
    );
    return [["", this], ...below];
  }

  /** The streams of random numbers that layers draw from while they are trained, `dropout.random`. */
  namedGenerators(): [name: string, generator: Random][] {
    return this.#named(isGenerator);
  }

  #named<T extends object>(wanted: (value: unknown) => value is T): [string, T][] {
    const found = new Map<T, string>();
    const collect = (module: Module, path: string): void => {
      for (const [name, value] of module.#fields(wanted)) {
        if (!found.has(value as T)) found.set(value as T, `${path}${name}`);
      }
      for (const [name, child] of module.children()) collect(child, `${path}${name}.`);
    };
    collect(this, "");
    return [...found].map(([value, name]) => [name, value]);
  }

  #switchTo(training: boolean): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  #fields(wanted: (value: unknown) => boolean): [string, unknown][] {
    return Object.entries(this).flatMap(([name, value]): [string, unknown][] => {
      if (wanted(value)) return [[name, value]];
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, i): [string, unknown][] => (wanted(item) ? [[`${name}.${i}`, item]] : []));
    });
  }
}

function isParameter(value: unknown): value is Parameter {
  return value instanceof Tensor && value.requiresGrad;
}

function isBuffer(value: unknown): value is AnyTensor {
  return value instanceof Tensor && !value.requiresGrad;
}

function isGenerator(value: unknown): value is Random {
  return value instanceof Random;
}
