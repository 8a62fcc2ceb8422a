import { ReLU } from "../nn/activation.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Branches } from "../nn/branches.ts";
import { Conv2d, type Conv2dOptions } from "../nn/conv2d.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Random } from "../random.ts";

/** The two ways in which GoogLeNet is built. */
export interface InceptionStyle {
  /** Whether convolutions are normalised, and have no bias then. */
  readonly batchNorm: boolean;
  /** Side of the widest windows. */
  readonly wide: 3 | 5;
  readonly random: Random;
}

/** A row of the paper's table 1: how many filters each branch has, and those before it. */
export type InceptionFilters = readonly [
  one: number,
  threeReduce: number,
  three: number,
  wideReduce: number,
  wide: number,
  pool: number,
];

/** A convolution, normalised in one of the styles, and rectified. */
export function unit(options: Conv2dOptions, { batchNorm, random }: InceptionStyle): Sequential {
  const conv = new Conv2d({ ...options, bias: !batchNorm, random });
  // torchvision's epsilon, TensorFlow's habit
  const bn = new BatchNorm2d({ channels: options.outChannels, epsilon: 1e-3 });
  return batchNorm ? new Sequential({ conv, bn, relu: new ReLU() }) : new Sequential({ conv, relu: new ReLU() });
}

/** How many channels come out of a module. */
export function channelsOf([one, , three, , wide, pool]: InceptionFilters): number {
  return one + three + wide + pool;
}

/**
 * The Inception module (Szegedy et al., 2015, fig. 2b): windows of several sides beside each other, dear ones on fewer
 * channels, which a 1 × 1 convolution makes before them.
 */
export function inception(inChannels: number, filters: InceptionFilters, style: InceptionStyle): Branches {
  const [one, threeReduce, three, wideReduce, wide, pool] = filters;
  const narrow = (outChannels: number) => unit({ inChannels, outChannels, kernelSize: 1 }, style);
  const windows = (from: number, outChannels: number, kernelSize: number) =>
    unit({ inChannels: from, outChannels, kernelSize, padding: (kernelSize - 1) / 2 }, style);
  return new Branches({
    branch1: narrow(one),
    branch2: new Sequential(narrow(threeReduce), windows(threeReduce, three, 3)),
    branch3: new Sequential(narrow(wideReduce), windows(wideReduce, wide, style.wide)),
    branch4: new Sequential(new MaxPool2d({ kernelSize: 3, stride: 1, padding: 1 }), narrow(pool)),
  });
}
