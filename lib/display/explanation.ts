import type { PassChoice } from "../compute/algorithms.ts";
import { instructions } from "../compute/settings.ts";
import { display, type MimeBundle } from "../mime.ts";
import { built, type NetworkOrBuilder, summarize } from "../nn/summary.ts";
import { threadCount } from "../wasm/threads.ts";
import type { Picture } from "./picture.ts";
import { table } from "./table.ts";

/** How one pass of a convolution is computed. */
export interface ExplainedPass extends PassChoice {
  /** The layer's path in the network, `conv1`. */
  readonly path: string;
}

/** How a network's convolutions are computed, and why so. Draws itself as a table. */
export class Explanation {
  readonly passes: readonly ExplainedPass[];
  /** The instructions in use: fused multiply-add, SIMD without it, or TypeScript's own. */
  readonly instructions: "fused" | "simd" | "typescript";
  /** How many threads compute. */
  readonly threads: number;
  readonly #title: string;

  constructor(title: string, passes: readonly ExplainedPass[]) {
    this.#title = title;
    this.passes = passes;
    this.instructions = instructions();
    this.threads = threadCount();
  }

  /** The table as a picture. */
  picture(): Picture {
    const rows = this.passes.map(({ path, pass, algorithm, reason }) => [path, pass, algorithm, reason]);
    const threads = `${this.threads} thread${this.threads === 1 ? "" : "s"}`;
    return table(rows, ["layer", "pass", "algorithm", "because"], {
      title: this.#title,
      caption: `instructions: ${this.instructions}, ${threads}`,
    });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The table as text. */
  toString(): string {
    return this.picture().toString();
  }
}

/**
 * Tells which algorithm computes each pass of each convolution in a network, and why. By shapes alone: nothing is
 * computed. Settings (`computeSettings`, `threads`) and the number of examples count as they are now.
 *
 * @param network or a function that builds it, then without weights
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @param examples in a batch, default 1
 * @throws ShapeError if a layer does not fit the one before
 * @example explain(lenet5(), [1, 28, 28], 64).passes[0].algorithm
 */
export function explain(network: NetworkOrBuilder, inputShape: readonly number[], examples = 1): Explanation {
  const made = built("explain", network);
  const passes = summarize(made, inputShape, examples).flatMap(({ path, choices }) =>
    choices.map((choice) => ({ path, ...choice })),
  );
  return new Explanation(`${made.constructor.name} on [${[examples, ...inputShape].join(", ")}]`, passes);
}
