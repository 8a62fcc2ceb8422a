import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { displaySymbol, plot } from "../../../kernel/api/index.ts";
import { figureOf, isFigure } from "../../../kernel/display/figure/figure.ts";
import { figureHtml } from "../../../kernel/display/figure/page.ts";
import { sketch } from "../../../kernel/display/figure/sketch.ts";
import { figureWords } from "../../../kernel/display/figure/words.ts";
import { bundleOf } from "../../../kernel/session/bundle.ts";

const plotly = "application/vnd.plotly.v1+json";
const draw = (...args: Parameters<typeof plot>) => plot(...args)[displaySymbol]() as Record<string, string>;

describe("plot", () => {
  test("takes traces, one trace, or a figure, and is data, HTML, a picture and words", () => {
    const trace = { x: [1, 2], y: [3, 4] };
    const layout = { title: { text: "T" } };
    for (const bundle of [draw([trace], layout), draw(trace, layout), draw({ data: [trace], layout })]) {
      expect(bundle[plotly]).toEqual({ data: [trace], layout });
      expect(bundle["text/plain"]).toBe("T (plotly, 1 trace)\n  scatter: 2 values, y from 3 to 4");
      expect(bundle["image/svg+xml"]).toMatch(/^<svg xmlns/);
      expect(bundle["text/html"]).toContain("<img");
    }
  });

  test.each([
    ["the same large number twice", [1e20, 1e20]],
    ["neighbours among large numbers", [1e20, 100_000_000_000_000_020_000]],
    ["the ends of all numbers", [-Number.MAX_VALUE, Number.MAX_VALUE]],
    ["what is no number", [Number.NaN, Number.POSITIVE_INFINITY]],
    ["the least numbers", [0, Number.MIN_VALUE]],
  ])("comes to an end with %s", (_, y) => {
    expect(draw([{ y }])["image/svg+xml"]).toMatch(/^<svg .*<\/svg>$/s);
  });

  test("draws the same number twice in the middle, however large", () => {
    expect(draw([{ y: [1e20, 1e20] }])["image/svg+xml"]).toContain("<circle");
  });

  test("makes plain data of typed arrays, sets, dates and bigints, and of titles what plotly 4 reads", () => {
    const trace = { x: new Float32Array([1, 2]), y: new Set([3n]), when: new Date(0), f: () => 1 };
    const figure = figureOf([trace], { title: "a", xaxis: { title: "b" }, legend: { title: { text: "c" } } });
    expect(JSON.parse(JSON.stringify(figure))).toEqual({
      data: [{ x: [1, 2], y: [3], when: "1970-01-01T00:00:00.000Z" }],
      layout: { title: { text: "a" }, xaxis: { title: { text: "b" } }, legend: { title: { text: "c" } } },
    });
  });

  test("says what is wrong with what it was given", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => plot(5 as never)).toThrow("plot: it was given 5; give it traces");
    expect(() => plot([1] as never)).toThrow("plot: trace 0 is 1; a trace is an object");
    expect(() => plot([{ x: [circle] }])).toThrow("plot: data[0].x[0].self contains itself");
  });

  test("is what a value with data and layout shows as, and nothing else is", () => {
    expect(bundleOf({ data: [{ y: [1] }], layout: {} })).toHaveProperty([plotly]);
    for (const value of [{ data: [1], layout: {} }, { data: [], layout: {} }, { data: [{ y: [1] }] }])
      expect(isFigure(value)).toBe(false);
    expect(isFigure({ data: [{ y: [1] }], layout: {}, more: 1 })).toBe(false);
  });
});

describe("the still picture", () => {
  const draw = (data: object[], layout: object = {}) => sketch(figureOf(data, layout), "words") ?? "";

  test("has titles, names and marks, in text that is escaped", () => {
    const svg = draw([{ y: [1, 2], name: "<a>" }, { y: [2, 1] }], {
      title: "A &amp; <b>B</b>",
      yaxis: { title: "loss" },
    });
    expect(svg).toContain(">A &amp;amp; B</text>");
    expect(svg).toContain(">&lt;a&gt;</text>");
    expect(svg).toContain(">loss</text>");
    expect(svg.match(/<circle/g)).toHaveLength(4);
    expect(svg.match(/<path/g)).toHaveLength(3); // two curves and the frame
  });

  test("leaves gaps where there are no numbers", () => {
    expect(draw([{ y: [1, null, 2, Number.NaN, 3], mode: "lines" }])).toMatch(/d="M[\d. ]+M[\d. ]+M[\d. ]+"/);
  });

  test("places bars of one position side by side or on top of each other", () => {
    const bars = [
      { type: "bar", x: ["a"], y: [1] },
      { type: "bar", x: ["a"], y: [1] },
    ];
    const rectangles = (layout: object) =>
      [...draw(bars, layout).matchAll(/<rect x="([\d.]+)" y="([\d.]+)"[^>]*fill="#[0d]/g)].map(([, x, y]) => [x, y]);
    const [[x1, y1] = [], [x2, y2] = []] = rectangles({}).slice(-2);
    expect([x1 === x2, y1 === y2]).toEqual([false, true]);
    const [[x3, y3] = [], [x4, y4] = []] = rectangles({ barmode: "stack" }).slice(-2);
    expect([x3 === x4, y3 === y4]).toEqual([true, false]);
  });

  test("reads dates, names and logarithmic axes", () => {
    expect(draw([{ x: ["2024-01-01", "2024-12-31"], y: [1, 2] }])).toMatch(/>2024-\d\d-\d\d<\/text>/);
    expect(draw([{ x: ["low", "high"], y: [1, 2] }])).toMatch(/>low<\/text>.*>high<\/text>/);
    expect(draw([{ y: [1, 10, 100, -1] }], { yaxis: { type: "log" } })).toMatch(/>1<.*>10<.*>100</);
  });

  test("is thinned, with its extremes, when there is much to draw", () => {
    const y = Array.from({ length: 1_000_000 }, (_, i) => (i === 777_777 ? 50 : Math.sin(i)));
    const big = { type: "heatmap", z: Array.from({ length: 500 }, () => new Float32Array(500)) };
    const svg = draw([{ y }]);
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).toContain(">50</text>");
    expect(draw([big]).length).toBeLessThan(700_000);
  });

  test("says which number a heatmap's shade stands for, of all its heatmaps, and of what its maker wants", () => {
    const map = {
      type: "heatmap",
      z: [
        [-1, 0],
        [null, 1],
      ],
      colorbar: { title: { text: "height (m)" } },
    };
    const marks = (...data: object[]) =>
      [...draw(data).matchAll(/font-size="13" fill="#2b2f36" >([^<]*)</g)].map(([, text]) => text);
    expect(marks(map)).toEqual(["-1", "-0.5", "0", "0.5", "1"]);
    expect(draw([map])).toContain(">height (m)</text>");
    expect(draw([map])).not.toMatch(/NaN|undefined/);
    expect(marks({ ...map, zmin: 0, zmax: 4 })).toEqual(["0", "1", "2", "3", "4"]);
    expect(marks({ type: "contour", z: [[7, 7]] })).toEqual(["7"]);
    expect(marks({ ...map, showscale: false })).toEqual([]);
    expect(marks({ y: [1, 2] })).toEqual([]);
  });

  test("is left out where it would mislead: other types, several pairs of axes, nothing to draw", () => {
    expect(sketch(figureOf([{ type: "surface", z: [[1]] }], {}), "")).toBeUndefined();
    expect(sketch(figureOf([{ y: [1] }, { y: [1], yaxis: "y2" }], {}), "")).toBeUndefined();
    expect(sketch(figureOf([], {}), "")).toBeUndefined();
  });

  test.each([
    ["no numbers at all", [{ x: [], y: [] }]],
    ["one point", [{ y: [5] }]],
    ["only gaps", [{ y: [null, null] }]],
    ["a histogram of names", [{ type: "histogram", x: ["a", "b", "a"] }]],
    ["a histogram of one number", [{ type: "histogram", x: [1, 1] }]],
    ["parts of a whole", [{ type: "pie", values: [1, 2], labels: ["a", "b"] }]],
    ["an empty heatmap", [{ type: "heatmap", z: [] }]],
  ])("is a picture also with %s", (_, data) => {
    expect(draw(data)).toMatch(/^<svg.*<\/svg>$/);
    expect(draw(data)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("the figure's HTML", () => {
  const figure = figureOf([{ y: [1], name: "</script><!--" }], {});
  const words = figureWords(figure);

  test("has scripts that no text of the figure can end", () => {
    const html = figureHtml(figure, undefined, words);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain("<!--");
  });

  test("is a picture without scripts where the library does not know a trace", () => {
    expect(figureHtml(figureOf([{ type: "surface", z: [[1]] }], {}), "data:,", words)).not.toContain("<script");
  });

  test("has a script that parses, and is the same each time", () => {
    const html = figureHtml(figure, "data:,", words);
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, source = ""]) => source);
    expect(scripts).toHaveLength(1);
    for (const source of scripts) runInContext(`() => { ${source} }`, createContext());
    expect(figureHtml(figure, "data:,", words)).toBe(html); // a notebook that was run again has no new lines
  });
});

describe("a value's own figure", () => {
  const described = (bundle: object) => bundleOf({ [displaySymbol]: () => bundle }) as Record<string, string>;
  const data = [{ y: [1, 2] }];

  test("gets HTML with its own still picture, and its words", () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>';
    const html = described({ [plotly]: { data }, "image/svg+xml": svg, "text/plain": 'a "curve"' })["text/html"]!;
    expect(html).toContain('<img src="data:image/svg+xml,%3Csvg');
    expect(html).toContain('alt="a &quot;curve&quot;"');
    expect(html).toContain('{"data":[{"y":[1,2]}],"layout":{}}');
    expect(described({ [plotly]: { data }, "image/png": "AAAA" })["text/html"]).toContain("data:image/png;base64,AAAA");
  });

  test.each([
    ["has HTML of its own", { [plotly]: { data }, "text/html": "<b>own</b>" }],
    ["is none", { [plotly]: { data: 5 } }],
    ["is broken", { [plotly]: { data: [null], layout: 1 } }],
  ])("stays as it is if it %s", (_, bundle) => {
    expect(described(bundle)).toEqual({ "text/plain": expect.any(String), ...bundle });
  });

  test("is its still picture alone while it changes, with the room that the live one needs: a page would draw that time and again", () => {
    const figure = { data, layout: { height: 500 } };
    const value = { [displaySymbol]: () => ({ [plotly]: figure, "image/svg+xml": "<svg/>" }) };
    const html = (bundleOf(value, true) as Record<string, string>)["text/html"];
    expect(html).toMatch(/^<div style="min-height: 500px"><div><img src="data:image\/svg\+xml,[^<>]*><\/div><\/div>$/);
  });
});
