/**
 * What can be written as a method though it belongs to a higher layer: gradients, arithmetic and pictures of a tensor,
 * the picture of a network. Tensors know nothing of them; this one file, imported by `index.ts` alone, puts them on.
 */
import { type BackwardOptions, backward } from "./autograd/backward.ts";
import { detach } from "./autograd/grad.ts";
import { GradientCheck } from "./autograd/grad-check.ts";
import { gradientCheckMaps } from "./display/gradient-check-maps.ts";
import { moduleTable } from "./display/summary.ts";
import { tensorBundle } from "./display/tensor-bundle.ts";
import { display, type MimeBundle } from "./mime.ts";
import { Module } from "./nn/module.ts";
import { relu } from "./ops/activation.ts";
import { add, divide, multiply, negate, subtract } from "./ops/arithmetic.ts";
import type { ReduceOptions } from "./ops/axes.ts";
import { abs, exp, log, sqrt, square } from "./ops/functions.ts";
import { matmul } from "./ops/matmul.ts";
import { expandDims, squeeze, transpose } from "./ops/permute.ts";
import { power } from "./ops/powers.ts";
import { max, mean, min, sum } from "./ops/reduce.ts";
import { flatten, reshape } from "./ops/reshape.ts";
import { argmax, type SearchOptions, type WithoutLast } from "./ops/search.ts";
import { type SliceOptions, slice } from "./ops/slice.ts";
import type { Inserted, Permuted, Reduced, Reversed, Sliced, Squeezed } from "./shapes/axes.ts";
import type { Multiplied, Together } from "./shapes/broadcast.ts";
import type { Flattened, Reshaped } from "./shapes/linear.ts";
import type { Fits, Known } from "./shapes/shape.ts";
import type { Shape } from "./tensor/shape.ts";
import type { DType, FloatDType } from "./tensor/storage.ts";
import { type AnyTensor, Tensor } from "./tensor/tensor.ts";

declare module "./tensor/tensor.ts" {
  interface Tensor<S extends Shape = Shape, D extends DType = "float32"> {
    /** The function `backward`: adds this tensor's derivative to `grad` of every parameter it was computed from. */
    backward(options?: AnyTensor | BackwardOptions): void;
    /** The function `detach`: the same numbers, without what they were computed from. */
    detach(): Tensor<S, D>;
    /** The function `add`. */
    add(other: Tensor<S, D> | number): Tensor<S, D>;
    add<B extends Shape>(other: Tensor<B, D> & Fits<Together<"add", S, B>>): Tensor<Known<Together<"add", S, B>>, D>;
    /** The function `subtract`. */
    subtract(other: Tensor<S, D> | number): Tensor<S, D>;
    subtract<B extends Shape>(
      other: Tensor<B, D> & Fits<Together<"subtract", S, B>>,
    ): Tensor<Known<Together<"subtract", S, B>>, D>;
    /** The function `multiply`: elementwise. */
    multiply(other: Tensor<S, D> | number): Tensor<S, D>;
    multiply<B extends Shape>(
      other: Tensor<B, D> & Fits<Together<"multiply", S, B>>,
    ): Tensor<Known<Together<"multiply", S, B>>, D>;
    /** The function `divide`. */
    divide(other: Tensor<S, D> | number): Tensor<S, D>;
    divide<B extends Shape>(
      other: Tensor<B, D> & Fits<Together<"divide", S, B>>,
    ): Tensor<Known<Together<"divide", S, B>>, D>;
    /** The function `power`. */
    power(exponent: Tensor<S, D> | number): Tensor<S, D>;
    power<B extends Shape>(
      exponent: Tensor<B, D> & Fits<Together<"power", S, B>>,
    ): Tensor<Known<Together<"power", S, B>>, D>;
    /** The function `negate`. */
    negate(): Tensor<S, D>;
    /** The function `abs`. */
    abs(): Tensor<S, D>;
    /** The function `exp`. */
    exp(): Tensor<S, D>;
    /** The function `log`. */
    log(): Tensor<S, D>;
    /** The function `sqrt`. */
    sqrt(): Tensor<S, D>;
    /** The function `square`. */
    square(): Tensor<S, D>;
    /** The function `relu`. */
    relu(): Tensor<S, D>;
    /** The function `matmul`. */
    matmul<B extends Shape>(other: Tensor<B, D> & Fits<Multiplied<S, B>>): Tensor<Known<Multiplied<S, B>>, D>;
    /** The function `sum`. */
    sum(): Tensor<readonly [], D>;
    sum<const A extends number | readonly number[] | undefined = undefined, const K extends boolean = false>(
      this: Tensor<S, D> & Fits<Reduced<"sum", S, A, K>>,
      options: ReduceOptions<A, K>,
    ): Tensor<Known<Reduced<"sum", S, A, K>>, D>;
    /** The function `mean`. */
    mean(): Tensor<readonly [], D>;
    mean<const A extends number | readonly number[] | undefined = undefined, const K extends boolean = false>(
      this: Tensor<S, D> & Fits<Reduced<"mean", S, A, K>>,
      options: ReduceOptions<A, K>,
    ): Tensor<Known<Reduced<"mean", S, A, K>>, D>;
    /** The function `max`. */
    max(): Tensor<readonly [], D>;
    max<const A extends number | readonly number[] | undefined = undefined, const K extends boolean = false>(
      this: Tensor<S, D> & Fits<Reduced<"max", S, A, K>>,
      options: ReduceOptions<A, K>,
    ): Tensor<Known<Reduced<"max", S, A, K>>, D>;
    /** The function `min`. */
    min(): Tensor<readonly [], D>;
    min<const A extends number | readonly number[] | undefined = undefined, const K extends boolean = false>(
      this: Tensor<S, D> & Fits<Reduced<"min", S, A, K>>,
      options: ReduceOptions<A, K>,
    ): Tensor<Known<Reduced<"min", S, A, K>>, D>;
    /** The function `argmax`. */
    argmax(): Tensor<WithoutLast<S>, "int32">;
    argmax<const A extends number = -1, const K extends boolean = false>(
      this: Tensor<S, D> & Fits<Reduced<"argmax", S, A, K>>,
      options: SearchOptions<A, K>,
    ): Tensor<Known<Reduced<"argmax", S, A, K>>, "int32">;
    /** The function `reshape`. */
    reshape<const R extends readonly number[]>(
      this: Tensor<S, D> & Fits<Reshaped<S, R>>,
      shape: R,
    ): Tensor<Known<Reshaped<S, R>>, D>;
    /** The function `flatten`. */
    flatten(): Tensor<Known<Flattened<S>>, D>;
    /** The function `transpose`. */
    transpose(): Tensor<Reversed<S>, D>;
    transpose<const O extends readonly number[]>(
      this: Tensor<S, D> & Fits<Permuted<S, O>>,
      axes: O,
    ): Tensor<Known<Permuted<S, O>>, D>;
    /** The function `squeeze`. */
    squeeze<const A extends number | readonly number[] | undefined = undefined>(
      this: Tensor<S, D> & Fits<Squeezed<S, A>>,
      axes?: A,
    ): Tensor<Known<Squeezed<S, A>>, D>;
    /** The function `expandDims`. */
    expandDims<const A extends number>(
      axis: A & Fits<Inserted<"expandDims", S, A, 1>>,
    ): Tensor<Known<Inserted<"expandDims", S, A, 1>>, D>;
    /** The function `slice`. */
    slice<
      const B extends number,
      const E extends number | undefined = undefined,
      const A extends number = 0,
      const T extends number = 1,
    >(
      start: B & Fits<Sliced<S, B, E, A, T>>,
      end?: E,
      options?: SliceOptions<A, T>,
    ): Tensor<Known<Sliced<S, B, E, A, T>>, D>;
    /** How a notebook shows it: a table, pictures or statistics, by its shape. */
    [display](): MimeBundle;
  }
}

declare module "./nn/module.ts" {
  interface Module {
    /** How a notebook shows it: its layers and parameters. `summary` adds output shapes and costs. */
    [display](): MimeBundle;
  }
}

declare module "./autograd/grad-check.ts" {
  interface GradientCheck {
    /** How a notebook shows it: the errors of each input as a map. */
    [display](): MimeBundle;
  }
}

/** What Node's `console.log` asks for a text: tensors as numbers, not as fields with the graph behind them. */
const inspect = Symbol.for("nodejs.util.inspect.custom");

type Floating = Tensor<Shape, FloatDType>;

const tensorMethods = {
  backward(this: Floating, options?: AnyTensor | BackwardOptions) {
    backward(this, options);
  },
  detach(this: AnyTensor) {
    return detach(this);
  },
  add(this: Floating, other: Floating | number) {
    return add(this, other);
  },
  subtract(this: Floating, other: Floating | number) {
    return subtract(this, other);
  },
  multiply(this: Floating, other: Floating | number) {
    return multiply(this, other);
  },
  divide(this: Floating, other: Floating | number) {
    return divide(this, other);
  },
  power(this: Floating, exponent: Floating | number) {
    return power(this, exponent);
  },
  negate(this: Floating) {
    return negate(this);
  },
  abs(this: Floating) {
    return abs(this);
  },
  exp(this: Floating) {
    return exp(this);
  },
  log(this: Floating) {
    return log(this);
  },
  sqrt(this: Floating) {
    return sqrt(this);
  },
  square(this: Floating) {
    return square(this);
  },
  relu(this: Floating) {
    return relu(this);
  },
  matmul(this: Floating, other: Floating) {
    return matmul(this, other);
  },
  sum(this: Floating, options?: ReduceOptions) {
    return sum(this, options ?? {});
  },
  mean(this: Floating, options?: ReduceOptions) {
    return mean(this, options ?? {});
  },
  max(this: Floating, options?: ReduceOptions) {
    return max(this, options ?? {});
  },
  min(this: Floating, options?: ReduceOptions) {
    return min(this, options ?? {});
  },
  argmax(this: Floating, options?: SearchOptions) {
    return argmax(this, options ?? {});
  },
  reshape(this: Floating, shape: readonly number[]) {
    return reshape(this, shape);
  },
  flatten(this: Floating) {
    return flatten(this);
  },
  transpose(this: AnyTensor, axes?: readonly number[]) {
    return axes === undefined ? transpose(this) : transpose(this, axes);
  },
  squeeze(this: AnyTensor, axes?: number | readonly number[]) {
    return squeeze(this, axes);
  },
  expandDims(this: AnyTensor, axis: number) {
    return expandDims(this, axis);
  },
  slice(this: AnyTensor, start: number, end?: number, options?: SliceOptions) {
    return slice(this, start, end, options ?? {});
  },
  [display](this: AnyTensor) {
    return tensorBundle(this);
  },
  [inspect](this: AnyTensor) {
    return this.toString();
  },
};

const moduleMethods = {
  [display](this: Module) {
    return moduleTable(this)[display]();
  },
  [inspect](this: Module) {
    return moduleTable(this).toString();
  },
};

const gradientCheckMethods = {
  [display](this: GradientCheck) {
    return gradientCheckMaps(this)[display]();
  },
  [inspect](this: GradientCheck) {
    return this.toString();
  },
};

/** As methods of a class are: not enumerable, so that no loop over a tensor's fields meets them. */
function install(prototype: object, methods: object): void {
  for (const [key, method] of Reflect.ownKeys(methods).map((name) => [name, Reflect.get(methods, name)] as const)) {
    Object.defineProperty(prototype, key, { value: method, writable: true, configurable: true });
  }
}

install(Tensor.prototype, tensorMethods);
install(Module.prototype, moduleMethods);
install(GradientCheck.prototype, gradientCheckMethods);
