import { describe, expect, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { cosineDecay } from "../../../lib/optim/cosine.ts";
import { ReduceOnPlateau } from "../../../lib/optim/plateau.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { Random } from "../../../lib/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { evaluate } from "../../../lib/train/evaluate.ts";
import { fit } from "../../../lib/train/fit.ts";
import type { FitOptions } from "../../../lib/train/fit-options.ts";
import { topKAccuracy } from "../../../lib/train/metrics.ts";

const examples = digits({ count: 64 });

const linear = () => {
  const fc = new Linear({ inFeatures: 784, outFeatures: 10, random: new Random(1) });
  return new Sequential({ flatten: new Flatten(), fc });
};

const train = (options: Partial<FitOptions> = {}, net = linear()) => {
  const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
  return fit(net, examples, { optimizer, batchSize: 16, live: false, ...options });
};

describe("a schedule", () => {
  test("sets the learning rate of every step, and the history records it", async () => {
    const schedule = cosineDecay({ learningRate: 0.1, steps: 8 });
    const { learningRates } = await train({ epochs: 2, schedule });
    expect(learningRates).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(schedule));
  });

  test("on a plateau is asked after each epoch, by the validation set's value of what it watches", async () => {
    const never = new ReduceOnPlateau({ monitor: "top 3", mode: "max", threshold: 0.99, patience: 0, factor: 0.5 });
    const metrics = { "top 3": topKAccuracy(3) };
    const { learningRates, epochs } = await train({ epochs: 3, schedule: never, metrics, validation: examples });
    expect(epochs[0]!.validation!.metrics!["top 3"]).toBeGreaterThan(0.1);
    expect(learningRates).toEqual([...Array(8).fill(0.01), ...Array(4).fill(0.005)]);
  });

  test.each([
    [{ schedule: 0.1 }, /schedule is 0\.1/],
    [{ schedule: () => undefined }, /the schedule gives undefined at step 0/],
    [{ schedule: (step: number) => (step < 2 ? 0.1 : Number.NaN) }, /the schedule gives NaN at step 2/],
    [{ schedule: new ReduceOnPlateau({ monitor: "top 5" }) }, /"top 5" is to be watched, and is not measured/],
  ])("that is none is refused (%#)", async (options, message) => {
    await expect(train(options as never)).rejects.toThrow(message);
  });
});

test("metrics are recorded for every step and epoch, as means over the epoch's steps", async () => {
  const { metrics, epochs } = await train({ metrics: { "top 3": topKAccuracy(3) } });
  expect(metrics["top 3"]).toHaveLength(4);
  expect(epochs[0]!.train.metrics!["top 3"]).toBeCloseTo(metrics["top 3"]!.reduce((a, b) => a + b) / 4, 15);
  expect(epochs[0]!.examples).toBe(64);
});

describe("gradients that are clipped", () => {
  test("have their length recorded as it was, and lead no further than they may", async () => {
    const net = linear();
    const before = net.parameters().map(({ data }) => data.slice());
    const { gradientNorms } = await train({ clipNorm: 0.5, onStep: () => "stop" }, net);
    expect(gradientNorms).toHaveLength(1);
    expect(gradientNorms[0]).toBeGreaterThan(0.5);
    const squares = net
      .parameters()
      .flatMap(({ data }, i) => [...data].map((value, j) => (value - before[i]![j]!) ** 2));
    // The learning rate times the norm, in single precision: of numbers of about 0.05, each rounded by 2⁻²⁹ at most
    expect(Math.sqrt(squares.reduce((a, b) => a + b))).toBeCloseTo(0.01 * 0.5, 6);
  });

  test("are left alone where they are short, and where nobody asked", async () => {
    const [clipped, plain] = [await train({ clipNorm: 1e6 }), await train()];
    expect(clipped.losses).toEqual(plain.losses);
    expect(plain.gradientNorms).toEqual([]);
    await expect(train({ clipNorm: -1 })).rejects.toThrow(/clipNorm is -1/);
  });
});

describe("early stopping", () => {
  test("ends training after so many epochs without progress, and says so", async () => {
    const history = await train({ epochs: 50, earlyStopping: { patience: 3, minDelta: 1e6 } });
    expect(history.epochs).toHaveLength(4);
    expect(history.stopped).toMatch(/^stopped after epoch 4: the best loss is epoch 1's, \d/);
    expect(`${history}`.split("\n").at(-1)).toBe(history.stopped);
  });

  test("goes on while there is progress", async () => {
    const history = await train({ epochs: 6, earlyStopping: { patience: 1 } });
    expect([history.epochs.length, history.stopped]).toEqual([6, null]);
  });

  test("leaves the weights of the best epoch where asked to, of the last one otherwise", async () => {
    for (const restoreBest of [true, false]) {
      const net = linear();
      const seen: string[] = [];
      await train(
        {
          epochs: 3,
          // The first epoch learns, later ones spoil the weights.
          schedule: (step) => (step < 4 ? 0.01 : 1e3),
          earlyStopping: { patience: 2, restoreBest },
          validation: examples,
          onEpoch: () => void seen.push(`${net.layers.fc.weights}`),
        },
        net,
      );
      expect(`${net.layers.fc.weights}`).toBe(seen[restoreBest ? 0 : 2]);
    }
  });

  test.each([
    [{}, /patience is undefined/],
    [{ patience: 1, monitor: "recall" }, /"recall" is to be watched/],
    [{ patience: 1, mode: "up" }, /mode is the text "up"/],
    [{ patience: 1, minDelta: -1 }, /minDelta is -1/],
    [{ patience: 1, best: true }, /unknown option "best"/],
  ])("with options out of range is refused (%#)", async (earlyStopping, message) => {
    await expect(train({ earlyStopping: earlyStopping as never })).rejects.toThrow(message);
  });
});

describe("callbacks", () => {
  test("are awaited, and may stop when they have waited", async () => {
    let done = 0;
    const history = await train({
      epochs: 3,
      onStep: async ({ step }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        done = step;
        return step === 5 ? "stop" : undefined;
      },
    });
    expect([done, history.steps, history.stopped]).toEqual([5, 5, "stopped after step 5 by a callback"]);
  });

  test("after an epoch are given its evaluation, with the prediction of each example", async () => {
    const counts: (number | undefined)[] = [];
    await train({ validation: examples, onEpoch: ({ validation }) => void counts.push(validation?.predictions.size) });
    await train({ onEpoch: ({ validation }) => void counts.push(validation?.predictions.size) });
    expect(counts).toEqual([64, undefined]);
  });
});

describe("labels that are no classes", () => {
  // y = 2 x₁ - x₂, found from 40 points
  const random = new Random(2);
  const points = Array.from({ length: 40 }, () => [random.normal(), random.normal()] as const);
  const dataset = {
    count: 40,
    gather: (indices: Int32Array) => ({
      images: tensor([...indices].map((i) => [...points[i]!])),
      labels: tensor([...indices].map((i) => [2 * points[i]![0] - points[i]![1]])),
    }),
  };

  test("are learned by a loss of their own, without an accuracy", async () => {
    const net = new Linear({ inFeatures: 2, outFeatures: 1, random: new Random(1) });
    const history = await fit(net, dataset, {
      optimizer: new SGD(net.parameters(), { learningRate: 0.1 }),
      loss: meanSquaredError,
      metrics: { error: (y, labels) => Math.sqrt(meanSquaredError(y, labels).item()) },
      validation: dataset,
      epochs: 40,
      batchSize: 10,
      live: false,
    });
    expect(net.weights.data[0]).toBeCloseTo(2, 3);
    expect(net.weights.data[1]).toBeCloseTo(-1, 3);
    expect(history.accuracies.every(Number.isNaN)).toBe(true);
    expect(history.epochs.at(-1)!.validation!.metrics!.error).toBeLessThan(1e-3);
    expect(`${history}`).not.toContain("accuracy");
    const result = await evaluate(net, dataset, { loss: meanSquaredError });
    expect([result.loss < 1e-6, result.accuracy, result.predictions.size]).toEqual([true, Number.NaN, 0]);
  });

  test("are refused where no loss is given", async () => {
    const net = new Linear({ inFeatures: 2, outFeatures: 1 });
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
    await expect(fit(net, dataset, { optimizer, live: false })).rejects.toThrow(
      /the labels are float32, no class numbers, and no loss is given/,
    );
  });
});
