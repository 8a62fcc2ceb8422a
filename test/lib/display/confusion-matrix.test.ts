import { expect, test } from "vitest";
import { confusionMatrix } from "../../../lib/display/confusion-matrix.ts";
import { display } from "../../../lib/mime.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { expectHarmless, expectWellFormed, formOf, hostile, pngOf, sourceOf } from "./support.ts";

const labels = [0, 0, 0, 1, 1, 2];
const predictions = [0, 0, 1, 1, 1, 0];

test("counts have a row a true class and a column a predicted one; accuracy and recall follow", () => {
  const matrix = confusionMatrix(labels, tensor(predictions, [6], "int32"));
  expect([...matrix.counts.data]).toEqual([2, 1, 0, 0, 2, 0, 1, 0, 0]);
  expect(matrix.accuracy).toBe(4 / 6);
  expect([0, 1, 2].map((label) => matrix.recall(label))).toEqual([2 / 3, 1, 0]);
});

test("text holds every count, the recalls and the accuracy", () => {
  const text = confusionMatrix(labels, predictions, { classes: ["cat", "dog", "owl"], title: "Pets" }).toString();
  expect(text.split("\n")).toEqual([
    "Pets",
    "true \\ predicted  cat  dog  owl  recall",
    "────────────────  ───  ───  ───  ───────",
    "cat                 2    1    0  66.7 %",
    "dog                 0    2    0  100.0 %",
    "owl                 1    0    0  0.0 %",
    "Accuracy 66.67 % of 6 examples.",
  ]);
});

test("the table colours right and wrong, and the SVG beside it is well-formed", () => {
  const bundle = confusionMatrix(labels, predictions)[display]();
  const html = formOf(bundle, "text/html");
  expect(html.match(/<td[^>]*>2<\/td>/g)).toHaveLength(2);
  expect(html).toContain("background: #185a9d"); // class 1, all right
  expect(html).toContain("background: #d55e00"); // class 2, all wrong
  const svg = formOf(bundle, "image/svg+xml");
  expectWellFormed(svg);
  for (const words of ["of the class, right", "of the class, wrong", "100 %"])
    expect(svg).toContain(`>${words}</text>`);
  const allRight = confusionMatrix([0, 1], [0, 1])[display]();
  expect(formOf(allRight, "image/svg+xml")).not.toContain("of the class, wrong");
});

test("a class's name is shown and never executed", () => {
  const bundle = confusionMatrix([0], [0], { classes: [hostile], title: hostile })[display]();
  expectHarmless(formOf(bundle, "text/html"));
  expectHarmless(formOf(bundle, "image/svg+xml"));
  expectWellFormed(formOf(bundle, "image/svg+xml"));
});

test("a class without examples has no recall, and no examples at all are said", () => {
  expect(confusionMatrix([0], [0], { classes: 2 }).toString()).toMatch(/^1 .* -$/m);
  expect(confusionMatrix([], [], { classes: 2 }).toString()).toContain("No examples");
});

test("a thousand classes are a map of pixels and the most frequent confusions", () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const guesses = many.map((label) => (label === 7 ? 9 : label));
  const bundle = confusionMatrix(many, guesses)[display]();
  const png = pngOf(bundle);
  expect(png.width).toBeLessThanOrEqual(760);
  expect(png.at(100, 100)).not.toEqual(png.at(100, 300));
  expect(bundle["text/plain"]).toContain("Accuracy 99.90 % of 1,000 examples");
  expect(bundle["text/plain"]).toMatch(/^7 +9 +1 +100\.0 %$/m);
  expect(bundle["text/html"]).toContain("Most frequent confusions");
  const svg = sourceOf(bundle).replace(/^data:image\/svg\+xml,/, "");
  for (const words of ["true class", "predicted class", "examples (logarithmic)"])
    expect(svg).toContain(`>${words}</text>`);
  expectWellFormed(svg);
});

test("numbers that are no classes are refused with their place", () => {
  expect(() => confusionMatrix([0, 1], [0])).toThrow("there are 2 labels and 1 prediction");
  expect(() => confusionMatrix([0, 3], [0, 1], { classes: ["a", "b"] })).toThrow(
    "labels[1] is 3\n  fix: classes are whole numbers from 0 to 1",
  );
  expect(() => confusionMatrix([0, 1], [0, 0.5])).toThrow("predictions[1] is 0.5");
  expect(() => confusionMatrix([Number.NaN], [0])).toThrow("labels[0] is NaN");
  expect(() => confusionMatrix([99999], [0])).toThrow("100000 classes, drawn are 1 to 2048");
});
