/**
 * What can be written as a method though it belongs to a higher layer: gradients, arithmetic and pictures of a tensor,
 * the picture of a network. Tensors know nothing of them; this one file, imported by `index.ts` alone, puts them on.
 */
import { type BackwardOptions, backward } from "./autograd/backward.ts";
import { detach } from "./autograd/grad.ts";
import { moduleTable } from "./display/summary.ts";
import { tensorBundle } from "./display/tensor-bundle.ts";
import { display, type MimeBundle } from "./mime.ts";
import { Module } from "./nn/module.ts";
import { add, divide, multiply, subtract } from "./ops/arithmetic.ts";
import { matmul } from "./ops/linear.ts";
import type { At, First } from "./ops/operands.ts";
import { mean, sum } from "./ops/reduce.ts";
import { reshape, type WithoutUnknown } from "./ops/reshape.ts";
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
    add(other: Tensor<Shape, D> | number): Tensor<S, D>;
    /** The function `subtract`. */
    subtract(other: Tensor<Shape, D> | number): Tensor<S, D>;
    /** The function `multiply`: elementwise. */
    multiply(other: Tensor<Shape, D> | number): Tensor<S, D>;
    /** The function `divide`. */
    divide(other: Tensor<Shape, D> | number): Tensor<S, D>;
    /** The function `matmul`. */
    matmul<B extends Shape>(other: Tensor<B, D>): Tensor<readonly [First<S>, At<B, 1>], D>;
    /** The function `reshape`. */
    reshape<const R extends readonly number[]>(shape: R): Tensor<WithoutUnknown<R>, D>;
    /** The function `sum`. */
    sum(): Tensor<readonly [], D>;
    /** The function `mean`. */
    mean(): Tensor<readonly [], D>;
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
  matmul(this: Floating, other: Floating) {
    return matmul(this, other);
  },
  reshape(this: Floating, shape: readonly number[]) {
    return reshape(this, shape);
  },
  sum(this: Floating) {
    return sum(this);
  },
  mean(this: Floating) {
    return mean(this);
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

/** As methods of a class are: not enumerable, so that no loop over a tensor's fields meets them. */
function install(prototype: object, methods: object): void {
  for (const [key, method] of Reflect.ownKeys(methods).map((name) => [name, Reflect.get(methods, name)] as const)) {
    Object.defineProperty(prototype, key, { value: method, writable: true, configurable: true });
  }
}

install(Tensor.prototype, tensorMethods);
install(Module.prototype, moduleMethods);
