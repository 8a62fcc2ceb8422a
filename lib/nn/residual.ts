import { checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { add } from "../ops/arithmetic.ts";
import type { layerRule, ResidualRule, Ruled, Ruling } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** What a residual block is made of. */
export interface ResidualOptions {
  /** What is added to the input: f. */
  readonly body: Module;
  /** What the input goes through on its way past the body, where shapes differ: a 1 × 1 convolution. Default none. */
  readonly shortcut?: Module;
  /** What the sum goes through, such as `new ReLU()`. Default none. */
  readonly activation?: Module;
}

/** Refuses a part that there is not, as the compiler would if it did not look for all parts. */
type NoOther<O> = { readonly [Name in Exclude<keyof O, keyof ResidualOptions>]: never };

/**
 * A residual block, `x → activation(shortcut(x) + f(x))`: the body learns what is to be added to its input, so that a block
 * which has nothing to add need only learn zeros, and gradients have a way past it (He et al., 2016, section 3.2; their
 * projection shortcut is eq. 2).
 *
 * @example
 * new Residual({
 *   body: new Conv2d({ inChannels: 16, outChannels: 16, kernelSize: 3, padding: 1 }),
 *   activation: new ReLU(),
 * }).forward(zeros([1, 16, 8, 8])).shape // [1, 16, 8, 8]
 * @typeParam O its parts
 */
export class Residual<O extends ResidualOptions = ResidualOptions> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<ResidualRule<O>, O>;
  /** What is added. */
  readonly body: Module;
  /** What the input goes through; null where it is added as it is. */
  readonly shortcut: Module | null;
  /** What the sum goes through; null for nothing. */
  readonly activation: Module | null;

  /** @throws OptionError for an unknown option, or a part that is no module */
  constructor(options: O & NoOther<O>) {
    super();
    checkOptions("Residual", options, ["body", "shortcut", "activation"]);
    const { body, shortcut = null, activation = null } = options as ResidualOptions;
    for (const [name, part] of Object.entries({ body, shortcut, activation })) {
      if (part instanceof Module || (part === null && name !== "body")) continue;
      throw new OptionError("Residual", `${name} is ${describe(part)}, not a Module`, "give a layer, or a Sequential");
    }
    this.body = body;
    this.shortcut = shortcut;
    this.activation = activation;
  }

  /** @throws ShapeError if the body's output has not the shape of what it is added to */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Ruling<ResidualRule<O>, X>>,
  ): Tensor<Known<Ruling<ResidualRule<O>, X>>> {
    return this.#add(x as Tensor) as never;
  }

  #add(x: Tensor): Tensor {
    const added = this.body.forward(x);
    const past = this.shortcut ? this.shortcut.forward(x) : x;
    if (!sameShape(added.shape, past.shape)) throw mismatch(x, added, past, this.shortcut !== null);
    const sum = add(added, past);
    return this.activation ? this.activation.forward(sum) : sum;
  }
}

function mismatch(x: Tensor, added: Tensor, past: Tensor, projected: boolean): ShapeError {
  const axes = x.shape.length === 4 ? { axes: "N C H W" } : {};
  const operands = [
    { name: "body's output", shape: added.shape, ...axes },
    { name: projected ? "shortcut's output" : "input", shape: past.shape, ...axes },
  ];
  const [, channels, height, width] = x.shape as unknown as number[];
  const [, wanted, outHeight, outWidth] = added.shape as unknown as number[];
  const [vertical, horizontal] = [stride(height, outHeight), stride(width, outWidth)];
  const sizes = `inChannels: ${channels}, outChannels: ${wanted}, kernelSize: 1`;
  const step = vertical === horizontal ? `${vertical}` : `[${vertical}, ${horizontal}]`;
  const strided = vertical === 1 && horizontal === 1 ? "" : `, stride: ${step}`;
  const fix =
    projected || added.shape.length !== 4 || x.shape.length !== 4 || vertical === null || horizontal === null
      ? "have the body and the shortcut give one shape"
      : `project the input: shortcut: new Conv2d({ ${sizes}${strided} })`;
  return new ShapeError("Residual", "what is to be added has another shape", operands, fix);
}

/** The stride by which a window of 1 makes `to` of `from`; null where none does. */
function stride(from = 0, to = 0): number | null {
  const step = Math.ceil(from / to);
  return Number.isFinite(step) && Math.ceil(from / step) === to ? step : null;
}
