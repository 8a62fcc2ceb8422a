/**
 * Which algorithm computes a convolution: the choice as data, with its reasons. The first row that applies is taken.
 * Ratios are of interleaved runs on one thread, Node 20, `npm run bench`.
 */

import type { Conv2dGeometry } from "./geometry.ts";
import { instructions, settings } from "./settings.ts";

/** The passes of a convolution. */
export type Pass = "forward" | "input gradient" | "filter gradient";

/** The algorithms that there are. */
export type Algorithm =
  | "definition"
  | "blocked loops"
  | "depthwise"
  | "direct"
  | "Winograd F(4×4, 3×3)"
  | "Winograd F(2×2, 5×5)";

/** An algorithm and why it was taken. */
export interface Choice {
  readonly algorithm: Algorithm;
  readonly reason: string;
}

interface Rule extends Choice {
  readonly applies: (g: Conv2dGeometry, pass: Pass) => boolean;
}

/** Windows that Winograd's algorithm serves: square, of stride and dilation 1, one group, not in the filter gradient. */
function slides(g: Conv2dGeometry, pass: Pass, size: number): boolean {
  const square = g.kernelHeight === size && g.kernelWidth === size;
  const dense = g.strideY === 1 && g.strideX === 1 && g.dilationY === 1 && g.dilationX === 1 && g.groups === 1;
  return square && dense && pass !== "filter gradient";
}

/**
 * Whether each channel is for itself, with small windows and steps. 9 weights or sums stay in registers. With 25 weights,
 * which do not, walking down a plane still is 1.1 times as fast as direct convolution on Node 20, 1.6 times on Node 24;
 * with 25 sums, or 49 weights on Node 20, it is slower. The way back to the input takes one filter a channel.
 */
function isDepthwise(g: Conv2dGeometry, pass: Pass): boolean {
  const apart = g.groups === g.c && g.strideY <= 2 && g.strideX <= 2 && g.dilationY === 1 && g.dilationX === 1;
  const small = g.kernelHeight * g.kernelWidth <= (pass === "filter gradient" ? 9 : 25);
  return apart && small && (pass !== "input gradient" || (g.f === g.c && g.padTop >= 0 && g.padLeft >= 0));
}

const rules: readonly Rule[] = [
  {
    algorithm: "depthwise",
    reason:
      "a channel alone has no depth for tiles: 1.5 times as fast for planes of 56×56, 2.6 for 7×7, 4 back at stride 2",
    applies: isDepthwise,
  },
  {
    algorithm: "direct",
    reason: "the same bits everywhere are asked for",
    applies: () => settings.reproducible,
  },
  {
    algorithm: "direct",
    reason: "sums of the products themselves are asked for",
    applies: () => settings.precision === "exact",
  },
  {
    algorithm: "Winograd F(4×4, 3×3)",
    reason: "36 products for 144: 1.2 times as fast from 8 channels on each side, 2 from 16, over 3 from 64",
    applies: (g, pass) => slides(g, pass, 3) && Math.min(g.c, g.f) >= 8,
  },
  {
    algorithm: "Winograd F(2×2, 5×5)",
    reason: "36 products for 100: 1.4 times as fast from 12 channels on each side, over 2 from 64",
    applies: (g, pass) => slides(g, pass, 5) && Math.min(g.c, g.f) >= 12,
  },
  {
    algorithm: "direct",
    reason: "no algorithm with fewer products pays for this window, stride and number of channels",
    applies: () => true,
  },
];

/** The algorithm for a pass, and why. @param single whether all its numbers are float32 */
export function choose(g: Conv2dGeometry, pass: Pass, single: boolean): Choice {
  if (!single) return { algorithm: "definition", reason: "float64 is for gradient checks, where plainness counts" };
  if (instructions() === "typescript") {
    return { algorithm: "blocked loops", reason: "there is no SIMD, or it is not wanted" };
  }
  if (g.n * g.c * g.h * g.w * g.f * g.p * g.q === 0) {
    return { algorithm: "blocked loops", reason: "there is nothing to compute" };
  }
  return rules.find((rule) => rule.applies(g, pass))!;
}

/** A pass with the choice for it. */
export interface PassChoice extends Choice {
  readonly pass: Pass;
}

/** The algorithms of all passes of a convolution. */
export function choices(g: Conv2dGeometry, single: boolean): PassChoice[] {
  const passes: readonly Pass[] = ["forward", "input gradient", "filter gradient"];
  return passes.map((pass) => {
    const { algorithm, reason } = choose(g, pass, single);
    return { pass, algorithm, reason };
  });
}
