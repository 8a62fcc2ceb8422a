/** Programs that build a network layer by layer and run it, with sizes that the compiler knows or with plain numbers. */

/** How a size is written: as it is, or so that the compiler forgets it. */
type Size = (size: number) => string;

const literal: Size = (size) => `${size}`;
const plain: Size = (size) => `${size} as number`;

const conv = (n: Size, from: number, to: number, side: number, step = 1): string =>
  `new Conv2d({ inChannels: ${n(from)}, outChannels: ${n(to)}, kernelSize: ${n(side)}, stride: ${n(step)}, padding: ${n((side - 1) / 2)} })`;
const linear = (n: Size, from: number, to: number): string =>
  `new Linear({ inFeatures: ${n(from)}, outFeatures: ${n(to)} })`;

/** VGG16 (Simonyan and Zisserman, 2015, table 1, D): 13 convolutions, 5 poolings and 3 linear layers in one list. */
function vgg16(n: Size): string {
  const layers: string[] = [];
  let channels = 3;
  for (const [filters, count] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ] as const) {
    for (let i = 0; i < count; i++, channels = filters) layers.push(conv(n, channels, filters, 3), "new ReLU()");
    layers.push(`new MaxPool2d({ kernelSize: ${n(2)} })`);
  }
  layers.push("new Flatten()", linear(n, 25088, 4096), "new ReLU()", "new Dropout()");
  layers.push(linear(n, 4096, 4096), "new ReLU()", "new Dropout()", linear(n, 4096, 1000));
  return `new Sequential(${layers.join(", ")})`;
}

/** ResNet-50 (He et al., 2016, table 1): 16 blocks of three convolutions, each with its normalisation, and what goes past. */
function resnet50(n: Size): string {
  const normed = (from: number, to: number, side: number, step = 1): string[] => [
    conv(n, from, to, side, step),
    `new BatchNorm2d({ channels: ${n(to)} })`,
  ];
  const layers = [
    ...normed(3, 64, 7, 2),
    "new ReLU()",
    `new MaxPool2d({ kernelSize: ${n(3)}, stride: ${n(2)}, padding: ${n(1)} })`,
  ];
  let channels = 64;
  for (const [stage, count] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage;
    for (let i = 0; i < count; i++, channels = 4 * width) {
      const step = i === 0 && stage > 0 ? 2 : 1;
      const body = [
        ...normed(channels, width, 1),
        "new ReLU()",
        ...normed(width, width, 3, step),
        "new ReLU()",
        ...normed(width, 4 * width, 1),
      ];
      const past = i === 0 ? `, shortcut: new Sequential(${normed(channels, 4 * width, 1, step).join(", ")})` : "";
      layers.push(`new Residual({ body: new Sequential(${body.join(", ")})${past}, activation: new ReLU() })`);
    }
  }
  layers.push("new GlobalAveragePool2d()", linear(n, 2048, 1000));
  return `new Sequential(${layers.join(", ")})`;
}

const imports =
  'import { BatchNorm2d, Conv2d, Dropout, Flatten, GlobalAveragePool2d, Linear, MaxPool2d, ReLU, Residual, Sequential, zeros, type Tensor } from "stridelab";';

const programs = (network: (n: Size) => string) => ({
  typed: `${imports}\nconst net = ${network(literal)};\nexport const scores: Tensor<readonly [8, 1000]> = net.forward(zeros([8, 3, 224, 224]));\n`,
  plain: `${imports}\nconst net = ${network(plain)};\nconst images: Tensor = zeros([8, 3, 224, 224]);\nexport const scores: Tensor = net.forward(images);\n`,
});

export const networks = { VGG16: programs(vgg16), "ResNet-50": programs(resnet50) };
