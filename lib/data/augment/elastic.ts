import { checkOptions, checkPositive, checkRange } from "../../errors.ts";
import { elasticField } from "../elastic.ts";
import { resample } from "./affine.ts";
import { Augmentation, type Border, checkBorder } from "./augmentation.ts";

/** How an image is bent. */
export interface ElasticOptions {
  /** Root mean square of the shift along each axis, in pixels. */
  readonly strength: number;
  /** Standard deviation of the Gaussian that smooths the shifts, in pixels; default 4. */
  readonly smoothness?: number;
  /** What stands where the image has left; default `"zeros"`. */
  readonly border?: Border;
}

/**
 * Bends the image as if it lay on rubber: every pixel is fetched from a place a little way off, by shifts that are random
 * and smoothed by a Gaussian (Simard, Steinkraus, Platt, 2003, section 2, where σ is 4 for images of 29 × 29).
 *
 * @throws OptionError on an unknown option, a strength below 0, or a smoothness not above 0
 * @example augmented(digits({ count: 10 }), [randomElastic({ strength: 0.8 })])
 */
export function randomElastic(options: ElasticOptions): Augmentation {
  checkOptions("randomElastic", options, ["strength", "smoothness", "border"]);
  const { strength, smoothness = 4, border = "zeros" } = options;
  checkRange("randomElastic", "strength", strength, Number.POSITIVE_INFINITY);
  checkPositive("randomElastic", "smoothness", smoothness);
  checkBorder("randomElastic", border);
  return new Augmentation("randomElastic", { strength, smoothness, border }, (image, random) => {
    const size = Math.max(image.height, image.width);
    const { dx, dy } = elasticField(size, strength, random, smoothness);
    resample(image, border, (x, y, at) => {
      at[0] = x + dx[y * size + x]!;
      at[1] = y + dy[y * size + x]!;
    });
  });
}
