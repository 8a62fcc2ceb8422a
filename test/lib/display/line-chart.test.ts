import { expect, test } from "vitest";
import { axisFor } from "../../../lib/display/axis.ts";
import { lineChart, type Series } from "../../../lib/display/line-chart.ts";
import { sparkline } from "../../../lib/display/sparkline.ts";
import { type Point, thin } from "../../../lib/display/thin.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "./support.ts";

interface Figure {
  readonly data: readonly { x: number[]; y: (number | null)[]; name: string; mode: string }[];
  readonly layout: { xaxis: { type: string }; yaxis: { type: string; title: { text: string } }; annotations: object[] };
}

function draw(series: readonly Series[], scale: "linear" | "log" = "linear") {
  const { bundle } = lineChart({ x: { label: "step" }, y: { label: "loss (nats)", scale }, series });
  const svg = formOf(bundle, "image/svg+xml");
  expectWellFormed(svg);
  return { figure: bundle["application/vnd.plotly.v1+json"] as Figure, svg, text: bundle["text/plain"] };
}

test("one value has three forms: a plotly figure, an SVG with the axes' labels, and words", () => {
  const { figure, svg, text } = draw([{ name: "train", x: [1, 2, 3], y: [4, 2, 1] }]);
  expect(figure.data[0]).toMatchObject({ type: "scatter", name: "train", x: [1, 2, 3], y: [4, 2, 1] });
  expect(figure.layout.yaxis).toMatchObject({ type: "linear", title: { text: "loss (nats)" } });
  for (const shown of ["step", "loss (nats)", "train"]) expect(svg).toContain(`>${shown}</text>`);
  expect(text).toBe("loss (nats) by step\ntrain  █▃▁  last 1 at 3, min 1, max 4");
});

test("the SVG's points lie where their values say", () => {
  const { svg } = draw([{ name: "train", y: [0, 10, 5] }]);
  const [, path] = /<path d="(M[^V"]*)" fill="none" stroke="#0072b2"/.exec(svg) ?? [];
  const points = (path as string)
    .slice(1)
    .split("L")
    .map((point) => point.split(" ").map(Number)) as [number, number][];
  const [[x0, y0], [x1, y1], [x2, y2]] = points as [[number, number], [number, number], [number, number]];
  // Coordinates are written to a hundredth of a pixel.
  expect(Math.abs(x1 - x0 - (x2 - x1))).toBeLessThan(0.03);
  expect(Math.abs(y2 - (y0 + y1) / 2)).toBeLessThan(0.03);
  expect(y1).toBeLessThan(y0);
});

test("NaN and infinities are gaps, in JSON null, and counted", () => {
  const { figure, svg, text } = draw([{ name: "train", y: [1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6] }]);
  expect(figure.data[0]?.y).toEqual([1, 2, null, 4, null, 6]);
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
  const [, path] = /<path d="(M[^V"]*)" fill="none" stroke="#0072b2"/.exec(svg) ?? [];
  expect(path?.match(/M/g)).toHaveLength(3);
  expect(svg).not.toMatch(/ (d|c?[xy][12]?|transform)="[^"]*(NaN|Infinity)/);
  expect(text).toContain('"train": 1 value is NaN, 1 value is infinite, drawn as gaps');
});

test("a logarithmic axis has a decade for every power of ten and gaps for what is not above zero", () => {
  const { figure, svg, text } = draw([{ name: "loss", y: [100, 1, 0, -2, 0.01] }], "log");
  expect(figure.data[0]?.y).toEqual([100, 1, null, null, 0.01]);
  expect(figure.layout.yaxis.type).toBe("log");
  for (const decade of ["100", "10", "1", "0.1", "0.01"]) expect(svg).toContain(`>${decade}</text>`);
  expect(text).toContain('"loss": 2 values are not above zero, gaps on a logarithmic axis');
});

test.each([
  { name: "no series", series: [] },
  { name: "an empty series", series: [{ name: "train", y: [] }] },
  { name: "nothing finite", series: [{ name: "train", y: [Number.NaN] }] },
])("$name is said in words, in all three forms", ({ series }) => {
  const { figure, svg, text } = draw(series);
  for (const form of [JSON.stringify(figure), svg, text]) expect(form).toContain("no points to draw yet");
});

test("one point, and a value that never changes, are drawn inside the axes", () => {
  const { svg } = draw([{ name: "once", y: [0.5] }]);
  const [, cx, cy] = /<circle cx="([\d.]+)" cy="([\d.]+)"/.exec(svg) ?? [];
  expect(Number(cx)).toBeGreaterThan(100);
  expect(Number(cy)).toBeGreaterThan(50);
  expect(draw([{ name: "flat", y: [0, 0, 0] }]).svg).toContain("<circle");
});

test("names and titles are shown in every form and executed in none", () => {
  const { bundle } = lineChart({
    title: hostile,
    x: { label: hostile },
    y: { label: hostile },
    series: [{ name: hostile, y: [1, Number.NaN] }],
  });
  expectHarmless(formOf(bundle, "image/svg+xml"));
  expectWellFormed(formOf(bundle, "image/svg+xml"));
  expect(JSON.stringify(bundle["application/vnd.plotly.v1+json"])).not.toContain("<img");
});

test("a curve of 10,000 points is thinned with its extremes kept, stays under 60 kB, and says so", () => {
  const y = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 500));
  y[5123] = 40;
  y[7001] = -40;
  const { figure, svg, text } = draw([{ name: "norm", y }]);
  const [drawn] = figure.data;
  expect(drawn?.x.length).toBeLessThanOrEqual(1000);
  for (const [at, value] of [
    [0, y[0]],
    [5123, 40],
    [7001, -40],
    [9999, y[9999]],
  ] as [number, number][]) {
    expect(drawn?.y[drawn.x.indexOf(at)]).toBe(value);
  }
  expect(JSON.stringify(figure).length).toBeLessThan(60_000);
  expect(svg.length).toBeLessThan(60_000);
  expect(text).toMatch(/"norm" has 10,000 points, (99\d|1,000) are drawn/);
});

test.each([2000, 2001, 2999, 50_000])(
  "thinning %i points keeps order, both ends, every extreme of the whole and a lone gap",
  (length) => {
    const points = Array.from({ length }, (_, i): Point => [i, i === 1234 ? Number.NaN : Math.sin(i * i)]);
    const kept = thin(points, 2000);
    expect(kept.length).toBeLessThanOrEqual(2000);
    expect(kept[0]).toBe(points[0]);
    expect(kept.at(-1)).toBe(points.at(-1));
    expect(kept).toContain(points[1234]);
    for (let i = 1; i < kept.length; i++) expect(kept[i]?.[0]).toBeGreaterThan(kept[i - 1]?.[0] as number);
    const finite = points.map(([, y]) => y).filter(Number.isFinite);
    const keptY = new Set(kept.map(([, y]) => y));
    expect(keptY.has(finite.reduce((a, b) => Math.max(a, b)))).toBe(true);
    expect(keptY.has(finite.reduce((a, b) => Math.min(a, b)))).toBe(true);
  },
);

test.each([
  { values: [0, 0.5, 1], ticks: ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"] },
  { values: [1, 5], ticks: ["1", "2", "3", "4", "5"] },
  { values: [-20, 20], ticks: ["-20", "-10", "0", "10", "20"] },
  { values: [0, 2e-5], ticks: ["0", "5e-6", "1e-5", "1.5e-5", "2e-5"] },
  { values: [0, 60_000], ticks: ["0", "10,000", "20,000", "30,000", "40,000", "50,000", "60,000"] },
])("an axis from $values is marked $ticks", ({ values, ticks }) => {
  expect(axisFor(values, "linear", true).ticks.map(({ text }) => text)).toEqual(ticks);
});

test("whatever the range, an axis has at least one mark, and none outside", () => {
  for (const scale of ["linear", "log"] as const) {
    for (const low of [1e-12, 0.1, 3, 7e8]) {
      for (const span of [1, 1 + 1e-6, 1.7, 30, 1e9]) {
        const axis = axisFor([low, low * span], scale, false);
        expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
        expect(axis.ticks.length).toBeLessThanOrEqual(20);
        for (const { value } of axis.ticks) {
          expect(axis.place(value)).toBeGreaterThanOrEqual(-1e-6);
          expect(axis.place(value)).toBeLessThanOrEqual(1 + 1e-6);
        }
      }
    }
  }
});

test("a sparkline has eight heights, a dot for what is not finite, and a middle for what never changes", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([1, Number.NaN, 2])).toBe("▁·█");
  expect(sparkline([5, 5])).toBe("▄▄");
  expect(sparkline([])).toBe("");
  expect([...sparkline(Float32Array.from({ length: 1000 }, (_, i) => i))]).toHaveLength(40);
});

test("series whose lengths differ, and scales that do not exist, are refused", () => {
  const x = { label: "x" };
  expect(() => lineChart({ x, y: x, series: [{ name: "a", x: [1], y: [1, 2] }] })).toThrow(
    'series "a" has 1 x and 2 y values',
  );
  expect(() => lineChart({ x, y: { label: "y", scale: "cubic" as "log" }, series: [] })).toThrow('y.scale is "cubic"');
});

test("three long curves share the points of one chart, so that a training run of 10,000 steps stays small", () => {
  const noise = (seed: number) => Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(seed + i * i));
  const { figure, svg } = draw([1, 2, 3].map((seed) => ({ name: `run ${seed}`, y: noise(seed) })));
  const points = figure.data.map(({ x }) => x.length);
  expect(Math.min(...points)).toBeGreaterThan(300);
  expect(points.reduce((sum, n) => sum + n)).toBeLessThanOrEqual(1000);
  expect(JSON.stringify(figure).length + svg.length).toBeLessThan(40_000);
});

test("the area around a curve is inside of the axes, in both drawings, and keeps its extremes when it is thinned", () => {
  const y = Float64Array.from({ length: 5000 }, () => 1);
  const high = y.map((value, i) => (i === 3333 ? 40 : value + 1));
  const { figure, svg } = draw([{ name: "mean", y, band: { low: y.map((value) => value - 1), high } }]);
  const [low, upper, mean] = figure.data as unknown as { y: number[]; fill?: string; showlegend?: boolean }[];
  expect([Math.min(...low!.y), Math.max(...upper!.y)]).toEqual([0, 40]);
  expect([upper!.fill, upper!.showlegend]).toEqual(["tonexty", false]);
  expect(mean!.y.length + low!.y.length + upper!.y.length).toBeLessThanOrEqual(2000);
  expect(svg).toContain(">40</text>");
  expectWellFormed(svg);
  const short = { name: "a", y: [1, 2], band: { low: [1], high: [2, 3] } };
  expect(() => draw([short])).toThrow('the band of series "a" has 1 low and 2 high values, y has 2');
});

test.each<[string, object, string]>([
  ["no axis", { y: { label: "y" }, series: [] }, "x.label is undefined"],
  ["a curve that is no list", { x: { label: "x" }, y: { label: "y" }, series: 5 }, "series is 5"],
  [
    "numbers that are none",
    { x: { label: "x" }, y: { label: "y" }, series: [{ name: "a", y: 5 }] },
    "series[0].y is 5",
  ],
  [
    "a band of one side",
    { x: { label: "x" }, y: { label: "y" }, series: [{ name: "a", y: [1], band: { low: [1] } }] },
    "series[0].band.high is undefined",
  ],
])("refuses %s in words", (_, options, words) => {
  expect(() => lineChart(options as never)).toThrow(words);
});
