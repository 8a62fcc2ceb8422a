import { formatNumber } from "../display/format.ts";
import { type HeatMapOptions, heatMaps } from "../display/heat-maps.ts";
import type { Picture } from "../display/picture.ts";
import { display, type MimeBundle } from "../mime.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { layerName } from "./layers.ts";
import type { Subject } from "./subject.ts";

/** What an attribution is made of beside the examples. */
export interface AttributionParts {
  /** `saliency`, as the function is called. */
  readonly method: string;
  readonly attributions: Tensor;
  readonly scores: ArrayLike<number>;
  /** How its numbers are drawn. */
  readonly look: Pick<HeatMapOptions, "signed" | "combine" | "clip"> & { readonly meaning: string };
}

/**
 * How much each number of the input counts for a network's answer. Draws itself: input, attribution as colours, and both on
 * top of each other, for the first 8 examples.
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
  readonly #look: AttributionParts["look"];
  readonly #labels: readonly string[];
  readonly #unit: string | undefined;

  /** @internal */
  constructor(subject: Subject, { method, attributions, scores, look }: AttributionParts) {
    this.method = method;
    this.attributions = attributions;
    this.inputs = subject.inputs;
    this.targets = subject.targets;
    this.scores = Array.from(scores);
    this.#look = look;
    const { unit, classes } = subject.options;
    this.#unit = unit && `channel ${unit.channel} of ${layerName(subject.network, unit.layer)}`;
    this.#labels = this.targets.map((target) =>
      unit ? `channel ${target}` : (classes?.[target] ?? `class ${target}`),
    );
  }

  /** The picture by itself. */
  picture(): Picture {
    const { meaning, ...look } = this.#look;
    return heatMaps(this.inputs, this.attributions, {
      ...look,
      title: `${this.method}: ${this.#unit ?? "what the score hangs on"}`,
      caption: meaning,
      labels: this.#labels,
      notes: this.scores.map((score) => formatNumber(score)),
      noted: this.#unit === undefined ? "score" : "answer",
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
