import { describe, expect, test } from "vitest";
import { display } from "../../../lib/mime.ts";
import { History } from "../../../lib/train/history.ts";

function trained(): History {
  const history = new History(2, 4);
  for (const [loss, accuracy] of [
    [2.5, 0.1],
    [1.5, 0.5],
  ] as const) {
    history.record(loss, accuracy);
  }
  const validation = { loss: 1.25, accuracy: 0.625 };
  history.epochs.push({ epoch: 1, steps: 2, train: history.since(0), validation, seconds: 1.5 });
  return history;
}

describe("a history", () => {
  test("averages over steps", () => {
    expect(trained().since(0)).toEqual({ loss: 2, accuracy: 0.3 });
    expect(trained().since(1)).toEqual({ loss: 1.5, accuracy: 0.5 });
  });

  test("says how far and how good in one line, and a line an epoch", () => {
    // smoothed loss: (0.1 · 2.5 · 0.9 + 0.1 · 1.5) / (0.1 · 0.9 + 0.1) = 1.9737
    expect(`${trained()}`.split("\n")).toEqual([
      "epoch 2 of 2 · step 2 of 4 · loss 1.9737 · validation accuracy 62.50 %",
      "epoch 1: loss 2.0000, accuracy 30.00 %, validation loss 1.2500, accuracy 62.50 %, 1.5 s",
    ]);
  });

  test("draws itself as a figure with a static picture and words, also before the first step", () => {
    const bundle = trained()[display]();
    const figure = bundle["application/vnd.plotly.v1+json"] as { data: { name: string; y: number[] }[] };
    expect(figure.data.map(({ name }) => name)).toEqual(["each step", "training", "validation"]);
    expect(figure.data[0]!.y).toEqual([2.5, 1.5]);
    expect(bundle["image/svg+xml"]).toContain("<svg");
    expect(bundle["text/plain"]).toContain("epoch 1: loss 2.0000");
    expect(new History(1, 10)[display]()["text/plain"]).toBe("epoch 1 of 1 · step 0 of 10");
  });
});
