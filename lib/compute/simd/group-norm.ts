/** The gradient of group normalisation, each channel of each example with coefficients of its own. */

import type { Floats } from "../floats.ts";
import { ChannelPass } from "./channel-pass.ts";

const gradient = new ChannelPass({
  reads: ["dOut", "x"],
  writes: ["dX"],
  coefficients: 5,
  step: ({ dOut, x }, [mean, rest, factor, share, slope]) => ({
    dX: dOut.times(factor!).minus(share!).minus(x.minus(mean!).minus(rest!).times(slope!)),
  }),
});

/** The numbers of each row: `dX = dOut · factor − share − (x − mean) · slope`. */
export interface RowCoefficients {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
  readonly share: Float64Array;
  readonly slope: Float64Array;
}

/** As the last loop of `groupNormInputGradient`, if it is worth a job. @returns whether it is done */
export function groupNormInputGradient(
  rows: number,
  plane: number,
  dOut: Floats,
  x: Floats,
  { mean, factor, share, slope }: RowCoefficients,
  dX: Floats,
): boolean {
  return gradient.run({ n: 1, c: rows, plane }, { dOut, x, dX }, (table) => {
    table.set(mean);
    // what single precision leaves out of the mean, so that x − mean is right where the mean is large
    for (let row = 0; row < rows; row++) table[rows + row] = mean[row]! - table[row]!;
    table.set(factor, 2 * rows);
    table.set(share, 3 * rows);
    table.set(slope, 4 * rows);
  });
}
