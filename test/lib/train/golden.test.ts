import { describe, expect, test } from "vitest";
import {
  Adam,
  AdamW,
  add,
  averagePool2d,
  BatchNorm2d,
  backward,
  Conv2d,
  crossEntropy,
  flatten,
  GroupNorm,
  gelu,
  globalAveragePool2d,
  Linear,
  Module,
  maxPool2d,
  type Optimizer,
  type Parameter,
  relu,
  SGD,
  type Tensor,
  tanh,
  tensor,
} from "../../../lib/index.ts";
import training from "../../golden/training.json" with { type: "json" };

/** Three networks and what PyTorch makes of them, as `test/golden/train_golden.py` describes and computes them. */
const [steps, batch, batches, side, classes] = [20, 16, 4, 12, 10];

/** Uniform between -1/2 and 1/2. */
function numbers(seed: number, count: number): number[] {
  let state = Math.imul(seed, 2654435761);
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

interface Batch {
  readonly x: Tensor<readonly [16, 1, 12, 12]>;
  readonly labels: Tensor<readonly [number], "int32">;
}

/** Noise over a bright square whose place is the class. */
function batchOf(number: number): Batch {
  const pixels = numbers(100 + number, batch * side * side);
  const labels = Array.from({ length: batch }, (_, i) => (7 * i + 3 * number) % classes);
  for (const [image, label] of labels.entries()) {
    const [top, left] = [4 * Math.floor(label / 4), 3 * (label % 4)];
    for (let i = 0; i < 9; i++) pixels[(image * side + top + Math.floor(i / 3)) * side + left + (i % 3)]! += 1;
  }
  return { x: tensor(pixels, [16, 1, 12, 12]), labels: tensor(labels, [batch], "int32") };
}

/** Weights of the deviation √(1 / fan-in), biases and shifts a tenth of the formula's numbers, scales about 1. */
function start(net: Module): void {
  for (const [index, parameter] of net.parameters().entries()) {
    const drawn = numbers(index + 1, parameter.size);
    const [outputs = 1, ...rest] = parameter.shape as readonly number[];
    const middle = parameter.data.every((value) => value === 1) ? 1 : 0;
    const deviation = Math.sqrt((12 * outputs) / parameter.size);
    parameter.assign(drawn.map((value) => (rest.length > 0 ? value * deviation : 0.1 * value + middle)));
  }
}

class LeNet extends Module {
  readonly conv1 = new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 5, padding: 2 });
  readonly conv2 = new Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 3 });
  readonly fc1 = new Linear({ inFeatures: 32, outFeatures: 24 });
  readonly fc2 = new Linear({ inFeatures: 24, outFeatures: classes });

  override forward(x: Tensor): Tensor {
    const pooled = maxPool2d(tanh(this.conv1.forward(x)), { kernelSize: 2 });
    const rows = flatten(averagePool2d(relu(this.conv2.forward(pooled)), { kernelSize: 2 }));
    return this.fc2.forward(relu(this.fc1.forward(rows)));
  }
}

class Residual extends Module {
  readonly stem = new Conv2d({ inChannels: 1, outChannels: 8, kernelSize: 3, padding: 1, stride: 2, bias: false });
  readonly norm0 = new BatchNorm2d({ channels: 8 });
  readonly conv1 = new Conv2d({ inChannels: 8, outChannels: 8, kernelSize: 3, padding: 1, bias: false });
  readonly norm1 = new BatchNorm2d({ channels: 8 });
  readonly conv2 = new Conv2d({ inChannels: 8, outChannels: 8, kernelSize: 3, padding: 1, bias: false });
  readonly norm2 = new BatchNorm2d({ channels: 8 });
  readonly fc = new Linear({ inFeatures: 8, outFeatures: classes });

  override forward(x: Tensor): Tensor {
    const stem = relu(this.norm0.forward(this.stem.forward(x)));
    const inner = relu(this.norm1.forward(this.conv1.forward(stem)));
    const out = add(this.norm2.forward(this.conv2.forward(inner)), stem);
    return this.fc.forward(globalAveragePool2d(relu(out)));
  }
}

class Modern extends Module {
  readonly patches = new Conv2d({ inChannels: 1, outChannels: 12, kernelSize: 3, stride: 3 });
  readonly depthwise = new Conv2d({ inChannels: 12, outChannels: 12, kernelSize: 3, padding: 1, groups: 12 });
  readonly norm = new GroupNorm({ groups: 3, channels: 12 });
  readonly pointwise = new Conv2d({ inChannels: 12, outChannels: 16, kernelSize: 1 });
  readonly fc = new Linear({ inFeatures: 64, outFeatures: classes });

  override forward(x: Tensor): Tensor {
    const patches = gelu(this.patches.forward(x));
    const mixed = gelu(this.pointwise.forward(this.norm.forward(this.depthwise.forward(patches))));
    return this.fc.forward(flatten(maxPool2d(mixed, { kernelSize: 2 })));
  }
}

interface Recipe {
  readonly net: Module;
  readonly optimizer: (parameters: Parameter[]) => Optimizer;
  readonly labelSmoothing?: number;
}

const recipes: Record<"lenet" | "residual" | "modern", Recipe> = {
  lenet: { net: new LeNet(), optimizer: (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9 }) },
  residual: { net: new Residual(), optimizer: (p) => new Adam(p, { learningRate: 0.01 }) },
  modern: {
    net: new Modern(),
    optimizer: (p) => new AdamW(p, { learningRate: 0.01, weightDecay: 0.1 }),
    labelSmoothing: 0.1,
  },
};

describe.each(Object.entries(recipes))("PyTorch's training of the network %s", (name, recipe) => {
  const { net, optimizer, labelSmoothing = 0 } = recipe;
  const expected = training[name as keyof typeof recipes];

  test("has these losses at 20 steps, and after them in evaluation, to 5 digits", () => {
    const data = Array.from({ length: batches }, (_, number) => batchOf(number));
    start(net);
    const updates = optimizer(net.parameters());
    const losses = Array.from({ length: steps }, (_, step) => {
      const { x, labels } = data[step % batches]!;
      updates.zeroGrad();
      const loss = crossEntropy(net.forward(x), labels, { labelSmoothing });
      backward(loss);
      updates.step();
      return loss.item();
    });
    const { x, labels } = data[0]!;
    const evaluation = crossEntropy(net.eval().forward(x), labels).item();
    // Ours is float32, PyTorch's float64. Half a unit of the fifth digit, wherever it stands.
    const apart = [...expected.losses, expected.evaluation].map((value, i) =>
      Math.abs((losses[i] ?? evaluation) / value - 1),
    );
    expect(losses).toHaveLength(expected.losses.length);
    expect(Math.max(...apart)).toBeLessThan(5e-6);
  });
});
