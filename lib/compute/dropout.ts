import type { Floats } from "./floats.ts";

/** A source of numbers uniform in [0, 1). */
interface Uniform {
  uniform(): number;
}

/** What each number is multiplied by: 0 with this probability, else what makes up for those. Overwrites `mask`. */
export function drawMask(probability: number, random: Uniform, mask: Floats): void {
  const kept = probability < 1 ? 1 / (1 - probability) : 0;
  for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < probability ? 0 : kept;
}

/** `out = x · mask`, one factor for each plane of `[mask.length, plane]`. */
export function multiplyPlanes(plane: number, x: Floats, mask: Floats, out: Floats): void {
  let i = 0;
  for (let row = 0; row < mask.length; row++) {
    const factor = mask[row]!;
    for (const end = i + plane; i < end; i++) out[i] = x[i]! * factor;
  }
}
