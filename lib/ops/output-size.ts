import { checkInteger, checkOptions, type Operand, OptionError, ShapeError } from "../errors.ts";
import { border } from "./padding.ts";
import { extentOf, oneDirection, type Sliding, type WindowOptions } from "./window.ts";

/** How many windows there are along an axis, and the padding that they need. */
export interface Windows {
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

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
  const found = countWindows(size, checkWindow("outputSize", size, options));
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
  const found = countWindows(size, sliding);
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
  const found = countWindows(size, sliding);
  if ("count" in found) return found;
  throw new ShapeError(operation, `${axis}: ${found.problem}`, operands, found.fix);
}

function measures(size: number, sliding: Sliding) {
  const { stride } = sliding;
  const extent = extentOf(sliding);
  const [before, after] = border(sliding.padding, size, stride, extent);
  return { extent, stride, before, after };
}

function checkWindow(operation: string, size: number, options: WindowOptions): Sliding {
  checkOptions(operation, options, ["kernelSize", "stride", "padding", "dilation", "stridePolicy"]);
  checkInteger(operation, "size", size, 0);
  return oneDirection(operation, options);
}

function countWindows(size: number, sliding: Sliding): Windows | { problem: string; fix: string } {
  const { extent, stride, before, after } = measures(size, sliding);
  const length = size - extent + before + after;
  if (length < 0) return tooLarge(size, extent, before, after);
  const floor = Math.floor(length / stride) + 1;
  if (length % stride === 0) return { count: floor, before, after };
  const { stridePolicy } = sliding;
  if (stridePolicy === "strict") {
    const exact = (length / stride + 1).toFixed(2);
    const problem = `stride ${stride} does not divide ${way(size, extent, before, after)}: there would be ${exact} windows`;
    return { problem, fix: divisors(length, before, after, stride) };
  }
  // A last window that would lie in the padding alone sees nothing of the image: left out, as PyTorch does. "same" has
  // said how many there are.
  const another = stridePolicy === "ceil" && sliding.padding !== "same" && floor * stride < size + before;
  return { count: another ? floor + 1 : floor, before, after };
}

/** The way that a window slides, with the numbers put in. */
function way(size: number, extent: number, before: number, after: number): string {
  return `(${size} - ${extent} + ${before === after ? `2·${before}` : `${before} + ${after}`})`;
}

function tooLarge(size: number, extent: number, before: number, after: number): { problem: string; fix: string } {
  const even = before === after;
  const padded = even ? (before > 0 ? ` padded by ${before} on both sides` : "") : ` padded by ${before} and ${after}`;
  const enough = even ? Math.ceil((extent - size) / 2) : `${extent - size} in all`;
  return {
    problem: `a window of ${extent} does not fit into ${size}${padded}`,
    fix: `pad by at least ${enough}, or use a smaller window`,
  };
}

function divisors(length: number, before: number, after: number, stride: number): string {
  const strides = Array.from({ length }, (_, i) => i + 1).filter((s) => length % s === 0 && s <= 2 * stride);
  const step = before === after ? 2 : 1;
  for (let more = 1; more < stride; more++) {
    if ((length + step * more) % stride !== 0) continue;
    const padding = before === after ? before + more : `[${before}, ${after + more}]`;
    return `use stride ${strides.join(" or ")}, or padding ${padding}`;
  }
  return `use stride ${strides.join(" or ")}`;
}
