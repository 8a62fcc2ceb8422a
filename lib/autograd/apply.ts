import type { PassChoice } from "../compute/algorithms.ts";
import type { Floats } from "../compute/floats.ts";
import { describe, OptionError } from "../errors.ts";
import { terminations } from "../interrupt.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import { elementCount } from "../tensor/shape.ts";
import type { DataTypes, DType } from "../tensor/storage.ts";
import { type AnyTensor, type Origin, type Tensor, tensorAt } from "../tensor/tensor.ts";

import { seal } from "./seals.ts";

/** One differentiable operation, its shape already decided: what `ops/` describes and `apply` carries out. */
export interface Operation<S extends Shape, D extends DType> {
  readonly name: string;
  readonly inputs: readonly AnyTensor[];
  readonly shape: Sizes<S>;
  readonly dtype: D;
  /**
   * What it is told beside operands and shape, as plain data: numbers, texts, lists of them, and tensors that get no
   * gradient, all defaults filled in. With the name it says what is computed, for those who write it down elsewhere.
   * Each operation's is of one type, which its file exports; left out where there is nothing to tell.
   */
  readonly details?: object;
  /** Multiply-accumulate operations of the forward pass; left out where there is nothing to multiply. */
  readonly macs?: number;
  /**
   * How its windows slide along the axes behind the channels, `[vertical, horizontal]` of images. Left out where each output
   * sees its own place alone, and where it sees everything: the shapes tell the two apart.
   */
  readonly windows?: readonly SlidingWindow[];
  /** How its passes are computed, where there is a choice; asked for by observers alone. */
  choices?(): readonly PassChoice[];
  /** What `forward` keeps for `backward` beside operands and result; given back as soon as it cannot be needed. */
  readonly kept?: readonly Home[];
  /** Writes the whole result into `out`, whose numbers are unspecified before. */
  forward(out: DataTypes[D]): void;
  /**
   * As `Origin.backward`; an array returned is fresh, best of `roomForGradient`, or `dOut` itself. Left out where there
   * is no gradient.
   */
  backward?(dOut: Floats, needs: readonly boolean[], out: Tensor<S, D>): readonly (Floats | null)[];
}

/** How the window of an operation slides along one axis, and so what an output sees of the input: for receptive fields. */
export interface SlidingWindow {
  /** How many elements it has. */
  readonly kernelSize: number;
  /** Step between windows. */
  readonly stride: number;
  /** Step between a window's elements. */
  readonly dilation: number;
  /** How far the first window begins before the first element; negative where it begins behind it. */
  readonly padding: number;
  /** Whether windows are laid down on the output, as a transposed convolution's: the strides are of the output then. */
  readonly transposed?: boolean;
}

/** What an observer is told of an operation. */
export interface Applied {
  readonly operation: string;
  readonly inputs: readonly AnyTensor[];
  /** What it is told beside them, as data; empty where there is nothing to tell. */
  readonly details: object;
  /** Its result: the tensor itself, with numbers only where they are computed. */
  readonly output: AnyTensor;
  /** How its windows slide along the axes behind the channels; null where it has none. */
  readonly windows: readonly SlidingWindow[] | null;
  readonly shape: readonly number[];
  readonly macs: number;
  /** How its passes are computed, where there is a choice. */
  readonly choices: readonly PassChoice[];
}

interface Mode {
  readonly recording: boolean;
  readonly computing: boolean;
  readonly observer: ((applied: Applied) => void) | null;
  /** Whether the function of a `grad` runs. */
  readonly differentiating: boolean;
  readonly terminations: number;
}

const usual: Mode = { recording: true, computing: true, observer: null, differentiating: false, terminations: 0 };
let mode = usual;

/** The mode in force. One whose `finally` never ran, since a kernel broke the cell off, has ended with its cell. */
function current(): Mode {
  if (mode !== usual && mode.terminations !== terminations()) mode = usual;
  return mode;
}

function during<R>(change: Partial<Mode>, f: () => R): R {
  const before = current();
  mode = { ...before, ...change, terminations: terminations() };
  try {
    return f();
  } finally {
    mode = before;
  }
}

/** Whether numbers are computed; false within `shapesOnly`. */
export function computing(): boolean {
  return current().computing;
}

/** Whether results remember how they came about; false within `noGrad`. */
export function recording(): boolean {
  return current().recording;
}

/** Runs a function whose gradient is asked for: recorded in any case. `nested` is called first if another one runs. */
export function differentiating<R>(f: () => R, nested: () => void): R {
  if (current().differentiating) nested();
  return during({ recording: true, differentiating: true }, f);
}

/** Runs an operation: allocates its result, computes it, and remembers how its gradient flows back. */
export function apply<S extends Shape, D extends DType>(operation: Operation<S, D>): Tensor<S, D> {
  const { name, inputs, shape, dtype, kept = [] } = operation;
  const { recording: recorded, computing: computed, observer } = current();
  const out = tensorAt<S, D>(new Home(dtype, computed ? elementCount(shape) : 0), shape, dtype);
  if (observer) {
    const { windows = null, macs = 0, details = {} } = operation;
    observer({
      operation: name,
      inputs,
      details,
      output: out as AnyTensor,
      windows,
      shape,
      macs,
      choices: operation.choices?.() ?? [],
    });
  }
  if (!computed) return out;
  beginOperation();
  operation.forward(numbers(out));
  if (recorded && operation.backward && inputs.some(needsGradient)) {
    const backward = operation.backward.bind(operation) as Origin["backward"];
    out.origin = { operation: name, inputs, seals: inputs.map(seal), result: seal(out), kept, backward };
  } else for (const home of kept) home.release();
  return out;
}

/** Whether a gradient is asked for: of a parameter, or of something that was computed from one. */
export function needsGradient(x: AnyTensor): boolean {
  return x.requiresGrad || x.origin !== null;
}

/**
 * Runs `f` without remembering how its results came about: for evaluation, and to change parameters by hand.
 *
 * @param f synchronous: what follows an `await` runs later, when gradients are recorded again
 * @returns what `f` returns
 * @throws OptionError if `f` gives a promise, or is no function
 * @example noGrad(() => lenet5().forward(zeros([1, 1, 28, 28]))).shape // [1, 10]
 */
export function noGrad<R>(f: () => R): R {
  if (typeof f !== "function") throw new OptionError("noGrad", `it is given ${describe(f)}`, "write noGrad(() => ...)");
  const result = during({ recording: false }, f);
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function") {
    const fix = "await outside, and give it a function that is not async: noGrad(() => net.forward(images))";
    throw new OptionError("noGrad", "the function is async, and would leave after its first await", fix);
  }
  return result;
}

/** Computes numbers also within `shapesOnly`, unobserved: for what follows from shapes, which are known there. */
export function withNumbers<R>(f: () => R): R {
  return during({ computing: true, observer: null }, f);
}

/**
 * Runs `f` as ever, and reports each operation to `observe` in order, before it computes: its operands have their numbers,
 * its result has none yet.
 */
export function observing<R>(f: () => R, observe: (applied: Applied) => void): R {
  return during({ observer: observe }, f);
}

/**
 * Runs `f` with shapes alone: results have their shape and no numbers, nothing is allocated or computed. Each
 * operation is reported to `observe` in order.
 */
export function shapesOnly<R>(f: () => R, observe: (applied: Applied) => void = () => {}): R {
  return during({ computing: false, observer: observe }, f);
}
