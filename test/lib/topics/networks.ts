import {
  Conv2d,
  conv2d,
  Flatten,
  flatten,
  Linear,
  linear,
  MaxPool2d,
  type Module,
  maxPool2d,
  relu,
  Sequential,
  sigmoid,
  tensor,
} from "../../../lib/index.ts";
import { image, parameter, parametersOf } from "./support.ts";

/** AlexNet by the filters of its second, fourth and fifth layer that see half of the channels each. */
export function alexNet(channels: readonly [number, number, number, number, number], groups: 1 | 2): Module {
  const [a, b, c, d, e] = channels;
  const pool = () => new MaxPool2d({ kernelSize: 3, stride: 2 });
  return new Sequential(
    ...[new Conv2d({ inChannels: 3, outChannels: a, kernelSize: 11, stride: 4, padding: a === 64 ? 2 : 0 }), pool()],
    ...[new Conv2d({ inChannels: a, outChannels: b, kernelSize: 5, padding: 2, groups }), pool()],
    new Conv2d({ inChannels: b, outChannels: c, kernelSize: 3, padding: 1 }),
    new Conv2d({ inChannels: c, outChannels: d, kernelSize: 3, padding: 1, groups }),
    ...[new Conv2d({ inChannels: d, outChannels: e, kernelSize: 3, padding: 1, groups }), pool(), new Flatten()],
    new Linear({ inFeatures: 36 * e, outFeatures: 4096 }),
    new Linear({ inFeatures: 4096, outFeatures: 4096 }),
    new Linear({ inFeatures: 4096, outFeatures: 1000 }),
  );
}

/** Of GoogLeNet's inceptions: channels in, then of 1 × 1, 3 × 3 reduced, 3 × 3, 5 × 5 reduced, 5 × 5, behind the pooling. */
export const inceptions = [
  [192, 64, 96, 128, 16, 32, 32],
  [256, 128, 128, 192, 32, 96, 64],
  [480, 192, 96, 208, 16, 48, 64],
  [512, 160, 112, 224, 24, 64, 64],
  [512, 128, 128, 256, 24, 64, 64],
  [512, 112, 144, 288, 32, 64, 64],
  [528, 256, 160, 320, 32, 128, 128],
  [832, 256, 160, 320, 32, 128, 128],
  [832, 384, 192, 384, 48, 128, 128],
] as const;

/** Weights of GoogLeNet's convolutions and biases of their channels; `wide` is the side of the widest windows. */
export function googLeNet(wide: 3 | 5): { weights: number; channels: number } {
  const convolutions = [
    [3, 64, 7],
    [64, 64, 1],
    [64, 192, 3],
    ...inceptions.flatMap(([x, one, to3, three, to5, five, pooled]) => [
      [x, one, 1],
      [x, to3, 1],
      [to3, three, 3],
      [x, to5, 1],
      [to5, five, wide],
      [x, pooled, 1],
    ]),
  ] as unknown as readonly (readonly [number, number, number])[];
  const layers = convolutions.map(([inChannels, outChannels, kernelSize]) =>
    parametersOf(() => new Conv2d({ inChannels, outChannels, kernelSize }), [inChannels, 7, 7]),
  );
  const channels = convolutions.reduce((sum, [, outChannels]) => sum + outChannels, 0);
  return { weights: layers.reduce((sum, each) => sum + each, 0) - channels, channels };
}

/** The network of A19 and A20: true convolution, rectifier, the largest, a weight of 1, the logistic function. */
export function traced() {
  const f = parameter(
    image([
      [1, 1],
      [2, 0],
    ]),
  );
  const x = image([
    [0.1, 0.2, 0.3],
    [0.4, 0.5, 0.6],
    [0.7, 0.8, 0.9],
  ]);
  const maps = relu(conv2d(x, f, { flip: true }));
  const pooled = maxPool2d(maps, { kernelSize: 2 });
  const weight = parameter(tensor([[1]], undefined, "float64"));
  const out = sigmoid(linear(flatten(pooled), weight));
  return { f, x, maps, pooled, weight, out };
}
