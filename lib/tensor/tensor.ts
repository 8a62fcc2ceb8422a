import { ShapeError } from "../errors.ts";
import { print } from "./print.ts";
import { elementCount, type Shape, type Sizes } from "./shape.ts";
import type { DataTypes, DType, FloatDType } from "./storage.ts";

declare const shapeOf: unique symbol;

/** A tensor of any shape and any type of number. */
export type AnyTensor = Tensor<Shape, DType>;

/** A tensor that training changes: its `requiresGrad` is set. */
export type Parameter = Tensor<Shape, FloatDType>;

/** How a tensor came about: what its gradient flows back through. Written and read by `autograd/` only. */
export interface Origin {
  readonly operation: string;
  readonly inputs: readonly AnyTensor[];
  /** Gradients for each input in order, given the output's; `null` where `needs` says that none is asked for. */
  backward(
    dOut: Float32Array | Float64Array,
    needs: readonly boolean[],
  ): readonly (Float32Array | Float64Array | null)[];
}

/**
 * Numbers in a box of known shape, row-major: the last axis lies together in memory. Images are `[N, C, H, W]`.
 *
 * Nothing has to be disposed of: a tensor's memory goes when nothing refers to it any more.
 *
 * @typeParam S the shape as a type, `readonly [64, 10]` or `readonly ["N", 10]`; any shape where it is left out
 * @typeParam D the type of number; `float32` where it is left out
 */
export class Tensor<S extends Shape = Shape, D extends DType = "float32"> {
  /** The size of each axis. */
  readonly shape: Sizes<S>;
  /** The type of number. */
  readonly dtype: D;
  /**
   * The numbers themselves, not a copy: what is written here is in the tensor. Gradients read them again, so write
   * before the forward pass or after `backward`, never between.
   */
  readonly data: DataTypes[D];
  /** Whether `backward` leaves a gradient in `grad`; set on parameters. */
  requiresGrad = false;
  /** The gradient that `backward` calls have added up since it was last `null`. */
  grad: Tensor<S, D> | null = null;
  /** @internal */
  origin: Origin | null = null;
  /** Keeps named sizes in the type; never there at run time. */
  declare readonly [shapeOf]?: S;

  /** Takes `data` over without a copy or a check: for operations. `tensor` and `wrap` check what users give. */
  constructor(data: DataTypes[D], shape: Sizes<S>, dtype: D) {
    this.data = data;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** How many numbers it holds. */
  get size(): number {
    return elementCount(this.shape);
  }

  /** The only number of a tensor that has just one, such as a loss. @throws ShapeError if it has more, or none */
  item(): number {
    if (this.data.length === 1) return this.data[0] as number;
    throw new ShapeError(
      "item",
      `the tensor has ${this.size} numbers, not one`,
      [{ name: "tensor", shape: this.shape }],
      "read .data, or reduce it first with mean() or sum()",
    );
  }

  /** A readable table, cut in the middle where it is long, with shape and type. */
  toString(): string {
    return print(this);
  }
}
