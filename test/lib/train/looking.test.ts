import { expect, test } from "vitest";
import {
  Adam,
  BatchNorm2d,
  backward,
  Conv2d,
  crossEntropy,
  Flatten,
  Linear,
  MaxPool2d,
  Random,
  ReLU,
  Sequential,
  SGD,
  tensor,
} from "../../../lib/index.ts";
import { uniform } from "../compute/support.ts";

/** The weights after a few steps, in which everything was looked at or nothing. */
function train(looks: boolean, adam: boolean): number[][] {
  const random = new Random(3);
  const net = new Sequential(
    new Conv2d({ inChannels: 2, outChannels: 40, kernelSize: 3, padding: 1, random }),
    new BatchNorm2d({ channels: 40 }),
    new ReLU(),
    new MaxPool2d({ kernelSize: 2 }),
    new Flatten(),
    new Linear({ inFeatures: 40 * 36, outFeatures: 5, random }),
  );
  const parameters = net.parameters();
  const optimizer = adam
    ? new Adam(parameters, { learningRate: 0.01 })
    : new SGD(parameters, { learningRate: 0.01, momentum: 0.9, weightDecay: 0.001 });
  const images = tensor(uniform(8 * 2 * 144, 1), [8, 2, 12, 12]);
  const labels = tensor(
    Int32Array.from({ length: 8 }, (_, i) => i % 5),
    [8],
    "int32",
  );
  for (let step = 0; step < 5; step++) {
    const scores = net.forward(images);
    const loss = crossEntropy(scores, labels);
    if (looks) for (const x of [images, scores, loss, ...parameters]) expect(x.data.length).toBe(x.size);
    backward(loss);
    if (looks) for (const { grad } of parameters) expect(grad!.data.length).toBe(grad!.size);
    optimizer.step();
    optimizer.zeroGrad();
  }
  return parameters.map(({ data }) => [...data]);
}

test.each([false, true])("training has the same bits whether or not somebody looks at .data (Adam: %s)", (adam) => {
  expect(train(true, adam)).toEqual(train(false, adam));
});
