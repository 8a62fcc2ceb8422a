import { checkInteger, checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";

/** One number for both directions, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/**
 * What to do where the stride does not divide the way that a window slides: `floor` leaves the rest of the image out
 * (PyTorch's and Caffe's convolution), `ceil` adds one window that runs over the edge, `strict` refuses.
 */
export type StridePolicy = "floor" | "ceil" | "strict";

/** How a window slides along one axis. */
export interface WindowOptions {
  /** Side of the window, K. */
  readonly kernelSize: number;
  /** Step between windows, S; default 1. */
  readonly stride?: number;
  /** Zeros added at each end, P; default 0. */
  readonly padding?: number;
  /** Step between the elements of a window; default 1, side by side. */
  readonly dilation?: number;
  /** Default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** `[vertical, horizontal]` of an option that is one number or two. @throws OptionError if they are not whole, or too small */
export function pair(operation: string, option: string, value: Pair, least: number): readonly [number, number] {
  const both = typeof value === "number" ? ([value, value] as const) : value;
  // A pair only as far as the compiler saw the caller.
  if (!Array.isArray(both) || (both.length as number) !== 2) {
    const found = Array.isArray(both) ? `has ${(both as unknown[]).length} numbers` : `is ${describe(both)}`;
    throw new OptionError(operation, `${option} ${found}`, "give one whole number, or [vertical, horizontal]");
  }
  for (const one of both) checkInteger(operation, option, one, least);
  return both;
}

/** How a window slides over images: what convolution and pooling have in common. */
export interface Window2dOptions {
  readonly kernelSize: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly stridePolicy?: StridePolicy;
}

/** The options of each direction, `[vertical, horizontal]`, checked and with defaults filled in. @throws OptionError */
export function bothDirections(
  operation: string,
  { kernelSize, stride = 1, padding = 0, dilation = 1, stridePolicy = "floor" }: Window2dOptions,
): readonly [Required<WindowOptions>, Required<WindowOptions>] {
  const sides = pair(operation, "kernelSize", kernelSize, 1);
  const strides = pair(operation, "stride", stride, 1);
  const paddings = pair(operation, "padding", padding, 0);
  const dilations = pair(operation, "dilation", dilation, 1);
  checkStridePolicy(operation, stridePolicy);
  const along = (i: 0 | 1): Required<WindowOptions> => ({
    kernelSize: sides[i],
    stride: strides[i],
    padding: paddings[i],
    dilation: dilations[i],
    stridePolicy,
  });
  return [along(0), along(1)];
}

/**
 * How many windows fit along one axis: `(W - F + 2P) / S + 1`, with `F = dilation * (K - 1) + 1`.
 *
 * @param size the axis' size W, in elements
 * @returns a whole number of at least 1
 * @throws OptionError if the window is larger than the padded axis; under `strict` also if S does not divide
 * @example outputSize(7, { kernelSize: 3, stride: 2 }) // 3
 */
export function outputSize(size: number, options: WindowOptions): number {
  checkWindow("outputSize", size, options);
  const found = countWindows(size, options);
  if (typeof found === "number") return found;
  throw new OptionError("outputSize", found.problem, found.fix);
}

/** The same with the numbers put in: `(7 - 3 + 2·0) / 2 + 1 = 3`. Says also what does not divide, or does not fit. */
export function explainOutputSize(size: number, options: WindowOptions): string {
  checkWindow("explainOutputSize", size, options);
  const { extent, stride, padding, stridePolicy } = defaults(options);
  const exact = (size - extent + 2 * padding) / stride + 1;
  const formula = `(${size} - ${extent} + 2·${padding}) / ${stride} + 1 = ${Number.isInteger(exact) ? exact : exact.toFixed(2)}`;
  const found = countWindows(size, options);
  if (typeof found !== "number") return `${formula}: ${found.problem}; ${found.fix}`;
  return found === exact ? formula : `${formula}, ${stridePolicy} ${found}`;
}

/** As `outputSize`, for an operation on images: the error shows the operands. Options are checked before. */
export function windowsOf(
  operation: string,
  axis: string,
  size: number,
  options: WindowOptions,
  operands: readonly Operand[],
): number {
  const found = countWindows(size, options);
  if (typeof found === "number") return found;
  throw new ShapeError(operation, `${axis}: ${found.problem}`, operands, found.fix);
}

function defaults({ kernelSize, stride = 1, padding = 0, dilation = 1, stridePolicy = "floor" }: WindowOptions) {
  return { extent: dilation * (kernelSize - 1) + 1, stride, padding, stridePolicy };
}

function checkWindow(operation: string, size: number, options: WindowOptions): void {
  checkOptions(operation, options, ["kernelSize", "stride", "padding", "dilation", "stridePolicy"]);
  const { kernelSize, stride = 1, padding = 0, dilation = 1, stridePolicy = "floor" } = options;
  checkInteger(operation, "size", size, 0);
  checkInteger(operation, "kernelSize", kernelSize, 1);
  checkInteger(operation, "stride", stride, 1);
  checkInteger(operation, "padding", padding, 0);
  checkInteger(operation, "dilation", dilation, 1);
  checkStridePolicy(operation, stridePolicy);
}

/** @throws OptionError if there is no such policy */
function checkStridePolicy(operation: string, policy: string): void {
  if (policy === "floor" || policy === "ceil" || policy === "strict") return;
  throw new OptionError(operation, `stridePolicy is "${policy}"`, "choose floor, ceil or strict");
}

function countWindows(size: number, options: WindowOptions): number | { problem: string; fix: string } {
  const { extent, stride, padding, stridePolicy } = defaults(options);
  const way = size - extent + 2 * padding;
  if (way < 0) {
    const problem = `a window of ${extent} does not fit into ${size}${padding > 0 ? ` padded by ${padding} on both sides` : ""}`;
    return { problem, fix: `pad by at least ${Math.ceil((extent - size) / 2)}, or use a smaller window` };
  }
  const rest = way % stride;
  if (rest === 0) return way / stride + 1;
  if (stridePolicy === "strict")
    return { problem: notDividing(size, extent, padding, stride), fix: divisors(way, padding, stride) };
  const floor = Math.floor(way / stride) + 1;
  // A last window that would lie in the padding alone sees nothing of the image: left out, as PyTorch does.
  return stridePolicy === "ceil" && floor * stride < size + padding ? floor + 1 : floor;
}

function notDividing(size: number, extent: number, padding: number, stride: number): string {
  const exact = ((size - extent + 2 * padding) / stride + 1).toFixed(2);
  return `stride ${stride} does not divide (${size} - ${extent} + 2·${padding}): there would be ${exact} windows`;
}

function divisors(way: number, padding: number, stride: number): string {
  const strides = Array.from({ length: way }, (_, i) => i + 1).filter((s) => way % s === 0 && s <= 2 * stride);
  for (let more = 1; more < stride; more++) {
    if ((way + 2 * more) % stride === 0) return `use stride ${strides.join(" or ")}, or padding ${padding + more}`;
  }
  return `use stride ${strides.join(" or ")}`;
}
