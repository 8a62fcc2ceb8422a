import { describe, expect, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { LabelledImages } from "../../../lib/data/images.ts";
import { InterruptedError, NumericError } from "../../../lib/errors.ts";
import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { MaxPool2d } from "../../../lib/nn/pool2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { Random } from "../../../lib/random.ts";
import { zeros } from "../../../lib/tensor/create.ts";
import { evaluate } from "../../../lib/train/evaluate.ts";
import { fit } from "../../../lib/train/fit.ts";

const train = digits({ count: 200 });

function smallNet() {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 5, stride: 2, random }),
    relu: new ReLU(),
    pool: new MaxPool2d({ kernelSize: 2 }),
    flatten: new Flatten(),
    fc: new Linear({ inFeatures: 144, outFeatures: 10, random }),
  });
}
const weights = (net: Sequential): number[] => net.parameters().flatMap(({ data }) => [...data]);

describe("fit", () => {
  test("learns: the loss of a small net on 200 digits falls to a fraction", async () => {
    const net = smallNet();
    const history = await fit(net, train, {
      optimizer: new Adam(net.parameters(), { learningRate: 0.01 }),
      epochs: 8,
      batchSize: 20,
    });
    expect(history.steps).toBe(80);
    expect(history.epochs).toHaveLength(8);
    expect(history.epochs.at(-1)!.train.loss).toBeLessThan(history.epochs[0]!.train.loss / 4);
    expect((await evaluate(net, train)).accuracy).toBeGreaterThan(0.95);
  });

  test("one seed gives the same bits, another does not", async () => {
    const run = async (seed: number): Promise<number[]> => {
      const net = smallNet();
      await fit(net, train, {
        optimizer: new SGD(net.parameters(), { learningRate: 0.05, momentum: 0.9 }),
        batchSize: 32,
        seed,
      });
      return weights(net);
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  test("the last batch may be smaller, and epochs are means over steps", async () => {
    const net = smallNet();
    const history = await fit(net, train.slice(0, 50), {
      optimizer: new SGD(net.parameters(), { learningRate: 0.01 }),
      batchSize: 32,
    });
    expect(history.steps).toBe(2);
    expect(history.epochs[0]!.train.loss).toBeCloseTo((history.losses[0]! + history.losses[1]!) / 2, 12);
  });

  test("validation is measured after each epoch, and does not change what is learned", async () => {
    const plain = smallNet();
    const checked = smallNet();
    await fit(plain, train, { optimizer: new Adam(plain.parameters()), epochs: 2 });
    const history = await fit(checked, train, {
      optimizer: new Adam(checked.parameters()),
      epochs: 2,
      validation: train.slice(0, 60),
    });
    expect(weights(checked)).toEqual(weights(plain));
    const after = await evaluate(checked, train.slice(0, 60));
    expect(history.epochs[1]!.validation).toEqual({ loss: after.loss, accuracy: after.accuracy });
  });

  test("callbacks see the state, may change the learning rate, and may stop", async () => {
    const net = smallNet();
    const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
    const seen: string[] = [];
    const history = await fit(net, train, {
      optimizer,
      epochs: 5,
      batchSize: 100,
      onStep: ({ step, epoch }) => {
        seen.push(`step ${step} of epoch ${epoch}`);
        optimizer.learningRate /= 2;
      },
      onEpoch: ({ epoch }) => (epoch === 2 ? "stop" : undefined),
    });
    expect(seen).toEqual(["step 1 of epoch 1", "step 2 of epoch 1", "step 3 of epoch 2", "step 4 of epoch 2"]);
    expect(optimizer.learningRate).toBeCloseTo(0.01 / 16, 12);
    expect(history.epochs).toHaveLength(2);
  });

  test("the loop gives way, so that timers run while it trains", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const net = smallNet();
    await fit(net, train, { optimizer: new SGD(net.parameters(), { learningRate: 0.01 }), epochs: 100 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});

describe("a picture of training", () => {
  const symbol = Symbol.for("Jupyter.live");
  const host = globalThis as Record<symbol, unknown>;

  test("is opened where the kernel draws live values, updated by steps, and closed also after an error", async () => {
    const calls: string[] = [];
    const before = host[symbol];
    host[symbol] = () => ({ update: () => calls.push("update"), close: () => calls.push("close") });
    const run = (onStep: () => void) => {
      const net = smallNet();
      return fit(net, train, { optimizer: new SGD(net.parameters(), { learningRate: 0.01 }), batchSize: 100, onStep });
    };
    try {
      await run(() => {});
      expect(calls).toEqual(["update", "update", "close"]);
      const broken = run(() => {
        throw new Error("mine");
      });
      await expect(broken).rejects.toThrow("mine");
      expect(calls.at(-1)).toBe("close");
    } finally {
      host[symbol] = before;
    }
  });
});

describe("an interrupt", () => {
  const symbol = Symbol.for("Jupyter.interrupt");
  const host = globalThis as Record<symbol, unknown>;

  test("stops between two steps: the weights are those of the last whole one", async () => {
    const whole = smallNet();
    const options = { batchSize: 40, seed: 5 };
    await fit(whole, train, {
      ...options,
      optimizer: new Adam(whole.parameters()),
      onStep: ({ step }) => (step === 3 ? "stop" : undefined),
    });
    const net = smallNet();
    let looks = 0;
    host[symbol] = { requested: () => ++looks > 7 }; // fit and the optimiser look once a step each: in the fourth
    try {
      const stopped = fit(net, train, { ...options, optimizer: new Adam(net.parameters()) });
      await expect(stopped).rejects.toThrow(InterruptedError);
      await expect(stopped).rejects.toThrow(/stopped after step 3 of 5, in epoch 1/);
    } finally {
      delete host[symbol];
    }
    expect(weights(net)).toEqual(weights(whole));
  });

  test("stops an evaluation too, and says how far it came", async () => {
    let looks = 0;
    host[symbol] = { requested: () => ++looks > 1 };
    try {
      await expect(evaluate(smallNet(), train, { batchSize: 50 })).rejects.toThrow(/after 50 of 200 examples/);
    } finally {
      delete host[symbol];
    }
  });
});

describe("a loss that is not finite", () => {
  const run = (net: Sequential, examples = train, learningRate = 0.01) =>
    fit(net, examples, { optimizer: new SGD(net.parameters(), { learningRate }), batchSize: 100, epochs: 3 });

  test("says the step, the parameter that an earlier step spoiled, and what to try", async () => {
    const failed = run(smallNet(), train, 1e39);
    await expect(failed).rejects.toThrow(NumericError);
    await expect(failed).rejects.toThrow(
      /the loss is (NaN|Infinity) at step [23] of 6; parameter \S+ holds (NaN|infinity) already[\s\S]*lower the learning rate \(it is 1e\+39; try 1e\+38\)/,
    );
  });

  test("says the layer that was first, where the weights are finite", async () => {
    const net = smallNet();
    net.layers.fc.weights.data.fill(1e38);
    net.layers.fc.bias!.data.fill(1e38);
    await expect(run(net)).rejects.toThrow(/at step 1 of 6; layer fc \(Linear\) gives (NaN|infinity) first/);
  });

  test("says so where the images themselves are not finite", async () => {
    const images = zeros([10, 1, 28, 28]);
    images.data[1000] = Number.NaN;
    const spoiled = new LabelledImages(images, train.slice(0, 10).labels);
    await expect(run(smallNet(), spoiled)).rejects.toThrow(/the batch's images hold NaN/);
  });
});

describe("bad options", () => {
  const net = smallNet();
  const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });

  test.each([
    [{ optimizer, epoch: 2 }, /unknown option "epoch"/],
    [{ optimizer, epochs: 0 }, /epochs is 0/],
    [{ optimizer, batchSize: 1.5 }, /batchSize is 1\.5/],
    [{}, /optimizer is missing/],
  ])("%# are refused by name", async (options, message) => {
    await expect(fit(net, train, options as never)).rejects.toThrow(message);
  });

  test("no examples are refused", async () => {
    await expect(fit(net, train.slice(0, 0), { optimizer })).rejects.toThrow(/there are no examples/);
  });
});
