import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { concat } from "../ops/join.ts";
import type { BranchesRule, layerRule, Ruled, Ruling } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import type { Layers } from "./sequential.ts";

/** How branches are joined. */
export interface BranchesOptions<A extends number = number> {
  /** Along which axis; default 1, the channels. */
  readonly axis?: A;
}

/**
 * Branches side by side, each fed with the same input, their outputs one behind the other along the channels: the Inception
 * module's shape (Szegedy et al., 2015, fig. 2).
 *
 * @example
 * new Branches({
 *   narrow: new Conv2d({ inChannels: 8, outChannels: 4, kernelSize: 1 }),
 *   wide: new Conv2d({ inChannels: 8, outChannels: 6, kernelSize: 5, padding: 2 }),
 * }).forward(zeros([1, 8, 7, 7])).shape // [1, 10, 7, 7]
 */
export class Branches<B extends Layers = Layers, const A extends number = 1> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<BranchesRule<B, A>, B>;
  /** Each branch by its name, in order. */
  readonly branches: B;
  /** Along which axis they are joined. */
  readonly axis: number;

  /** @throws OptionError without branches, for one that is no module, or an unknown option */
  constructor(branches: B, options: BranchesOptions<A> = {}) {
    super();
    checkOptions("Branches", options, ["axis"]);
    const { axis = 1 }: BranchesOptions = options;
    checkInteger("Branches", "axis", axis, 0);
    const given: unknown = branches;
    if (typeof given !== "object" || given === null || given instanceof Module || Object.keys(given).length === 0) {
      const problem =
        typeof given === "object" && !(given instanceof Module) ? "there are no branches" : describe(given);
      throw new OptionError("Branches", problem, "give an object of layers: { narrow: ..., wide: ... }");
    }
    for (const [name, branch] of Object.entries(branches)) {
      if (branch instanceof Module) continue;
      throw new OptionError("Branches", `branch "${name}" is ${describe(branch)}, not a Module`, "give a layer");
    }
    this.branches = { ...branches };
    this.axis = axis;
  }

  override children(): [string, Module][] {
    return Object.entries(this.branches);
  }

  /** @throws ShapeError if the branches' outputs differ in another axis: names each with its shape */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Ruling<BranchesRule<B, A>, X>>,
  ): Tensor<Known<Ruling<BranchesRule<B, A>, X>>> {
    return this.#join(x as Tensor) as never;
  }

  #join(x: Tensor): Tensor {
    const outputs = this.children().map(([name, branch]) => ({ name, output: branch.forward(x) }));
    const [first] = outputs as [{ name: string; output: Tensor }];
    const beside = ({ shape }: Tensor): readonly number[] => shape.map((size, i) => (i === this.axis ? 0 : size));
    const fits = this.axis < first.output.shape.length;
    if (fits && outputs.every(({ output }) => sameShape(beside(output), beside(first.output)))) {
      return concat(
        outputs.map(({ output }) => output),
        { axis: this.axis },
      ) as Tensor;
    }
    const axes = first.output.shape.length === 4 ? { axes: "N C H W" } : {};
    const operands = outputs.map(({ name, output }) => ({ name, shape: output.shape, ...axes }));
    const problem = fits ? `the branches differ in another axis than ${this.axis}` : `there is no axis ${this.axis}`;
    throw new ShapeError("Branches", problem, operands, "pad, and choose strides, so that they agree in the others");
  }
}
