import { formatNumber } from "../display/format.ts";
import { heatMaps } from "../display/heat-maps.ts";
import type { Picture } from "../display/picture.ts";
import { display, type MimeBundle } from "../mime.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What an attribution is, and how it is drawn. */
export interface AttributionParts {
  /** The function that it comes from. */
  readonly method: string;
  /** The examples: `[N, C, H, W]`, `[N, C, W]` or `[N, I]`. */
  readonly inputs: Tensor;
  /** Of the inputs' shape, or with one channel. */
  readonly attributions: Tensor;
  /** The class of each example, or the channel. */
  readonly targets: readonly number[];
  /** Its score, or the unit's answer. */
  readonly scores: ArrayLike<number>;
  /** What each target is called in the picture. */
  readonly labels: readonly string[];
  /** The unit in words; undefined where it is a class. */
  readonly unit?: string | undefined;
  /** What the colours mean, in words. */
  readonly meaning: string;
  /** Whether the numbers have signs to be seen. */
  readonly signed: boolean;
  /** How a pixel's channels become one number: their sum, or the largest. */
  readonly combine: "sum" | "largest";
  /** The share of a map's numbers that is drawn to scale: 1 for all. */
  readonly clip: number;
}

/**
 * How much each number of the input counts for a network's answer. Draws itself: input, attribution as colours, and both on
 * top of each other, for the first 8 examples, or fewer large ones.
 */
export class Attribution {
  /** The function that it comes from. */
  readonly method: string;
  /** Of the input's shape; of Grad-CAM `[N, 1, H, W]`. */
  readonly attributions: Tensor;
  /** The examples. */
  readonly inputs: Tensor;
  /** The class whose score was looked into, of each example; of a unit, its channel. */
  readonly targets: readonly number[];
  /** That score, or the unit's answer, of each example. */
  readonly scores: readonly number[];
  readonly #parts: AttributionParts;

  constructor(parts: AttributionParts) {
    this.method = parts.method;
    this.attributions = parts.attributions;
    this.inputs = parts.inputs;
    this.targets = parts.targets;
    this.scores = Array.from(parts.scores);
    this.#parts = parts;
  }

  /** The picture by itself. */
  picture(): Picture {
    const { unit, meaning, labels, signed, combine, clip } = this.#parts;
    return heatMaps(this.inputs, this.attributions, {
      title: `${this.method}: ${unit ?? "what the score hangs on"}`,
      caption: meaning,
      labels,
      notes: this.scores.map((score) => formatNumber(score)),
      noted: unit === undefined ? "score" : "answer",
      signed,
      combine,
      clip,
    });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The picture in words. */
  toString(): string {
    return this.picture().toString();
  }
}
