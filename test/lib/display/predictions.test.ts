import { describe, expect, test } from "vitest";
import { classScores } from "../../../lib/display/class-scores.ts";
import { predictionBars } from "../../../lib/display/prediction-bars.ts";
import { display } from "../../../lib/mime.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "./support.ts";

describe("class scores", () => {
  const labels = [0, 0, 0, 1, 1, 2];
  const predictions = [0, 0, 1, 1, 1, 0];

  test("are those of the definition, and of scikit-learn's means", () => {
    const { scores, macro, weighted, accuracy } = classScores(labels, predictions);
    expect(scores.map(({ precision }) => precision)).toEqual([2 / 3, 2 / 3, Number.NaN]);
    expect(scores.map(({ recall }) => recall)).toEqual([2 / 3, 1, 0]);
    expect(scores.map(({ f1 }) => f1)).toEqual([2 / 3, 4 / 5, 0]);
    expect(scores.map(({ examples }) => examples)).toEqual([3, 2, 1]);
    expect(accuracy).toBe(4 / 6);
    // precision_recall_fscore_support(..., average="macro" and "weighted", zero_division=0)
    expect(macro.precision).toBeCloseTo(0.4444444, 6);
    expect(macro.f1).toBeCloseTo(0.4888889, 6);
    expect(weighted.recall).toBeCloseTo(0.6666667, 6);
    expect(weighted.f1).toBeCloseTo(0.6, 6);
  });

  test("are a table in words, and bars in a well-formed picture", () => {
    const bundle = classScores(labels, predictions, { classes: ["cat", "dog", "owl"], title: "Pets" })[display]();
    expect(formOf(bundle, "text/plain").split("\n")).toEqual([
      "Pets",
      "class            precision  recall   F1      examples",
      "───────────────  ─────────  ───────  ──────  ────────",
      "cat              66.7 %     66.7 %   66.7 %  3",
      "dog              66.7 %     100.0 %  80.0 %  2",
      "owl              -          0.0 %    0.0 %   1",
      "mean (macro)     44.4 %     55.6 %   48.9 %  6",
      "mean (weighted)  55.6 %     66.7 %   60.0 %  6",
      "Accuracy 66.67 % of 6 examples. Mean F1 over the classes 48.9 %.",
    ]);
    expectWellFormed(formOf(bundle, "image/svg+xml"));
    expect(formOf(bundle, "text/html")).toContain("The lowest F1 is that of owl, 0.0 %");
  });

  test("of a thousand classes list the worst; no examples are said; names are never executed", () => {
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const text = classScores(
      many,
      many.map((label) => (label === 7 ? 9 : label)),
    ).toString();
    expect(text).toContain("The 25 of 1,000 classes with the lowest F1");
    expect(text.split("\n")[2]).toMatch(/^7 +- +0\.0 %/);
    expect(classScores([], [], { classes: 2 }).toString()).toContain("No examples.");
    const bundle = classScores([0], [0], { classes: [hostile], title: hostile })[display]();
    expectHarmless(formOf(bundle, "text/html"));
    expectWellFormed(formOf(bundle, "image/svg+xml"));
  });
});

describe("prediction bars", () => {
  const images = zeros([2, 1, 8, 8]);
  const probabilities = tensor([
    [0.1, 0.2, 0.3, 0.4],
    [0.05, 0.6, 0.3, 0.05],
  ]);

  test("show the most probable classes, and the true one in any case", () => {
    const { bundle } = predictionBars(images, probabilities, { labels: [0, 1], top: 2, classes: ["a", "b", "c", "d"] });
    expect(formOf(bundle, "text/plain").split("\n")).toEqual([
      "true: a; d 40.0 %, c 30.0 %, a 10.0 %",
      "true: b; b 60.0 %, c 30.0 %",
      "1 of 2 right: 50.0 %. Bars: the 2 most probable classes. ✓ and blue is the true one, ✗ and orange a wrong first one.",
    ]);
    const svg = formOf(bundle, "image/svg+xml");
    expectWellFormed(svg);
    expect(svg.match(/✗ d/g)).toHaveLength(1);
    expect(svg.match(/✓ /g)!.length).toBeGreaterThanOrEqual(2);
  });

  test("without labels nothing is right or wrong", () => {
    const { bundle } = predictionBars(images, probabilities);
    expect(formOf(bundle, "text/plain")).toContain("image 0; 3 40.0 %, 2 30.0 %, 1 20.0 %");
    expect(formOf(bundle, "image/svg+xml")).not.toMatch(/[✓✗]/);
  });

  test("names are shown and never executed", () => {
    const { bundle } = predictionBars(images, probabilities, {
      classes: Array.from({ length: 4 }, () => hostile),
      labels: [0, 0],
      title: hostile,
    });
    expectHarmless(formOf(bundle, "text/html"));
    expectWellFormed(formOf(bundle, "image/svg+xml"));
  });

  test("scores before the softmax, and labels that do not fit, are refused in words", () => {
    expect(() =>
      predictionBars(
        images,
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toThrow("row 0 adds up to 3, not to 1\n  fix: give probabilities: softmax(scores)");
    expect(() =>
      predictionBars(
        images,
        tensor([
          [2, -1],
          [0, 1],
        ]),
      ),
    ).toThrow("row 0 has numbers below 0, or NaN");
    expect(() => predictionBars(images, zeros([3, 4]))).toThrow("there is not one row of probabilities an image");
    expect(() => predictionBars(images, probabilities, { labels: [0] })).toThrow("there are 1 label and 2 images");
    expect(() => predictionBars(images, probabilities, { labels: [0, 4] })).toThrow("labels[1] is 4");
    expect(() => predictionBars(images, probabilities, { classes: ["a"] })).toThrow("1 name for 4 classes");
    expect(() => predictionBars(images, probabilities, { tops: 1 } as never)).toThrow('unknown option "tops"');
    expect(predictionBars(zeros([0, 1, 8, 8]), zeros([0, 4])).toString()).toContain("No images to draw");
  });
});
