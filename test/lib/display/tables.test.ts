import { expect, test } from "vitest";
import { histogram } from "../../../lib/display/histogram.ts";
import { numberTable } from "../../../lib/display/number-table.ts";
import { statistics } from "../../../lib/display/statistics.ts";
import { table } from "../../../lib/display/table.ts";
import type { MimeBundle } from "../../../lib/mime.ts";
import { full, tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "./support.ts";

/** The cells of an HTML table, row by row. */
function cellsOf(bundle: MimeBundle): string[][] {
  const rows = [...formOf(bundle, "text/html").matchAll(/<tr>(.*?)<\/tr>/g)];
  return rows.map(([, row]) =>
    [...(row as string).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell as string),
  );
}

test("a table has its heads, its rows and its total, numbers with thousands set apart", () => {
  const { bundle } = table(
    [
      ["conv1", 156],
      ["fc", 61706],
    ],
    ["layer", "parameters"],
    { total: ["total", 61862] },
  );
  expect(cellsOf(bundle)).toEqual([
    ["layer", "parameters"],
    ["conv1", "156"],
    ["fc", "61,706"],
    ["total", "61,862"],
  ]);
  expect(bundle["text/plain"].split("\n")).toEqual([
    "layer  parameters",
    "─────  ──────────",
    "conv1         156",
    "fc         61,706",
    "─────  ──────────",
    "total      61,862",
  ]);
});

test("shapes stay on one line, and the more there is in a row, the smaller it is written where a page is narrow", () => {
  const sizeOf = (html: string) => Number(/font-size: clamp\(0\.62em, ([\d.]+)cqi, 0\.93em\)/.exec(html)?.[1]);
  const wide = formOf(
    table([["6 × 28 × 28", "a sentence that is long enough to be broken"]], ["output", "why"]).bundle,
    "text/html",
  );
  expect(wide).toMatch(/white-space: nowrap">6 × 28 × 28</);
  expect(wide).not.toMatch(/white-space: nowrap">a sentence/);
  const narrow = formOf(table([["6 × 28 × 28"]], ["output"]).bundle, "text/html");
  expect(sizeOf(narrow)).toBeGreaterThan(2 * sizeOf(wide));
});

test("cells and heads are shown and never executed", () => {
  expectHarmless(formOf(table([[hostile]], [hostile], { title: hostile, caption: hostile }).bundle, "text/html"));
});

test("no rows, and rows beyond the limit, are said; rows of another length are refused", () => {
  expect(table([], ["a"]).toString()).toContain("No rows.");
  expect(table([[1], [2], [3]], ["a"], { limit: 2 }).toString()).toContain("The first 2 of 3 rows.");
  expect(() => table([[1, 2]], ["a"])).toThrow("row 0 has 2 cells, there are 1 column");
});

test("a small matrix is a table with an index for every row and column", () => {
  const { bundle } = numberTable(
    tensor([
      [1, -2],
      [0.5, Number.NaN],
    ]),
  );
  expect(cellsOf(bundle)).toEqual([
    ["", "0", "1"],
    ["0", "1.000", "-2.000"],
    ["1", "0.500", "NaN"],
  ]);
});

test("whole numbers stay whole, and a tiny number beside large ones is not written as zero", () => {
  expect(cellsOf(numberTable(tensor([1, 20])).bundle)[1]).toEqual(["1", "20"]);
  expect(cellsOf(numberTable(tensor([1.5, 1e-7])).bundle)[1]).toEqual(["1.500", "1e-7"]);
});

test("a scalar, an empty and a large matrix each have a table that says what it leaves out", () => {
  expect(cellsOf(numberTable(tensor(7)).bundle)).toEqual([["7"]]);
  expect(numberTable(zeros([0, 3])).bundle["text/html"]).toContain("No values.");
  const large = numberTable(zeros([100, 5])).bundle;
  expect(cellsOf(large)).toHaveLength(13);
  expect(large["text/plain"]).toContain("The first 12 of 100 rows and 5 of 5 columns.");
  expect(() => numberTable(zeros([2, 2, 2]))).toThrow("a table has 2 axes, this tensor 3");
});

test("statistics are of the finite values, and close large values keep their deviation", () => {
  const s = statistics([1e8 + 1, 1e8 + 3, Number.NaN, Number.NEGATIVE_INFINITY, 0]);
  expect(s).toMatchObject({ count: 5, zeros: 1, nans: 1, infinities: 1, min: 0, max: 1e8 + 3 });
  expect(statistics([1e9 + 1, 1e9 + 3]).deviation).toBe(1); // a sum of squares alone would give 0
  expect(statistics([]).mean).toBeNaN();
});

test("a histogram has a bar for every whole number, as high as it is frequent", () => {
  const { bundle } = histogram(tensor([0, 0, 0, 1, 3, 3], [6], "int32"), { label: "class" });
  const svg = formOf(bundle, "image/svg+xml");
  expectWellFormed(svg);
  const heights = [...svg.matchAll(/height="([\d.]+)" fill="#0072b2"/g)].map(([, height]) => Number(height));
  expect(heights).toHaveLength(3); // nothing is 2
  const [three, one, two] = heights as [number, number, number];
  // Heights are written to a hundredth of a pixel.
  expect(Math.abs(three - 3 * one)).toBeLessThan(0.04);
  expect(Math.abs(two - 2 * one)).toBeLessThan(0.04);
  expect(svg).toContain(">class</text>");
});

test("every finite value is in one bar, the greatest in the last", () => {
  const x = tensor([0, 0.1, 0.5, 0.99, 1, Number.NaN]);
  const svg = formOf(histogram(x, { bins: 2 }).bundle, "image/svg+xml");
  expect(svg).toContain("0.25: 2, 0.75: 3");
  expect(svg).toContain("What is not finite is in no bar.");
});

test("the words below a histogram are broken into lines that end inside the picture", () => {
  const wide = tensor([-123456.7, 98765.43, 1e-7, Number.NaN, Number.POSITIVE_INFINITY]);
  const svg = formOf(histogram(wide).bundle, "image/svg+xml");
  const notes = [...svg.matchAll(/<text x="([\d.]+)" y="[\d.]+" font-size="12"[^>]*>([^<]*)</g)];
  expect(notes.length).toBeGreaterThan(1);
  // 0.6 of the font size a character is what wide letters need on average; notes are mostly narrower.
  for (const [, x, text] of notes) expect(Number(x) + text!.length * 12 * 0.6).toBeLessThanOrEqual(560);
});

test("a histogram of one value, of none and of NaN alone is a picture", () => {
  for (const x of [full([3], 0.25), zeros([0]), full([2], Number.NaN)]) {
    const { bundle } = histogram(x, { title: hostile });
    expectWellFormed(formOf(bundle, "image/svg+xml"));
  }
});
