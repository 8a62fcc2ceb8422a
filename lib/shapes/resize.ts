/** The shapes of images that are made larger or smaller, as types. */
import type { Times } from "./axes.ts";
import type { Shape } from "./shape.ts";
import type { Direction } from "./window.ts";

/** As many axes as before, rows and columns as `size` says, or `scale` times as many. */
export type Resized<X, Scale, Size> = X extends readonly [infer N, infer C, infer H, infer W]
  ? Size extends undefined
    ? readonly [N, C, Scaled<H, Direction<Scale, 0>>, Scaled<W, Direction<Scale, 1>>]
    : readonly [N, C, Direction<Size, 0>, Direction<Size, 1>]
  : X extends readonly [infer N, infer C, infer W]
    ? Size extends undefined
      ? readonly [N, C, Scaled<W, Scale>]
      : readonly [N, C, Size extends number ? Size : number]
    : X extends readonly unknown[]
      ? { readonly [Axis in keyof X]: number }
      : Shape;

/** The scale may be a fraction, of which the compiler knows nothing. */
type Scaled<Size, Scale> = `${Scale & number}` extends `${bigint}` ? Times<Size, Scale> : number;
