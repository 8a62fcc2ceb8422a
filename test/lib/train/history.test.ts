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

describe("the curves of a history", () => {
  const history = new History(1, 3);
  const metrics = { "top 5": 0.5 };
  for (const loss of [3, 2, 1]) history.record(loss, 0.5, { learningRate: loss / 10, gradientNorm: loss, metrics });
  const validation = { loss: 1, accuracy: 0.75, metrics: { "top 5": 0.9 } };
  history.epochs.push({ epoch: 1, steps: 3, train: history.since(0), validation, seconds: 2, examples: 100 });

  test.each([
    ["loss", "loss (nats)", ["each step", "training", "validation"]],
    ["accuracy", "accuracy (part of 1)", ["each step", "training", "validation"]],
    ["top 5", "top 5", ["each step", "training", "validation"]],
    ["learning rate", "learning rate", ["learning rate"]],
    ["gradient norm", "gradient norm", ["gradient norm"]],
  ])("%s", (of, label, names) => {
    const figure = history.chart(of)[display]()["application/vnd.plotly.v1+json"] as {
      data: { name: string }[];
      layout: { yaxis: { title: { text: string } } };
    };
    expect(figure.data.map(({ name }) => name)).toEqual(names);
    expect(figure.layout.yaxis.title.text).toBe(label);
  });

  test("that do not exist are refused by name", () => {
    expect(() => history.chart("top 3")).toThrow(/no curve of the text "top 3"[\s\S]*gradient norm, top 5/);
  });

  test("are told in a line an epoch, with the examples a second", () => {
    expect(`${history}`.split("\n")[1]).toBe(
      "epoch 1: loss 2.0000, accuracy 50.00 %, top 5 0.5000, validation loss 1.0000, accuracy 75.00 %, top 5 0.9000, 2.0 s, 50 images/s",
    );
  });
});

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
