import { checkOptions } from "../errors.ts";
import { checkDropout, dropout, dropout2d } from "../ops/dropout.ts";
import type { Random } from "../random.ts";
import type { layerRule, Unchanged } from "../shapes/layers.ts";
import { forkDefaultRandom } from "../tensor/default-random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** What a dropout layer drops, and by which random numbers. */
export interface DropoutOptions {
  /** How likely each is dropped, 0 to 1; default 0.5. */
  readonly probability?: number;
  /** Decides what is dropped; default a stream of its own, which follows from `seed` and from how many came before. */
  readonly random?: Random;
}

/**
 * Sets numbers to 0 at random while the network is trained, and scales the others up: the function `dropout`. In evaluation
 * (`network.eval()`) it does nothing. Nothing to learn.
 *
 * @example new Dropout({ probability: 0.5 })
 */
export class Dropout extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** How likely each number is dropped. */
  readonly probability: number;
  /** Decides what is dropped; each pass goes on where the last one ended. */
  readonly random: Random;

  /** @throws OptionError for an unknown option, or a probability out of range */
  constructor(options: DropoutOptions = {}) {
    super();
    checkOptions("Dropout", options, ["probability", "random"]);
    checkDropout("Dropout", options);
    this.probability = options.probability ?? 0.5;
    this.random = options.random ?? forkDefaultRandom("dropout");
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    const { probability, training, random } = this;
    return dropout(x, { probability, training, random });
  }
}

/**
 * Drops whole feature maps while the network is trained, `[N, C, H, W]` → the same shape: the function `dropout2d`. In
 * evaluation it does nothing. Nothing to learn.
 *
 * @example new Dropout2d({ probability: 0.2 })
 */
export class Dropout2d extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** How likely each map is dropped. */
  readonly probability: number;
  /** Decides what is dropped; each pass goes on where the last one ended. */
  readonly random: Random;

  /** @throws OptionError for an unknown option, or a probability out of range */
  constructor(options: DropoutOptions = {}) {
    super();
    checkOptions("Dropout2d", options, ["probability", "random"]);
    checkDropout("Dropout2d", options);
    this.probability = options.probability ?? 0.5;
    this.random = options.random ?? forkDefaultRandom("dropout");
  }

  /** @param x `[N, C, H, W]` @throws ShapeError if there are no maps */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    const { probability, training, random } = this;
    return dropout2d(x, { probability, training, random });
  }
}
