import { afterEach, expect, test } from "vitest";
import { computeSettings, OptionError, threads } from "../../../lib/index.ts";

const before = { threads: threads(), settings: computeSettings() };
afterEach(() => {
  threads(before.threads);
  computeSettings(before.settings);
});

test("threads only tells unless it is given a number", () => {
  const now = threads();
  expect(now).toBeGreaterThanOrEqual(1);
  expect(threads()).toBe(now);
  expect(threads(3)).toBe(3);
  expect(threads()).toBe(3);
});

test.each([0, -1, 1.5, Number.NaN, 257, "2" as never])("threads(%s) is refused, with what would do", (count) => {
  expect(() => threads(count)).toThrow(OptionError);
  expect(() => threads(count)).toThrow(/threads/);
});

test("settings change one by one; what is returned is a copy", () => {
  const given = computeSettings({ precision: "exact" });
  expect(given).toEqual({ ...before.settings, precision: "exact" });
  (given as { precision: string }).precision = "fast";
  expect(computeSettings().precision).toBe("exact");
});

test("an unknown setting or value is refused, and changes nothing", () => {
  expect(() => computeSettings({ precission: "exact" } as never)).toThrow(/precission/);
  expect(() => computeSettings({ reproducible: true, precision: "double" as never })).toThrow(/"fast" or "exact"/);
  expect(computeSettings()).toEqual(before.settings);
});
