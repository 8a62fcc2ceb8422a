import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { type Pair, pair } from "./window.ts";

/** Whether a pixel sees itself: `A`, in the first layer, it does not; `B`, in later ones, it does. */
export type PixelMaskType = "A" | "B";

/** The channels that a mask of colours is for. */
export interface PixelMaskOptions {
  /** Filters, F: in equal parts for each colour, in order. */
  readonly outChannels: number;
  /** Channels of the input, C: in equal parts for each colour, in order. */
  readonly inChannels: number;
  /** How many colours are drawn one after the other; default 3. */
  readonly colours?: number;
}

/**
 * The mask of a filter that sees only what comes before its pixel, row by row (van den Oord et al., 2016, section 3.4): ones
 * above the middle row, and in it before the middle; the middle itself for type `B` alone.
 *
 * With colours, those of a pixel are drawn one after the other: at the middle, filters of a colour see channels of earlier
 * colours, and of their own for type `B`.
 *
 * @param kernelSize side of the filter, or `[K, L]`; odd, so that there is a middle
 * @returns `[K, L]`, or `[F, C, K, L]` with colours
 * @throws OptionError for an even side, a type that there is not, or channels that the colours do not divide
 * @example pixelMask(3, "A") // [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
 */
export function pixelMask(kernelSize: Pair, type: PixelMaskType): Tensor<readonly [number, number]>;
export function pixelMask(
  kernelSize: Pair,
  type: PixelMaskType,
  options: PixelMaskOptions,
): Tensor<readonly [number, number, number, number]>;
export function pixelMask(kernelSize: Pair, type: PixelMaskType, options?: PixelMaskOptions): Tensor {
  return maskOf("pixelMask", "the type", kernelSize, type, options);
}

/** As `pixelMask`. @param name what errors call the type */
export function maskOf(
  op: string,
  name: string,
  kernelSize: Pair,
  type: PixelMaskType,
  options?: PixelMaskOptions,
): Tensor {
  const [k, l] = pair(op, "kernelSize", kernelSize, 1);
  if (k % 2 === 0 || l % 2 === 0) {
    throw new OptionError(op, `kernelSize is ${k} × ${l}, which has no middle`, "give odd sides, e.g. 3");
  }
  if (type !== "A" && type !== "B") throw new OptionError(op, `${name} is ${describe(type)}`, 'give "A" or "B"');
  const middle = (k * l - 1) / 2; // rows are whole above it, and it is halfway along its own
  const own = type === "B";
  if (options === undefined) {
    const mask = allocate("float32", k * l).fill(1, 0, own ? middle + 1 : middle);
    return freshTensor(mask, [k, l], "float32");
  }
  const { outChannels, inChannels, colours } = checkColours(op, options);
  const mask = allocate("float32", outChannels * inChannels * k * l);
  for (let f = 0, start = 0; f < outChannels; f++) {
    for (let c = 0; c < inChannels; c++, start += k * l) {
      const drawing = Math.floor((f * colours) / outChannels);
      const seen = Math.floor((c * colours) / inChannels);
      const middleToo = seen < drawing || (own && seen === drawing);
      mask.fill(1, start, start + (middleToo ? middle + 1 : middle));
    }
  }
  return freshTensor(mask, [outChannels, inChannels, k, l], "float32");
}

function checkColours(op: string, options: PixelMaskOptions): Required<PixelMaskOptions> {
  checkOptions(op, options, ["outChannels", "inChannels", "colours"]);
  const { outChannels, inChannels, colours = 3 } = options;
  checkInteger(op, "outChannels", outChannels, 1);
  checkInteger(op, "inChannels", inChannels, 1);
  checkInteger(op, "colours", colours, 1);
  if (outChannels % colours === 0 && inChannels % colours === 0) return { outChannels, inChannels, colours };
  const problem = `${colours} colours do not divide ${inChannels} input and ${outChannels} output channels`;
  throw new OptionError(op, problem, "choose channels that are a multiple of the colours");
}
