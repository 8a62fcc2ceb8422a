import { expect, test } from "vitest";
import { colourAt, hex, inkOn, marked, type Rgb, tint } from "../../../lib/display/colours.ts";
import { LEVELS, paletteOf } from "../../../lib/display/shades.ts";

/** CIE lightness (CIE 15:2004), an independent measure: the maps are built in another space. */
function lightness(colour: Rgb): number {
  const y = luminance(colour);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const shares = Array.from({ length: 101 }, (_, i) => i / 100);

test.each(["grey", "sequential"] as const)("%s grows lighter all the way, so that more is always lighter", (map) => {
  const steps = shares.map((share) => lightness(colourAt(map, share)));
  for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1] as number);
});

test("sequential has viridis' published ends, and even steps of lightness", () => {
  expect(hex(colourAt("sequential", 0))).toBe("#440154");
  expect(hex(colourAt("sequential", 1))).toBe("#fde725");
  const tenths = Array.from({ length: 11 }, (_, i) => lightness(colourAt("sequential", i / 10)));
  const steps = tenths.slice(1).map((l, i) => l - (tenths[i] as number));
  // Perfectly even steps are 7.7; viridis itself stays within a quarter of that, and so must its ten points.
  for (const step of steps) expect(Math.abs(step - 7.7)).toBeLessThan(7.7 / 4);
});

test("diverging is neutral at zero and equally dark at equal distance from it", () => {
  const [r, g, b] = colourAt("diverging", 0.5);
  expect(new Set([r, g, b]).size).toBe(1);
  for (const share of shares.slice(0, 50)) {
    const [low, high] = [colourAt("diverging", share), colourAt("diverging", 1 - share)];
    // Oklab's lightness and CIE's weigh blue differently; 5 of 100 is less than a tenth of the map's span.
    expect(Math.abs(lightness(low) - lightness(high))).toBeLessThan(5);
    expect(low[2]).toBeGreaterThan(low[0]);
    expect(high[0]).toBeGreaterThan(high[2]);
  }
});

test("no map holds the colour that marks NaN, and each fits a PNG palette", () => {
  for (const map of ["grey", "sequential", "diverging"] as const) {
    const palette = paletteOf(map);
    expect(palette.length).toBeLessThanOrEqual(256);
    expect(palette.slice(0, LEVELS).map(hex)).not.toContain(hex(marked));
  }
});

test("text on any tint has a contrast of at least 4.5 to 1, as WCAG 2.2 asks for", () => {
  for (const share of shares) {
    for (const colour of ["#185a9d", "#d55e00"]) {
      const ground = tint(colour, share);
      const ink = inkOn(ground) === "#ffffff" ? 1 : 0;
      const [light, dark] = [luminance(ground), ink].sort((a, b) => b - a) as [number, number];
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  }
});
