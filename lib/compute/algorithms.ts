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
  | "packed 1×1"
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

/**
 * What Winograd's algorithm does beside its 36 products for each tile, channel and filter, expressed in products: to
 * transform a tile's window of a channel, its result of a filter, and a filter. Fitted to the ratio to the direct
 * method in three passes of 112 geometries: within a fifth for eight in ten of those with more than 200 pixels.
 */
const transforms: Readonly<Record<number, { window: number; result: number; filter: number }>> = {
  3: { window: 350, result: 260, filter: 70 },
  5: { window: 380, result: 150, filter: 200 },
};

/** What is given up in exactness should bring something. */
const leastGain = 1.15;

const upTo = (count: number, multiple: number) => Math.ceil(count / multiple) * multiple;

/** Whether windows are squares of that size, and computing them by Winograd's algorithm is so much faster. */
function pays(g: Conv2dGeometry, pass: Pass, size: number): boolean {
  const square = g.kernelHeight === size && g.kernelWidth === size;
  if (!square || g.strideY !== 1 || g.strideX !== 1 || g.dilationY !== 1 || g.dilationX !== 1) return false;
  const cost = transforms[size]!;
  const [height, width] = pass === "input gradient" ? [g.h, g.w] : [g.p, g.q];
  const [from, to] = pass === "input gradient" ? [g.f / g.groups, g.c / g.groups] : [g.c / g.groups, g.f / g.groups];
  const tiles = g.n * Math.ceil(height / (7 - size)) * Math.ceil(width / (7 - size));
  // A tile of the micro-kernel has four rows, filters, and eight columns: of tiles, or in a filter gradient channels.
  const inGradient = pass === "filter gradient";
  const products = 36 * upTo(to, 4) * (inGradient ? upTo(from, 8) : from);
  const all =
    (inGradient ? tiles : upTo(tiles, 8)) * (products + cost.window * from + cost.result * to) +
    cost.filter * from * to;
  return leastGain * all < g.n * height * width * size ** 2 * from * to;
}

/**
 * Whether each channel is for itself, with small windows and steps. 9 weights or sums stay in registers. With 25 weights,
 * which do not, walking down a plane still is 1.1 times as fast as direct convolution on Node 20, 1.6 times on Node 24;
 * with 25 sums, or 49 weights on Node 20, it is slower. Several filters of a channel share its input, which is what
 * direct convolution is good at: LeNet's first layer, six of 25 taps on one channel, takes it 0.6 of the time.
 */
function isDepthwise(g: Conv2dGeometry, pass: Pass): boolean {
  const taps = g.kernelHeight * g.kernelWidth;
  const dense = g.strideY <= 2 && g.strideX <= 2 && g.dilationY === 1 && g.dilationX === 1;
  if (g.groups !== g.c || !dense) return false;
  if (pass === "forward") return taps <= (g.f === g.c ? 25 : 9);
  return g.f === g.c && (pass === "filter gradient" ? taps <= 9 : taps <= 25 && g.padTop >= 0 && g.padLeft >= 0);
}

/**
 * Whether windows have one tap, and matrices are large enough for tiles of 6 × 8 sums to be mostly full: a third of the
 * sums may be beside the matrix. Filters are packed at once, so there may be 4 million weights at most.
 */
function isPointwise(g: Conv2dGeometry, pass: Pass): boolean {
  if (pass === "filter gradient" || g.groups !== 1 || g.kernelHeight !== 1 || g.kernelWidth !== 1) return false;
  if (g.padTop !== 0 || g.padLeft !== 0 || g.c * g.f > 2 ** 22) return false;
  const whole = g.strideY === 1 && g.strideX === 1 && g.p === g.h && g.q === g.w;
  const gathered = g.strideX <= 2 && (g.p - 1) * g.strideY < g.h && (g.q - 1) * g.strideX < g.w;
  if (pass === "input gradient" ? !whole : !gathered) return false;
  const full = Math.min(g.c, g.f) / upTo(Math.min(g.c, g.f), 6) + (g.p * g.q) / upTo(g.p * g.q, 8);
  return Math.min(g.c, g.f) >= 8 && full >= 1.5;
}

const rules: readonly Rule[] = [
  {
    algorithm: "depthwise",
    reason:
      "a channel alone has no depth for tiles: 1.5 times as fast for planes of 56×56, 2.6 for 7×7, 4 back at stride 2",
    applies: isDepthwise,
  },
  {
    algorithm: "packed 1×1",
    reason: "a window of one tap makes a matrix product: 1.2 to 1.4 times as fast, 2 at stride 2",
    applies: isPointwise,
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
    reason: "36 products for 144: 1.3 times as fast with 8 channels on each side, 2 with 16, 3 with 64",
    applies: (g, pass) => pays(g, pass, 3),
  },
  {
    algorithm: "Winograd F(2×2, 5×5)",
    reason: "36 products for 100: 1.2 times as fast with 6 channels and 16 filters, 1.8 with 32 of each, 2.2 with 64",
    applies: (g, pass) => pays(g, pass, 5),
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
