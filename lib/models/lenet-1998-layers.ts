/** The layers of LeNet-5 (LeCun et al., 1998, section II.B) that later networks do without. */
import { parameterOf } from "../nn/init.ts";
import type { Initializer } from "../nn/initializers.ts";
import { Module } from "../nn/module.ts";
import { tanh } from "../ops/activation.ts";
import { add, multiply, negate, subtract } from "../ops/arithmetic.ts";
import { square } from "../ops/functions.ts";
import { expandDims } from "../ops/permute.ts";
import { averagePool2d } from "../ops/pool2d.ts";
import { sum } from "../ops/reduce.ts";
import { reshape } from "../ops/reshape.ts";
import type { Random } from "../random.ts";
import { tensor } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { digitCodes } from "./digit-codes.ts";

/** `1.7159 · tanh(2/3 · a)`: ±1 at ±1, and bent most there (appendix A). */
export class ScaledTanh extends Module {
  override forward(x: Tensor): Tensor {
    return multiply(tanh(multiply(x, 2 / 3)), 1.7159);
  }
}

/** Four neighbours are added, multiplied by the map's coefficient, and its bias is added: half as many rows and columns. */
export class Subsampling extends Module {
  /** `[C]` */
  readonly coefficients: Tensor;
  /** `[C]` */
  readonly bias: Tensor;

  constructor(channels: number, initializer: Initializer, random: Random) {
    super();
    const fans = { fanIn: 4, fanOut: 1 };
    this.coefficients = parameterOf([channels], fans, random, initializer);
    this.bias = parameterOf([channels], fans, random, initializer);
  }

  override forward(x: Tensor): Tensor {
    const added = averagePool2d(x, { kernelSize: 2, divisorOverride: 1 });
    return add(multiply(added, eachMap(this.coefficients)), eachMap(this.bias)) as Tensor;
  }
}

/** `[C]` → `[C, 1, 1]`: a number for all pixels of a map. */
function eachMap(numbers: Tensor): Tensor {
  return reshape(numbers, [numbers.size, 1, 1]) as Tensor;
}

/** Minus the squared distance of each example's 84 numbers to the picture of each digit, `[N, 84]` → `[N, 10]` (eq. 7). */
export class CodeDistances extends Module {
  /** `[10, 84]`, not learned unless `parameter` makes it one. */
  readonly codes: Tensor<Shape> = tensor(digitCodes.slice(), [10, 84]) as Tensor<Shape>;

  override forward(x: Tensor): Tensor {
    return negate(sum(square(subtract(expandDims(x, 1), this.codes)), { axis: 2 })) as Tensor;
  }
}
