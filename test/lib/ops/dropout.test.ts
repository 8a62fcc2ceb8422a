import { expect, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { Dropout, Dropout2d } from "../../../lib/nn/dropout.ts";
import { seed } from "../../../lib/nn/init.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { dropout, dropout2d } from "../../../lib/ops/dropout.ts";
import { threads } from "../../../lib/ops/settings.ts";
import { Random } from "../../../lib/random.ts";
import { ones, tensor, zeros } from "../../../lib/tensor/create.ts";

test("drops as many as the probability says, and scales the others so that the sum keeps its size", () => {
  const out = dropout(ones([100_000]), { probability: 0.2, random: new Random(1) });
  const dropped = out.data.filter((value) => value === 0).length;
  // binomial: deviation √(100,000 · 0.2 · 0.8) = 126; five of them
  expect(Math.abs(dropped - 20_000)).toBeLessThan(630);
  expect(new Set(out.data)).toEqual(new Set([0, Math.fround(1 / 0.8)]));
});

test("the gradient flows through what was kept alone, scaled alike", () => {
  const x = Object.assign(ones([1000]), { requiresGrad: true });
  const out = dropout(x, { random: new Random(2) });
  backward(out, ones([1000]));
  expect([...x.grad!.data]).toEqual([...out.data]);
});

test("dropout2d drops whole maps", () => {
  const x = Object.assign(ones([8, 16, 3, 3]), { requiresGrad: true });
  const out = dropout2d(x, { probability: 0.5, random: new Random(3) });
  const maps = Array.from({ length: 128 }, (_, i) => new Set(out.data.slice(9 * i, 9 * i + 9)));
  expect(maps.every(({ size }) => size === 1)).toBe(true);
  expect(new Set(maps.flatMap((values) => [...values]))).toEqual(new Set([0, 2]));
  backward(out, ones([8, 16, 3, 3]));
  expect([...x.grad!.data]).toEqual([...out.data]);
});

test("in evaluation, and with probability 0, the input comes back itself; with probability 1 nothing is left", () => {
  const x = ones([4]);
  expect(dropout(x, { training: false })).toBe(x);
  expect(dropout(x, { probability: 0 })).toBe(x);
  expect([...dropout(x, { probability: 1 }).data]).toEqual([0, 0, 0, 0]);
});

test("NaN stays NaN where it is dropped, as in PyTorch", () => {
  const x = tensor(Array.from({ length: 100 }, () => Number.NaN));
  expect(dropout(x, { random: new Random(1) }).data.every(Number.isNaN)).toBe(true);
});

test("the same stream drops the same on one thread and on many", () => {
  const before = threads();
  const run = (count: number) => {
    threads(count);
    return [...dropout(ones([200_000]), { random: new Random(7) }).data];
  };
  expect(run(2)).toEqual(run(1));
  threads(before);
});

test("shapes without numbers leave the stream where it is", () => {
  const random = new Random(4);
  const { state } = random;
  expect(shapesOnly(() => dropout(zeros([3, 4]), { random })).shape).toEqual([3, 4]);
  expect(random.state).toEqual(state);
});

test("layers have streams of their own, which seed fixes and weights do not notice", () => {
  const build = () => {
    seed(5);
    return new Sequential({
      drop1: new Dropout(),
      fc: new Linear({ inFeatures: 4, outFeatures: 4 }),
      drop2: new Dropout(),
    });
  };
  const [first, second] = [build(), build()];
  const x = ones([1, 64]);
  const drawn = [first.layers.drop1, second.layers.drop1, first.layers.drop2].map(
    (layer) => `${layer.forward(x).data}`,
  );
  expect(drawn[0]).toBe(drawn[1]);
  expect(drawn[0]).not.toBe(drawn[2]);
  seed(5);
  expect(new Linear({ inFeatures: 4, outFeatures: 4 }).weights.data).toEqual(first.layers.fc.weights.data);
  expect(first.namedGenerators().map(([name]) => name)).toEqual(["drop1.random", "drop2.random"]);
});

test("a layer goes on in its stream from pass to pass, does nothing in evaluation, and can be put back", () => {
  const layer = new Dropout2d({ probability: 0.5, random: new Random(6) });
  const x = ones([4, 16, 1, 1]);
  const { state } = layer.random;
  const first = [...layer.forward(x).data];
  expect([...layer.forward(x).data]).not.toEqual(first);
  layer.random.restore(state);
  expect([...layer.forward(x).data]).toEqual(first);
  expect(layer.eval().forward(x)).toBe(x);
});

test.each<[string, () => unknown, RegExp]>([
  [
    "a probability beyond 1",
    () => dropout(ones([2]), { probability: 1.5 }),
    /dropout: probability is 1.5\n.*from 0 to 1/,
  ],
  ["a number as option", () => new Dropout(0.5 as never), /Dropout: the options are 0.5/],
  ["Keras' name of an option", () => new Dropout({ rate: 0.5 } as never), /unknown option "rate"/],
  ["a seed as generator", () => new Dropout({ random: 3 as never }), /random is 3\n.*new Random\(1\)/],
  [
    "rows given to dropout2d",
    () => dropout2d(zeros([2, 3])),
    /dropout2d: the input has no feature maps[\s\S]*use dropout/,
  ],
])("%s: an error that says what would fit", (_name, call, message) => {
  expect(call).toThrow(message);
});
