import { expect, test } from "vitest";
import {
  backward,
  Conv2d,
  crossEntropy,
  Flatten,
  type Layers,
  Linear,
  MaxPool2d,
  Module,
  noGrad,
  Random,
  ReLU,
  relu,
  Sequential,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";
import { uniform } from "../compute/support.ts";

const layers = () => {
  const random = new Random(5);
  return {
    conv1: new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 3, padding: 1, random }),
    relu1: new ReLU(),
    pool: new MaxPool2d({ kernelSize: 2 }),
    conv2: new Conv2d({ inChannels: 4, outChannels: 6, kernelSize: 3, random, bias: false }),
    relu2: new ReLU(),
    flatten: new Flatten(),
    linear: new Linear({ inFeatures: 6 * 16, outFeatures: 8, random }),
    relu3: new ReLU(),
    out: new Linear({ inFeatures: 8, outFeatures: 3, random }),
  };
};

const batch = () => tensor(uniform(5 * 144, 1), [5, 1, 12, 12]);
const labels = () => tensor(Int32Array.of(0, 1, 2, 1, 0), [5], "int32");

/** The loss and all gradients, as bits. */
function results(network: Module): number[][] {
  const loss = crossEntropy(network.forward(batch()), labels());
  backward(loss);
  return [[loss.item()], ...network.parameters().map(({ grad }) => [...grad!.data])];
}

/** Layers run one by one by a user's own module, who may keep what is between them. */
class OneByOne extends Module {
  readonly parts = Object.values(layers());
  readonly between: Tensor[] = [];
  override forward(x: Tensor): Tensor {
    return this.parts.reduce((value, layer) => {
      this.between.push(value);
      return layer.forward(value);
    }, x);
  }
}

test("a rectifier computed with the layer before it gives the same bits, forward and back", () => {
  expect(results(new Sequential(layers()))).toEqual(results(new OneByOne()));
});

test("nested sequences give the same bits", () => {
  const { conv1, relu1, pool, conv2, relu2, ...rest } = layers();
  const nested = new Sequential(new Sequential({ conv1, relu1, pool }), conv2, relu2, new Sequential(rest));
  expect(results(nested)).toEqual(results(new OneByOne()));
});

test("what a user's own layer keeps stays as it was, in training and without gradients", () => {
  class Keeper extends Module {
    readonly kept: Tensor[] = [];
    override forward(x: Tensor): Tensor {
      const y = relu(x);
      this.kept.push(x, y);
      return y;
    }
  }
  const { conv1, relu1, pool, conv2, relu2, ...rest } = layers();
  const keeper = new Keeper();
  const network = new Sequential<Layers>({ conv1, keeper, relu1, pool, conv2, relu2, ...rest });
  const run = (f: () => void) => {
    keeper.kept.length = 0;
    f();
    return keeper.kept.map((x) => [...x.data]);
  };
  const trained = run(() => backward(crossEntropy(network.forward(batch()), labels())));
  const seen = run(() => noGrad(() => network.forward(batch())));
  for (let i = 0; i < 20; i++) network.forward(batch()); // whose numbers would lie where theirs did
  expect(trained).toEqual(seen);
  expect(trained[0]!.some((x) => x < 0)).toBe(true);
});

test("a layer whose forward was replaced is run by that", () => {
  const network = new Sequential(layers());
  let calls = 0;
  const { relu1 } = network.layers;
  const { forward } = relu1;
  Object.defineProperty(relu1, "forward", {
    value(x: Tensor) {
      calls++;
      return forward.call(relu1, x);
    },
  });
  network.forward(batch());
  expect(calls).toBe(1);
});
