import { describe, OptionError } from "../errors.ts";
import type { layerRule, Unchanged } from "../shapes/layers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Gives its input back: stands where a layer may be left out. Nothing to learn. */
export class Identity extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x;
  }
}

/**
 * A function as a layer, for what has no parameters and is needed in one place. Parameters that the function uses are not
 * found: extend `Module` for such.
 *
 * @example new Sequential({ scale: new Lambda((x) => divide(x, 255)), flatten: new Flatten() })
 */
export class Lambda extends Module {
  /** What it computes. */
  readonly f: (x: Tensor) => Tensor;

  /** @throws OptionError if it is no function */
  constructor(f: (x: Tensor) => Tensor) {
    super();
    if (typeof (f as unknown) !== "function") {
      throw new OptionError("Lambda", `it is given ${describe(f)}`, "give a function: new Lambda((x) => relu(x))");
    }
    this.f = f;
  }

  override forward(x: Tensor): Tensor {
    return this.f(x);
  }
}
