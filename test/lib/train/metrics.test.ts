import { describe, expect, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { evaluate } from "../../../lib/train/evaluate.ts";
import { accuracy, type GatheredMetric, topKAccuracy } from "../../../lib/train/metrics.ts";
import { network } from "./runs.ts";

const scores = tensor([
  [0, 2, 1, -1],
  [3, 1, 0, 2],
  [1, 1, 1, 1],
]);
const classes = (...labels: number[]) => tensor(labels, [labels.length] as const, "int32");

describe("the accuracy", () => {
  test("is the part whose label has the largest score, the first of equal ones", () => {
    expect(accuracy(scores, classes(1, 0, 0))).toBe(1);
    expect(accuracy(scores, classes(2, 0, 1))).toBeCloseTo(1 / 3, 15);
  });

  test("among the first k counts a label that fewer than k scores surpass", () => {
    const labels = classes(2, 2, 2);
    expect([1, 2, 3, 4].map((k) => topKAccuracy(k)(scores, labels))).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(topKAccuracy(1)(scores, classes(1, 0, 0))).toBe(accuracy(scores, classes(1, 0, 0)));
  });

  test("takes a score that is not a number for the largest, as argmax does", () => {
    const spoilt = tensor([[5, Number.NaN, Number.NaN]]);
    for (const label of [0, 1, 2])
      expect(topKAccuracy(1)(spoilt, classes(label))).toBe(accuracy(spoilt, classes(label)));
    expect([0, 1, 2].map((label) => topKAccuracy(2)(spoilt, classes(label)))).toEqual([0, 1, 1]);
  });

  test("is refused for labels that are not one class number an example", () => {
    expect(() => accuracy(scores, classes(1, 2))).toThrow(/there is not one label an example/);
    expect(() => topKAccuracy(1)(scores, tensor([1, 0, 0]) as never)).toThrow(/\[N, K\] and labels \[N\], int32/);
    expect(() => topKAccuracy(0)).toThrow(/k is 0/);
  });
});

describe("an evaluation", () => {
  const [net, examples] = [network(), digits({ count: 50 })];

  /** Of both halves of the classes, the part that was recognised: no mean over examples. */
  const balanced: GatheredMetric = {
    start() {
      const [hits, all] = [
        [0, 0],
        [0, 0],
      ];
      return {
        add(given, labels) {
          for (const [i, label] of labels.data.entries()) {
            const half = label < 5 ? 0 : 1;
            const row = [...given.data.subarray(10 * i, 10 * i + 10)];
            all[half]!++;
            if (row.indexOf(Math.max(...row)) === label) hits[half]!++;
          }
        },
        value: () => (hits[0]! / all[0]! + hits[1]! / all[1]!) / 2,
      };
    },
  };

  test("measures what it is asked for, whatever the size of batches", async () => {
    const metrics = { "top 3": topKAccuracy(3), balanced, first: accuracy };
    const [whole, cut] = [
      await evaluate(net, examples, { metrics }),
      await evaluate(net, examples, { metrics, batchSize: 7 }),
    ];
    expect(Object.keys(whole.metrics)).toEqual(["top 3", "balanced", "first"]);
    expect(whole.metrics.first).toBe(whole.accuracy);
    expect(whole.metrics["top 3"]).toBeGreaterThan(whole.accuracy);
    expect(cut.metrics.balanced).toBe(whole.metrics.balanced);
    // 50 examples in batches of 7: a few roundings of a sum of eight
    expect(Math.abs(cut.metrics["top 3"]! - whole.metrics["top 3"]!)).toBeLessThan(1e-14);
    expect(`${whole}`).toMatch(/^loss \d+\.\d{4}, accuracy \d+\.\d\d %, top 3 0\.\d{4}, balanced \d/);
  });

  test("knows which classes were taken for which", async () => {
    const result = await evaluate(net, examples);
    const confusion = result.confusion({ classes: 10 });
    expect(confusion.accuracy).toBe(result.accuracy);
    expect(confusion.counts.data.reduce((sum, count) => sum + count, 0)).toBe(50);
  });

  test.each([
    [{ loss: accuracy }, /a metric is called "loss"/],
    [{ "top 5": 5 }, /the metric "top 5" is 5/],
    [[topKAccuracy(5)], /metrics is a plain array/],
    [{ none: () => undefined }, /the metric "none" gives undefined/],
    [{ later: async () => 1 }, /the metric "later" gives an object of class Promise/],
  ])("refuses metrics that are none (%#)", async (metrics, message) => {
    await expect(evaluate(net, examples, { metrics: metrics as never })).rejects.toThrow(message);
  });
});
