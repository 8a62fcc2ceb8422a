/**
 * The sizes of one convolution, decided and checked by the caller: `p` and `q` already follow from the rest.
 *
 * Input `[n, c, h, w]`, filters `[f, c / groups, kernelHeight, kernelWidth]`, output `[n, f, p, q]`. Tap
 * `(ky, kx)` of the window of output pixel `(y, x)` reads input pixel
 * `(y · strideY − padTop + ky · dilationY, x · strideX − padLeft + kx · dilationX)`, and zero outside the image.
 * Padding below and to the right is whatever `p` and `q` reach. `groups` divides `c` and `f`.
 */
export interface Conv2dGeometry {
  readonly n: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly f: number;
  readonly p: number;
  readonly q: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly groups: number;
}

/**
 * The sizes of one pooling: input `[n, c, h, w]`, output `[n, c, p, q]`, windows placed as a convolution's.
 *
 * With `p` and `q` rounded up (ceil mode) the last windows may run past the padding; `padBottom` and `padRight`
 * say where the padding ends, which only the divisor of an average needs.
 */
export interface Pool2dGeometry {
  readonly n: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly p: number;
  readonly q: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly padBottom: number;
  readonly padRight: number;
  readonly dilationY: number;
  readonly dilationX: number;
}
