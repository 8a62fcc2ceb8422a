import { describe, OptionError, ShapeError } from "../errors.ts";
import { Home } from "./home.ts";
import { flatten, type Nested } from "./nested.ts";
import { print } from "./print.ts";
import { elementCount, type Shape, type Sizes, sameShape } from "./shape.ts";
import type { DataTypes, DType, FloatDType } from "./storage.ts";

declare const shapeOf: unique symbol;

/** A tensor of any shape and any type of number. */
export type AnyTensor = Tensor<Shape, DType>;

/** A tensor that training changes: its `requiresGrad` is set. */
export type Parameter = Tensor<Shape, FloatDType>;

/** What a tensor's numbers were at some time. */
export interface Seal {
  /** How often the library had changed them in place. */
  readonly changes: number;
  /** Their fingerprint where a user had them; else 0. */
  readonly print: number;
}

/** How a tensor came about: what its gradient flows back through. Written and read by `autograd/` only. */
export interface Origin {
  readonly operation: string;
  readonly inputs: readonly AnyTensor[];
  /** What the inputs' numbers were, in order, and the result's: whether they are still those, `backward` asks. */
  readonly seals: readonly Seal[];
  readonly result: Seal;
  /** What the gradient needs of the forward pass beside its operands and its result; given back after `backward`. */
  readonly kept: readonly Home[];
  /** Gradients for each input in order, given the output's; `null` where `needs` says that none is asked for. */
  backward(
    dOut: Float32Array | Float64Array,
    needs: readonly boolean[],
    out: AnyTensor,
  ): readonly (Float32Array | Float64Array | null)[];
}

/** Where a tensor's numbers live. */
export let homeOf: (x: AnyTensor) => Home;

/** `x.grad` without handing it out: nobody but the library has the gradient then. */
export let gradientOf: (x: AnyTensor) => AnyTensor | null;

/** Gives a tensor numbers of another type, in place: whoever has the tensor has it so. Its gradient is forgotten. */
export let convert: (x: AnyTensor, dtype: DType) => void;

/** Sets `x.grad` to a gradient that nobody else has. */
export let setGradient: (x: AnyTensor, gradient: AnyTensor | null) => void;

/**
 * Numbers in a box of known shape, row-major: the last axis lies together in memory. Images are `[N, C, H, W]`.
 *
 * Nothing has to be disposed of: a tensor's memory goes when nothing refers to it any more. A loop over large results is
 * faster with `dispose`.
 *
 * @typeParam S the shape as a type, `readonly [64, 10]` or `readonly ["N", 10]`; any shape where it is left out
 * @typeParam D the type of number; `float32` where it is left out
 */
export class Tensor<S extends Shape = Shape, D extends DType = "float32"> {
  /** The size of each axis. */
  readonly shape: Sizes<S>;
  /** The type of number. */
  readonly dtype: D;
  /** Whether `backward` leaves a gradient in `grad`; set on parameters. */
  requiresGrad = false;
  /** @internal */
  origin: Origin | null = null;
  /** Keeps named sizes in the type; never there at run time. */
  declare readonly [shapeOf]?: S;
  #home: Home;
  #grad: Tensor<S, D> | null = null;
  /** Whether anybody but the library may hold the gradient. */
  #gradSeen = false;

  static {
    homeOf = (x) => x.#home;
    gradientOf = (x) => x.#grad;
    convert = (x, dtype) => {
      const before = x.#home;
      x.grad = null;
      x.#home = Home.later(dtype, before.length, (array) => array.set(before.peek()));
      (x as { dtype: DType }).dtype = dtype;
    };
    setGradient = (x, gradient) => {
      x.grad = gradient;
      x.#gradSeen = false;
    };
  }

  /** Takes `data` over without a copy or a check: for operations. `tensor` and `wrap` check what users give. */
  constructor(data: DataTypes[D], shape: Sizes<S>, dtype: D) {
    this.#home = (data as unknown) instanceof Home ? (data as unknown as Home) : Home.seen(data, dtype);
    this.shape = shape;
    this.dtype = dtype;
  }

  /**
   * The numbers themselves, not a copy: what is written here is in the tensor. Gradients read them again, so write
   * before the forward pass or after `backward`, never between. Operations copy the numbers of a tensor that was asked
   * for them; `assign` sets them without.
   */
  get data(): DataTypes[D] {
    return this.#home.show() as DataTypes[D];
  }

  /** The gradient that `backward` calls have added up since it was last `null`. */
  get grad(): Tensor<S, D> | null {
    this.#gradSeen = true;
    return this.#grad;
  }

  /** `null` forgets it. */
  set grad(gradient: Tensor<S, D> | null) {
    if (this.#grad !== null && this.#grad !== gradient && !this.#gradSeen) this.#grad.#home.release();
    this.#grad = gradient;
    this.#gradSeen = true;
  }

  /**
   * Sets all numbers, e.g. weights that were trained elsewhere.
   *
   * @param values as many numbers in row-major order; nested arrays or a tensor of the same shape
   * @throws ShapeError if they have another shape, or there are more or fewer
   * @example
   * const weights = zeros([2, 2]);
   * weights.assign([[1, 2], [3, 4]]);
   * weights.data[2] // 3
   */
  assign(values: ArrayLike<number> | Nested | AnyTensor): void {
    const { shape, numbers } = valuesOf(values);
    if (numbers.length === this.size && (shape === null || sameShape(shape, this.shape))) {
      this.#home.changed(); // said before: what is broken off in the middle has changed them too
      this.#home.overwrite().set(numbers);
      return;
    }
    const operands = [{ name: "tensor", shape: this.shape as readonly number[] }];
    if (shape !== null) operands.push({ name: "values", shape });
    const problem =
      shape === null ? `${numbers.length} numbers for a tensor of ${this.size}` : "the values have another shape";
    throw new ShapeError(
      "assign",
      problem,
      operands,
      `give ${this.size} numbers, flat or as [${this.shape.join(", ")}]`,
    );
  }

  /**
   * Gives the memory back at once, for the next result. Without it a result that is garbage has to be copied once to make
   * room, as nobody says that it is: as dear as a cheap operation, such as a depthwise convolution. Whoever uses the tensor
   * afterwards, a gradient too, meets an error. An array that was read by `.data` stays whole.
   *
   * @example
   * const scores = noGrad(() => lenet5().forward(zeros([8, 1, 28, 28])));
   * scores.shape // [8, 10]
   * scores.dispose();
   */
  dispose(): void {
    this.#home.dispose();
  }

  /** How many numbers it holds. */
  get size(): number {
    return elementCount(this.shape);
  }

  /** The only number of a tensor that has just one, such as a loss. @throws ShapeError if it has more, or none */
  item(): number {
    const data = this.#home.peek();
    if (data.length === 1) return data[0] as number;
    throw new ShapeError(
      "item",
      `the tensor has ${this.size} numbers, not one`,
      [{ name: "tensor", shape: this.shape }],
      "read .data, or reduce it first with mean() or sum()",
    );
  }

  /** A readable table, cut in the middle where it is long, with shape and type. */
  toString(): string {
    return print({ shape: this.shape, dtype: this.dtype, data: this.#home.peek() });
  }
}

/** A tensor whose numbers live there. */
export function tensorAt<S extends Shape, D extends DType>(home: Home, shape: Sizes<S>, dtype: D): Tensor<S, D> {
  return new Tensor<S, D>(home as never, shape, dtype);
}

/** A tensor around an array that nobody else has. */
export function freshTensor<S extends Shape, D extends DType>(
  array: DataTypes[D],
  shape: Sizes<S>,
  dtype: D,
): Tensor<S, D> {
  return tensorAt<S, D>(Home.of(array, dtype), shape, dtype);
}

/** Given values as a flat array, and their shape where they have one of their own. */
function valuesOf(values: unknown): { shape: readonly number[] | null; numbers: ArrayLike<number> } {
  if (values instanceof Tensor) return { shape: values.shape as readonly number[], numbers: homeOf(values).peek() };
  if (ArrayBuffer.isView(values)) return { shape: null, numbers: values as Float32Array };
  if (typeof values !== "number" && !Array.isArray(values)) {
    throw new OptionError("assign", `the values are ${describe(values)}`, "give numbers in an array, or a tensor");
  }
  const { shape, flat } = flatten("assign", values as Nested);
  return { shape: shape.length > 1 ? shape : null, numbers: flat };
}
