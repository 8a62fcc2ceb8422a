/**
 * The rules of sizes for numbers: what operations compute and refuse with, and with them `summary`. The types of this folder
 * are the same rules for the compiler, under the same names: `windowCount` here, `WindowCount` there.
 */

/** Why sizes do not fit each other, and a change that would make them; both with their numbers. */
export interface Problem {
  readonly problem: string;
  readonly fix: string;
}

/** Padding of one axis as it was checked: `[before, after]`, or what depends on the axis' size. */
export type CheckedPadding = readonly [before: number, after: number] | "same";

/** How a window slides along one axis: options that were checked, with defaults filled in. */
export interface Sliding {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: CheckedPadding;
  readonly dilation: number;
  readonly stridePolicy: "floor" | "ceil" | "strict";
}

/** How many windows there are along an axis, and the padding that they need. */
export interface Windows {
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/** How many windows fit along an axis, `⌊(H - L·(K - 1) - 1 + padding) / S⌋ + 1`, or why none does. */
export function windowCount(size: number, sliding: Sliding): Windows | Problem {
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
export function way(size: number, extent: number, before: number, after: number): string {
  return `(${size} - ${extent} + ${before === after ? `2·${before}` : `${before} + ${after}`})`;
}

function tooLarge(size: number, extent: number, before: number, after: number): Problem {
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

/** What the rule is made of. */
export function measures(size: number, sliding: Sliding) {
  const { stride } = sliding;
  const extent = reach(sliding);
  const [before, after] = border(sliding.padding, size, stride, extent);
  return { extent, stride, before, after };
}

/** How far a window reaches, `dilation·(K - 1) + 1`. */
export function reach({ kernelSize, dilation }: Sliding): number {
  return dilation * (kernelSize - 1) + 1;
}

/** How much goes before and after an axis of that size. @param extent how far a window reaches, `dilation·(K - 1) + 1` */
export function border(
  padding: CheckedPadding,
  size: number,
  stride: number,
  extent: number,
): readonly [before: number, after: number] {
  if (padding !== "same") return padding;
  const all = Math.max((Math.ceil(size / stride) - 1) * stride + extent - size, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** The sizes of one axis, counted from the end, in shapes that are aligned there. */
export function sizesBehind(shapes: readonly (readonly number[])[], behind: number): readonly number[] {
  return shapes.map((shape) => shape[shape.length - behind] ?? 1);
}

/** The shape of all together, or the axis, counted from the end, at which they do not fit. */
export function together(shapes: readonly (readonly number[])[]): readonly number[] | { readonly behind: number } {
  const shape: number[] = [];
  for (let behind = Math.max(0, ...shapes.map(({ length }) => length)); behind > 0; behind--) {
    const sizes = sizesBehind(shapes, behind);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.some((each) => each !== 1 && each !== size)) return { behind };
    shape.push(size);
  }
  return shape;
}

/** Why filters do not take images with so many channels; `null` where they do. */
export function channelProblem(channels: number, perGroup: number, groups: number): Problem | null {
  if (perGroup * groups === channels) return null;
  return {
    problem: `the input has ${channels} channels, the filters ${groups === 1 ? perGroup : `${perGroup} in each of ${groups} groups`}`,
    fix: `build the layer with inChannels: ${channels}, or feed it ${perGroup * groups} channels`,
  };
}

/** Why channels and filters cannot be split into so many groups; `null` where they can. */
export function groupProblem(channels: number, filters: number, groups: number): Problem | null {
  if (channels % groups === 0 && filters % groups === 0) return null;
  return {
    problem: `${groups} groups do not divide the channels`,
    fix: `choose groups that divide both ${channels} channels and ${filters} filters`,
  };
}

/** The shape with what -1 stands for put in, or why there is no such number. */
export function reshaped(from: readonly number[], to: readonly number[]): readonly number[] | Problem {
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  const count = product(from);
  const known = product(to.filter((size) => size !== -1));
  const unknown = to.filter((size) => size === -1).length;
  const left = unknown === 0 ? 1 : count / known;
  if (unknown <= 1 && Number.isInteger(left) && known * left === count) {
    return to.map((size) => (size === -1 ? left : size));
  }
  const problem =
    unknown > 1
      ? "more than one size is -1"
      : `the input holds ${count} elements, the shape ${unknown ? `a multiple of ${known}` : known}`;
  return { problem, fix: `choose sizes whose product is ${count}` };
}
