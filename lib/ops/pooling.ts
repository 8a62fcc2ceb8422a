/** The passes of pooling, for images and for sequences. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import type { Pool2dGeometry } from "../compute/geometry.ts";
import { lpPool2dForward, lpPool2dInputGradient } from "../compute/lp-pool2d.ts";
import { minPool2dForward } from "../compute/min-pool2d.ts";
import {
  averagePool2dForward,
  averagePool2dInputGradient,
  maxPool2dForward,
  maxPool2dInputGradient,
} from "../compute/pool2d.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Averaging } from "./pool-plan.ts";
import { slidingOf } from "./sliding.ts";

/** How the windows of a pooling slide. */
export interface PoolDetails {
  readonly geometry: Pool2dGeometry;
}

/** And what an average divides by. */
export interface AveragePoolDetails extends PoolDetails {
  readonly countIncludePad: boolean;
  /** 0 for none. */
  readonly divisorOverride: number;
}

/** And which norm it is. */
export interface LpPoolDetails extends PoolDetails {
  readonly normType: number;
}

type Extreme = (g: Pool2dGeometry, x: Floats, out: Floats, switches: Int32Array) => void;

/** The largest or the smallest element of each window. */
function extremes<S extends Shape, D extends FloatDType>(
  name: string,
  pool: Extreme,
  x: Tensor<Shape, D>,
  g: Pool2dGeometry,
  shape: Sizes<S>,
): Tensor<S, D> {
  const switches = new Home("int32", g.n * g.c * g.p * g.q);
  return apply<S, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies PoolDetails,
    windows: slidingOf(g),
    kept: [switches],
    forward: (out) => pool(g, numbers(x), out, switches.numbers() as Int32Array),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      maxPool2dInputGradient(g, dOut, switches.numbers() as Int32Array, dX);
      return [dX];
    },
  });
}

/** The largest element of each window. */
export function maxPool<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  g: Pool2dGeometry,
  shape: Sizes<S>,
): Tensor<S, D> {
  return extremes<S, D>(name, maxPool2dForward, x, g, shape);
}

/** The smallest element of each window. */
export function minPool<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  g: Pool2dGeometry,
  shape: Sizes<S>,
): Tensor<S, D> {
  return extremes<S, D>(name, minPool2dForward, x, g, shape);
}

/** The mean of each window. */
export function averagePool<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  g: Pool2dGeometry,
  shape: Sizes<S>,
  { countIncludePad = true, divisorOverride = 0 }: Averaging,
): Tensor<S, D> {
  return apply<S, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g, countIncludePad, divisorOverride } satisfies AveragePoolDetails,
    windows: slidingOf(g),
    forward: (out) => averagePool2dForward(g, numbers(x), out, countIncludePad, divisorOverride),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      averagePool2dInputGradient(g, dOut, dX, countIncludePad, divisorOverride);
      return [dX];
    },
  });
}

/** The norm of each window. */
export function lpPool<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  g: Pool2dGeometry,
  shape: Sizes<S>,
  normType: number,
): Tensor<S, D> {
  return apply<S, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g, normType } satisfies LpPoolDetails,
    windows: slidingOf(g),
    forward: (out) => lpPool2dForward(g, normType, numbers(x), out),
    backward: (dOut, _needs, out) => {
      const dX = roomForGradient(x.dtype, x.size);
      lpPool2dInputGradient(g, normType, numbers(x), numbers(out), dOut, dX);
      return [dX];
    },
  });
}
