import { describe, expect, test } from "vitest";
import { displaySymbol, plot } from "../../../kernel/api/index.ts";
import { figureOf } from "../../../kernel/display/figure/figure.ts";
import { thinned } from "../../../kernel/display/figure/thin.ts";

const count = 10_000;
const noise = Array.from({ length: count }, (_, i) => Math.sin(i / 300) + ((i * 7919) % 1000) / 1000);

function thinnedCurve(trace: object, layout: object = {}) {
  const { figure, notes } = thinned(figureOf([trace], layout));
  return { ...(figure.data[0] as { x: number[]; y: (number | null)[]; name?: string }), notes, layout: figure.layout };
}

describe("a long curve", () => {
  test("keeps its extremes, its ends and its gaps, in order, and says what is left out", () => {
    const y: (number | null)[] = noise.slice();
    y[4321] = 50;
    y[8765] = -50;
    y[1234] = null;
    const { x, y: kept, notes, layout } = thinnedCurve({ y, name: "<loss>" });
    expect(kept.length).toBeLessThanOrEqual(1000);
    expect(kept.length).toBeGreaterThan(600);
    expect([x[0], x.at(-1)]).toEqual([0, count - 1]);
    expect([x[kept.indexOf(50)], x[kept.indexOf(-50)], x[kept.indexOf(null)]]).toEqual([4321, 8765, 1234]);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(notes[0]).toMatch(/^<loss>: \d+ of 10,000 points, least and greatest of each stretch$/);
    expect(layout).toHaveProperty(["annotations", 0, "text"], expect.stringContaining("&lt;loss>:"));
  });

  test("is drawn at the places it was measured, to a ten-thousandth of what it spans", () => {
    const offset = 1e6; // digits before the point must not eat those behind it
    const { x, y } = thinnedCurve({ x: noise.map((_, i) => i / 3), y: noise.map((value) => offset + value) });
    for (const [i, at] of x.entries()) {
      const original = Math.round(at * 3);
      expect(Math.abs((y[i] as number) - offset - noise[original]!)).toBeLessThan(3e-4);
    }
  });

  test("makes an output of less than 60 kB, in all of its forms", () => {
    const random = Float32Array.from(noise, (value, i) => value + Math.sin(i * i));
    const bundle = plot([{ y: random }], { title: { text: "loss" } })[displaySymbol]();
    expect(JSON.stringify(bundle).length).toBeLessThan(60_000);
  });

  test("shares the room with the others of its figure", () => {
    const { figure } = thinned(figureOf([{ y: noise }, { y: noise }, { y: [1, 2] }], {}));
    const lengths = figure.data.map(({ y }) => (y as number[]).length);
    expect(lengths[0]! + lengths[1]!).toBeLessThanOrEqual(1000);
    expect(lengths[2]).toBe(2);
  });

  test.each([
    ["dots", { y: noise, mode: "markers" }],
    ["one that runs back", { x: noise, y: noise }],
    ["names for places", { x: noise.map((_, i) => `n${i}`), y: noise }],
    ["a text a point", { y: noise, text: noise.map(String) }],
    ["bars", { type: "bar", y: noise }],
    ["a short one", { y: noise.slice(0, 1000) }],
  ])("is left as it is if it is %s", (_, trace) => {
    const figure = figureOf([trace], {});
    expect(thinned(figure)).toEqual({ figure, notes: [] });
  });
});
