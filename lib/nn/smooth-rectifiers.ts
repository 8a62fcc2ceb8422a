import {
  type EluOptions,
  elu,
  eluSettings,
  type GeluOptions,
  gelu,
  geluSettings,
  type SoftplusOptions,
  silu,
  softplus,
  softplusSettings,
} from "../ops/smooth-rectifiers.ts";
import type { layerRule, Unchanged } from "../shapes/layers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** `x` above 0, `alpha · (eˣ - 1)` elsewhere; alpha is 1 by default. @example new ELU({ alpha: 0.5 }) */
export class ELU extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** Alpha, with its default. */
  readonly settings: Required<EluOptions>;

  /** @throws OptionError for an unknown option */
  constructor(options: EluOptions = {}) {
    super();
    this.settings = eluSettings("ELU", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return elu(x, this.settings);
  }
}

/** `x · Φ(x)` on every element, where Φ is the normal distribution. @example new GELU({ approximate: "tanh" }) */
export class GELU extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** Which formula is used. */
  readonly settings: Required<GeluOptions>;

  /** @throws OptionError for an unknown option or value */
  constructor(options: GeluOptions = {}) {
    super();
    this.settings = geluSettings("GELU", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return gelu(x, this.settings);
  }
}

/** `x / (1 + e⁻ˣ)` on every element. */
export class SiLU extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return silu(x);
  }
}

/** `log(1 + e^(beta · x)) / beta` on every element; beta is 1 by default. @example new Softplus({ beta: 2 }) */
export class Softplus extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** Beta and threshold, with their defaults. */
  readonly settings: Required<SoftplusOptions>;

  /** @throws OptionError for an unknown option, or a beta that is not positive */
  constructor(options: SoftplusOptions = {}) {
    super();
    this.settings = softplusSettings("Softplus", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return softplus(x, this.settings);
  }
}
