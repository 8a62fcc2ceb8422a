import { checkOptions, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { drawImages } from "./draw-images.ts";
import { checkGrid } from "./image-grid.ts";
import { checkComputed, type Images } from "./images.ts";
import type { Picture } from "./picture.ts";
import { statistics } from "./statistics.ts";

/** How activation maps are drawn; every option may be left out. */
export interface ActivationMapsOptions {
  readonly title?: string;
  /** Said below, before the range of values. */
  readonly caption?: string;
  /** Whether all maps share one scale (`common`, default), so that weak ones look weak, or each has its own (`each`). */
  readonly range?: "common" | "each";
  /** Maps a row; as many as fit evenly where it is left out. */
  readonly columns?: number;
  /** Maps beyond this many are not drawn, which is said; default 64. */
  readonly limit?: number;
}

/**
 * Draws what a layer answers to one image: a map a channel, with the channel's number. Without negative values dark is
 * zero and yellow the most; with them blue is negative, white zero, orange positive.
 *
 * @param maps `[1, C, H, W]`, `[C, H, W]` or one map `[H, W]`
 * @throws ShapeError for other axes, for a batch of several images, and for maps without values
 */
export function activationMaps(maps: AnyTensor, options: ActivationMapsOptions = {}): Picture {
  checkOptions("activationMaps", options, ["title", "caption", "range", "columns", "limit"]);
  const images = mapsOf(maps);
  checkGrid("activationMaps", images, options);
  const signed = statistics(images.data).min < 0;
  const labels = Array.from({ length: images.count }, (_, channel) => `${channel}`);
  const numbered = images.count > 1 && { labels };
  return drawImages(images, { ...options, ...numbered, colours: signed ? "diverging" : "sequential" }, "map");
}

function mapsOf(maps: AnyTensor): Images {
  checkTensor("activationMaps", "the picture's subject", maps);
  const shape = maps.shape as readonly number[];
  const refuse = (problem: string, fix: string): never => {
    throw new ShapeError("activationMaps", problem, [{ name: "maps", shape, axes: "N C H W" }], fix);
  };
  if (shape.length < 2 || shape.length > 4) {
    refuse(`activation maps have 2 to 4 axes, this tensor has ${shape.length}`, "give [1, C, H, W] or [C, H, W]");
  }
  if (shape.length === 4 && shape[0] !== 1) {
    refuse(`these are the maps of ${shape[0]} images`, "give those of one image, [1, C, H, W]");
  }
  if (shape.includes(0)) refuse("the maps have no values", "give maps of at least one value");
  checkComputed("activationMaps", maps);
  const [height, width] = shape.slice(-2) as [number, number];
  return { count: maps.size / (height * width), channels: 1, height, width, data: peek(maps) };
}
