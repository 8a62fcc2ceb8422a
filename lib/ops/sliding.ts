import type { SlidingWindow } from "../autograd/apply.ts";

/** The part of a geometry that says how windows slide over images. */
interface Sliding2d {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** How windows slide, `[vertical, horizontal]`, for those who watch an operation. */
export function slidingOf(g: Sliding2d): readonly [SlidingWindow, SlidingWindow] {
  return [
    { kernelSize: g.kernelHeight, stride: g.strideY, dilation: g.dilationY, padding: g.padTop },
    { kernelSize: g.kernelWidth, stride: g.strideX, dilation: g.dilationX, padding: g.padLeft },
  ];
}
