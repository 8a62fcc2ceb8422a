/** The passes of `elementwise.ts` and `activation.ts`, number by number the same but that parameters are of single precision. */

import { Pass } from "./pass.ts";

export const add = new Pass(["a", "b"], ["out"], [], ({ a, b }) => ({ out: a.plus(b) }));
export const subtract = new Pass(["a", "b"], ["out"], [], ({ a, b }) => ({ out: a.minus(b) }));
export const multiply = new Pass(["a", "b"], ["out"], [], ({ a, b }) => ({ out: a.times(b) }));
export const divide = new Pass(["a", "b"], ["out"], [], ({ a, b }) => ({ out: a.dividedBy(b) }));

// The parameter is rounded too, which JavaScript leaves out.
export const scale = new Pass(["x"], ["out"], ["factor"], ({ x }, { factor }) => ({ out: x.times(factor) }), true);
export const divideBy = new Pass(
  ["x"],
  ["out"],
  ["divisor"],
  ({ x }, { divisor }) => ({ out: x.dividedBy(divisor) }),
  true,
);
export const shift = new Pass(["x"], ["out"], ["term"], ({ x }, { term }) => ({ out: x.plus(term) }), true);

/** x where it is positive, or NaN; 0, never −0, elsewhere. */
export const relu = new Pass(["x"], ["out"], [], ({ x }) => ({ out: x.andNot(x.isAtMost(0)) }));
export const reluGradient = new Pass(["dOut", "out"], ["dX"], [], ({ dOut, out }) => ({
  dX: dOut.andNot(out.isAtMost(0)),
}));

/** x where it is positive, `slope · x` elsewhere. */
export const leakyRelu = new Pass(
  ["x"],
  ["out"],
  ["slope"],
  ({ x }, { slope }) => ({ out: x.where(x.isGreater(0), x.times(slope)) }),
  true,
);
export const leakyReluGradient = new Pass(
  ["dOut", "x"],
  ["dX"],
  ["slope"],
  ({ dOut, x }, { slope }) => ({ dX: dOut.where(x.isGreater(0), dOut.times(slope)) }),
  true,
);
