import { describe, OptionError } from "../errors.ts";

/** Between which numbers pixels stay. */
export type PixelRange = readonly [low: number, high: number];

/** @throws OptionError for what is no range */
export function checkPixelRange(operation: string, range: PixelRange | undefined): void {
  if (range === undefined) return;
  if (Array.isArray(range) && range.length === 2 && range[0] < range[1]) return;
  const found = Array.isArray(range) ? `[${range.join(", ")}]` : describe(range);
  throw new OptionError(operation, `range is ${found}`, "give [low, high], such as [0, 1]");
}

/** The number of the range that is nearest; itself where there is no range. */
export function kept(value: number, range: PixelRange | undefined): number {
  return range === undefined ? value : Math.min(range[1], Math.max(range[0], value));
}
