import { expect, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { display } from "../../../lib/mime.ts";
import { AdamW } from "../../../lib/optim/adam.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { History } from "../../../lib/train/history.ts";
import { findLearningRate, LearningRateSearch } from "../../../lib/train/learning-rate.ts";
import { network, numbersOf } from "./runs.ts";

const examples = digits({ count: 64 });

test("the rates rise by the same factor, and the suggestion lies where the loss falls", async () => {
  const net = network();
  const optimizer = new SGD(net.parameters(), { learningRate: 1, momentum: 0.9 });
  const search = await findLearningRate(net, examples, { optimizer, from: 1e-5, to: 10, steps: 61, batchSize: 32 });
  const { learningRates, losses, suggestion } = search;
  for (let i = 1; i < learningRates.length; i++) {
    expect(learningRates[i]! / learningRates[i - 1]!).toBeCloseTo(10 ** 0.1, 10);
  }
  expect(losses).toHaveLength(learningRates.length);
  expect(suggestion).toBeGreaterThan(1e-4);
  expect(suggestion).toBeLessThan(1);
  expect(`${search}`).toMatch(/^suggested learning rate 0\.\d+: of learning rates from 1\.0e-5 to/);
});

test("network, streams and optimiser are as they were, also where the loss blew up or somebody asked to stop", async () => {
  const net = network();
  const optimizer = new AdamW(net.parameters(), { learningRate: 0.01 });
  await findLearningRate(net, examples, { optimizer, steps: 10 });
  net.layers.noise.eval();
  const state = () => [
    numbersOf({ net, history: new History(1, 1) }),
    JSON.stringify(net.namedGenerators().map(([, random]) => random.state)),
    JSON.stringify(net.namedModules().map(([, { training }]) => training)),
    JSON.stringify(optimizer.state()),
  ];
  const before = state();
  const { losses } = await findLearningRate(net, examples, { optimizer, to: 1e30, batchSize: 8 });
  expect(losses.length).toBeLessThan(100);
  expect(state()).toEqual(before);
  const symbol = Symbol.for("Jupyter.interrupt");
  let looks = 0;
  Object.assign(globalThis, { [symbol]: { requested: () => ++looks > 9 } });
  try {
    await expect(findLearningRate(net, examples, { optimizer })).rejects.toThrow(/stopped (after|before)/);
  } finally {
    Reflect.deleteProperty(globalThis, symbol);
  }
  expect(state()).toEqual(before);
});

test("of a curve worked out by hand the steepest fall is found, and none where there is none", () => {
  const rates = Array.from({ length: 40 }, (_, i) => 10 ** (i / 10 - 4));
  // Level, a fall about step 20 whose slope is greatest there, and a rise from step 35 on.
  const losses = rates.map((_, i) => 2 - Math.tanh((i - 20) / 4) + (i > 35 ? i - 35 : 0));
  const found = new LearningRateSearch(rates, losses, 40);
  expect(found.suggestion).toBe(rates[20]);
  expect(new LearningRateSearch(rates, rates, 40).suggestion).toBeNaN();
  expect(`${new LearningRateSearch(rates, rates, 40)}`).toMatch(/^the loss fell nowhere/);
});

test("draws itself with the suggestion on the curve", () => {
  const rates = Array.from({ length: 20 }, (_, i) => 10 ** (i / 4 - 5));
  const bundle = new LearningRateSearch(
    rates,
    rates.map((_, i) => 1 - i / 20),
    20,
  )[display]();
  const figure = bundle["application/vnd.plotly.v1+json"] as { data: { name: string }[] };
  expect(figure.data.map(({ name }) => name)).toEqual(["each step", "smoothed", "suggestion"]);
  expect(bundle["text/plain"]).toContain("suggested learning rate");
});

test.each([
  [{}, /optimizer is missing/],
  [{ from: 0 }, /from is 0/],
  [{ from: 1, to: 0.1 }, /to is 0\.1, from is 1/],
  [{ steps: 3 }, /steps is 3/],
  [{ epochs: 3 }, /unknown option "epochs"/],
])("options out of range are refused (%#)", async (options, message) => {
  const net = network();
  const optimizer = Object.keys(options).length === 0 ? undefined : new SGD(net.parameters(), { learningRate: 1 });
  await expect(findLearningRate(net, examples, { optimizer, ...options } as never)).rejects.toThrow(message);
});
