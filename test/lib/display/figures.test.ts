import { expect, test } from "vitest";
import { lineChart } from "../../../lib/display/line-chart.ts";
import { compareRuns } from "../../../lib/train/compare-runs.ts";
import { History } from "../../../lib/train/history.ts";

function run(rate: number): History {
  const history = new History(2, 6);
  for (let i = 0; i < 6; i++) history.record(2 / (1 + rate * i), i / 6, { learningRate: 0.1, gradientNorm: 1 });
  for (const epoch of [1, 2]) {
    const score = { loss: 1 / epoch, accuracy: epoch / 3 };
    history.epochs.push({ epoch, steps: 3 * epoch, train: score, validation: score, seconds: 1 });
  }
  return history;
}

// What plotly is given is read by front ends of several versions: a change of it is a decision (vitest -u writes it down).
test.each([
  [
    "curves",
    lineChart({
      title: "a < b",
      x: { label: "x" },
      y: { label: "y", scale: "log" },
      series: [{ name: "a", y: [1, 0, 100] }],
    }),
  ],
  ["no-points", lineChart({ x: { label: "x" }, y: { label: "y" }, series: [] })],
  ["history", run(1).chart()],
  ["seeds", compareRuns({ seeds: [run(1), run(2)], one: run(3) })],
])("the figure of %s is the one written down", async (name, { bundle }) => {
  const figure = `${JSON.stringify(bundle["application/vnd.plotly.v1+json"], null, 1)}\n`;
  await expect(figure).toMatchFileSnapshot(`golden/${name}.json`);
});
