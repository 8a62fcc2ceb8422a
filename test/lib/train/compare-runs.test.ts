import { expect, test } from "vitest";
import { compareRuns } from "../../../lib/train/compare-runs.ts";
import { History } from "../../../lib/train/history.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "../display/support.ts";

function run(losses: readonly number[], validation: readonly number[] = []): History {
  const history = new History(1, losses.length);
  for (const loss of losses) history.record(loss, 0.5, { learningRate: loss / 10, gradientNorm: loss });
  for (const [i, loss] of validation.entries()) {
    const train = { loss, accuracy: 0.5 };
    history.epochs.push({ epoch: i + 1, steps: 10 * (i + 1), train, validation: { loss, accuracy: 0.9 }, seconds: 1 });
  }
  return history;
}

interface Trace {
  readonly name?: string;
  readonly x: number[];
  readonly y: number[];
}
const traces = (...args: Parameters<typeof compareRuns>): Trace[] =>
  (compareRuns(...args).bundle["application/vnd.plotly.v1+json"] as { data: Trace[] }).data;

test("a run of each name is a curve; several of one name are their mean in a band of a deviation", () => {
  const drawn = traces({ one: run([3, 2]), seeds: [run([1, 5, 9]), run([3, 7])] }, { smoothing: 1 });
  expect(drawn.map(({ name }) => name)).toEqual(["one", undefined, undefined, "seeds (mean ± deviation of 2)"]);
  const [one, low, high, mean] = drawn;
  expect(one!.y).toEqual([3, 2]);
  expect([mean!.x, mean!.y]).toEqual([
    [1, 2],
    [2, 6],
  ]); // as far as both go
  expect([low!.y, high!.y]).toEqual([
    [2 - Math.SQRT2, 6 - Math.SQRT2].map((y) => expect.closeTo(y, 12)),
    [2 + Math.SQRT2, 6 + Math.SQRT2].map((y) => expect.closeTo(y, 12)),
  ]);
});

test("a band that reaches below zero ends at the curve on a logarithmic axis, and is not lost", () => {
  const [low] = traces({ a: [run([1]), run([9])] });
  expect(low!.y).toEqual([5]); // 5 ± 5.66
});

test("values on the validation set are drawn where they were measured, not smoothed", () => {
  const [drawn] = traces({ a: run([1, 1], [4, 3]) }, { validation: true });
  expect([drawn!.x, drawn!.y]).toEqual([
    [10, 20],
    [4, 3],
  ]);
});

test("learning rates are drawn as they were, losses smoothed as asked", () => {
  expect(traces({ a: run([1, 3]) }, { of: "learning rate" })[0]!.y).toEqual([0.1, 0.3]);
  const [half] = traces({ a: run([1, 3]) }, { smoothing: 0.5 });
  expect(half!.y[1]).toBeCloseTo((0.25 * 1 + 0.5 * 3) / 0.75, 12);
});

test("an empty history and one step are drawn, names never executed", () => {
  const { bundle } = compareRuns({ empty: run([]), [hostile]: run([1]), none: [run([]), run([])] });
  const svg = formOf(bundle, "image/svg+xml");
  expectWellFormed(svg);
  expectHarmless(svg);
  expect(bundle["text/plain"]).toContain("no values yet");
});

test.each<[string, () => unknown, string]>([
  ["no runs", () => compareRuns({}), "there are no runs"],
  ["a list", () => compareRuns([run([1])] as never), "the runs are a plain array"],
  ["one history", () => compareRuns(run([1]) as never), "the runs are an object of class History"],
  ["no seeds", () => compareRuns({ a: [] }), '"a" has no run'],
  ["a number", () => compareRuns({ a: 5 as never }), '"a" is 5, not what fit gave'],
  ["an unknown curve", () => compareRuns({ a: run([1]) }, { of: "x" }), "there is no curve of"],
  [
    "a rate on the validation set",
    () => compareRuns({ a: run([1]) }, { of: "learning rate", validation: true }),
    "not measured",
  ],
  ["no smoothing", () => compareRuns({ a: run([1]) }, { smoothing: 0 }), "smoothing is 0"],
])("refuses %s in words", (_, f, words) => {
  expect(f).toThrow(words);
});
