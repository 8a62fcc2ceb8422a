/**
 * Which rows of the input each row of outputs sees, or which columns: for a layer with windows that is all there is to
 * know of its geometry, as both directions are alike.
 */

/** Windows at even steps, as of convolutions and poolings. */
export interface Sliding {
  readonly kind: "sliding";
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  /** How far the first window begins before the first number. */
  readonly padding: number;
}

/** Windows that are laid down on the output, one for each number of the input, as of transposed convolutions. */
export interface Laid {
  readonly kind: "laid";
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  /** How much is cut off before the first output. */
  readonly padding: number;
}

/** As many windows as were asked for, which cover the input: of adaptive poolings. */
export interface Divided {
  readonly kind: "divided";
  readonly count: number;
}

/** Numbers found between others, each as a sum of shares: of upsampling. */
export interface Sampled {
  readonly kind: "sampled";
  /** Where each output looks, and what share it takes of what lies there. */
  readonly from: readonly (readonly { readonly at: number; readonly share: number }[])[];
}

/** One direction. */
export type Axis = (Sliding | Laid | Divided | Sampled) & {
  /** How many numbers the input has along it, without what is put around. */
  readonly size: number;
};

/** An element of a window: where it lies on the input, which may be beside it, and which element it is. */
export interface Tap {
  readonly at: number;
  readonly tap: number;
  /** What share it has where nothing is learned; undefined where it counts whole. */
  readonly share?: number;
}

/** The taps of the output at `index`, in the order of the input or of the window's elements. */
export function tapsAt(axis: Axis, index: number): Tap[] {
  switch (axis.kind) {
    case "sliding": {
      const first = index * axis.stride - axis.padding;
      return Array.from({ length: axis.kernelSize }, (_, tap) => ({ at: first + tap * axis.dilation, tap }));
    }
    case "laid": {
      const taps: Tap[] = [];
      for (let tap = 0; tap < axis.kernelSize; tap++) {
        const distance = index + axis.padding - tap * axis.dilation;
        const at = distance / axis.stride;
        if (Number.isInteger(at) && at >= 0 && at < axis.size) taps.push({ at, tap });
      }
      return taps.reverse();
    }
    case "divided": {
      const begin = Math.floor((index * axis.size) / axis.count);
      const end = Math.ceil(((index + 1) * axis.size) / axis.count);
      return Array.from({ length: end - begin }, (_, tap) => ({ at: begin + tap, tap }));
    }
    case "sampled":
      return axis.from[index]!.map((one, tap) => ({ ...one, tap }));
  }
}

/** How many elements a window has at most. */
export function windowSize(axis: Axis): number {
  if (axis.kind === "sliding" || axis.kind === "laid") return axis.kernelSize;
  const count = axis.kind === "divided" ? axis.count : axis.from.length;
  return Math.max(...Array.from({ length: count }, (_, index) => tapsAt(axis, index).length));
}

/** The first and the last place that outputs from `begin` to before `end` look at; null where they look at none. */
export function reachOf(
  axis: Axis,
  begin: number,
  end: number,
): { readonly first: number; readonly last: number } | null {
  const places = Array.from({ length: end - begin }, (_, i) => tapsAt(axis, begin + i)).flat();
  if (places.length === 0) return null;
  return { first: Math.min(...places.map(({ at }) => at)), last: Math.max(...places.map(({ at }) => at)) };
}
