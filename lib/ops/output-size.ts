import { checkInteger, checkOptions, type Operand, OptionError, ShapeError } from "../errors.ts";
import { measures, type Sliding, type Windows, way, windowCount } from "../shapes/algebra.ts";
import { oneDirection, type WindowOptions } from "./window.ts";

/**
 * How many windows fit along one axis: `(W - F + 2P) / S + 1`, with `F = dilation * (K - 1) + 1`. Under `padding: "same"`
 * `⌈W / S⌉`.
 *
 * @param size the axis' size W, in elements
 * @returns a whole number of at least 1
 * @throws OptionError if the window is larger than the padded axis; under `strict` also if S does not divide
 * @example outputSize(7, { kernelSize: 3, stride: 2 }) // 3
 */
export function outputSize(size: number, options: WindowOptions): number {
  const found = windowCount(size, checkWindow("outputSize", size, options));
  if ("count" in found) return found.count;
  throw new OptionError("outputSize", found.problem, found.fix);
}

/**
 * The same with the numbers put in: `(7 - 3 + 2·0) / 2 + 1 = 3`, or with padding that differs, `(4 - 2 + 0 + 1) / 1 + 1 =
 * 4`. Says also what does not divide, or does not fit.
 *
 * @example explainOutputSize(5, { kernelSize: 3, stride: 3, padding: 1 }) // "(5 - 3 + 2·1) / 3 + 1 = 2.33, floor 2"
 */
export function explainOutputSize(size: number, options: WindowOptions): string {
  const sliding = checkWindow("explainOutputSize", size, options);
  const { extent, stride, before, after } = measures(size, sliding);
  const exact = (size - extent + before + after) / stride + 1;
  const formula = `${way(size, extent, before, after)} / ${stride} + 1 = ${Number.isInteger(exact) ? exact : exact.toFixed(2)}`;
  const found = windowCount(size, sliding);
  if (!("count" in found)) return `${formula}: ${found.problem}; ${found.fix}`;
  return found.count === exact ? formula : `${formula}, ${sliding.stridePolicy} ${found.count}`;
}

/** As `outputSize`, for an operation on images: the error shows the operands. Options are checked before. */
export function windowsOf(
  operation: string,
  axis: string,
  size: number,
  sliding: Sliding,
  operands: readonly Operand[],
): Windows {
  const found = windowCount(size, sliding);
  if ("count" in found) return found;
  throw new ShapeError(operation, `${axis}: ${found.problem}`, operands, found.fix);
}

function checkWindow(operation: string, size: number, options: WindowOptions): Sliding {
  checkOptions(operation, options, ["kernelSize", "stride", "padding", "dilation", "stridePolicy"]);
  checkInteger(operation, "size", size, 0);
  return oneDirection(operation, options);
}
