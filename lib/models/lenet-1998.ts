import { checkOptions, describe, OptionError } from "../errors.ts";
import { Flatten } from "../nn/activation.ts";
import { Branches } from "../nn/branches.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Lambda } from "../nn/identity.ts";
import { defaultRandom } from "../nn/init.ts";
import type { Initializer } from "../nn/initializers.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { take } from "../ops/take.ts";
import type { Random } from "../random.ts";
import { CodeDistances, ScaledTanh, Subsampling } from "./lenet-1998-layers.ts";

/** What `lenet1998` is made of; all may be left out. */
export interface LeNet1998Options {
  /** Whether the second convolution sees those maps that the paper's table I says, or all; default `"partial"`. */
  readonly connections?: "partial" | "full";
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/** Which of the six maps of S2 each of the sixteen of C3 sees: three, four or all, so that they learn different things (table I). */
const connections: readonly (readonly number[])[] =
  "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
    .split(" ")
    .map((maps) => [...maps].map(Number));

/** Uniform between ±2.4 / fan-in (appendix A). */
const begin: Initializer = (values, { fanIn }, random) => {
  for (let i = 0; i < values.length; i++) values[i] = (2.4 / fanIn) * (2 * random.uniform() - 1);
};

/**
 * LeNet-5 as its paper has it (LeCun, Bottou, Bengio and Haffner, 1998, section II.B): convolutions C1, C3 and C5, each map of
 * C3 connected to some of those before it; subsampling S2 and S4 with a coefficient and a bias for each map; a linear layer F6;
 * `1.7159 · tanh(2/3 · a)` after each of these; and an output that compares the 84 numbers of F6 with a picture of each digit.
 * 60,000 parameters, 60,900 with full connections. `lenet5` is the network that is taught today.
 *
 * An output is minus the squared distance to the digit's picture: the paper's number with the other sign, so that the largest
 * is the answer. Their cross-entropy is then the paper's loss (eq. 9) without its constant j. The pictures are buffers, not
 * parameters, as there; they are drawn after the manner of fig. 3.
 *
 * @returns a network that takes `[N, 1, 32, 32]`, paper -0.1 and ink 1.175, and gives scores `[N, 10]`
 * @throws OptionError for an unknown option, or connections that are not known
 * @example summary(lenet1998(), [1, 32, 32]).parameters // 60000
 * @example
 * const prepared = new Sequential({
 *   shade: new Lambda((x) => x.multiply(1.275).subtract(0.1)),
 *   border: new Pad2d({ padding: 2, value: -0.1 }),
 *   net: lenet1998(),
 * });
 * prepared.forward(digits({ count: 4 }).images.slice(0, 4)).shape // [4, 10]
 */
export function lenet1998(options?: LeNet1998Options): Network<readonly [1, 32, 32], readonly [10]>;
export function lenet1998(options: LeNet1998Options = {}): Sequential {
  const op = "lenet1998";
  checkOptions(op, options, ["connections", "random"]);
  const { connections: kind = "partial", random = defaultRandom() } = options;
  if (kind !== "partial" && kind !== "full") {
    throw new OptionError(op, `connections is ${describe(kind)}`, 'give "partial" or "full"');
  }
  const start = { weightInitializer: begin, biasInitializer: begin, random };
  const conv = (inChannels: number, outChannels: number, groups = 1): Conv2d =>
    new Conv2d({ inChannels, outChannels, kernelSize: 5, groups, ...start });
  return new Sequential({
    c1: conv(1, 6),
    tanh1: new ScaledTanh(),
    s2: new Subsampling(6, begin, random),
    tanh2: new ScaledTanh(),
    c3: kind === "full" ? conv(6, 16) : partialConvolution(conv),
    tanh3: new ScaledTanh(),
    s4: new Subsampling(16, begin, random),
    tanh4: new ScaledTanh(),
    c5: conv(16, 120),
    tanh5: new ScaledTanh(),
    flatten: new Flatten(),
    f6: new Linear({ inFeatures: 120, outFeatures: 84, ...start }),
    tanh6: new ScaledTanh(),
    output: new CodeDistances(),
  });
}

/**
 * The maps that see three, four and six others beside each other: in each branch the maps to be seen stand one behind the other,
 * and every filter has a group of them to itself.
 */
function partialConvolution(conv: (inChannels: number, outChannels: number, groups: number) => Module): Branches {
  const branches = [3, 4, 6].map((count) => {
    const seen = connections.filter(({ length }) => length === count);
    const gather = new Lambda((x) => take(x, seen.flat(), { axis: 1 }));
    return [
      `see${count}`,
      new Sequential({ gather, conv: conv(count * seen.length, seen.length, seen.length) }),
    ] as const;
  });
  return new Branches(Object.fromEntries(branches));
}
