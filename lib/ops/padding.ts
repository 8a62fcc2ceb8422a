import { checkInteger, describe, OptionError } from "../errors.ts";
import type { CheckedPadding } from "../shapes/algebra.ts";

/** Padding of the two ends of an axis: one number for both, or `[before, after]`. */
export type Sides = number | readonly [before: number, after: number];

/**
 * Padding along one axis: a number for both ends, `[before, after]`, or by name:
 *
 * - `"valid"`: none, every window lies inside
 * - `"same"`: as much as makes ⌈W / stride⌉ windows, `max((⌈W / stride⌉ - 1)·stride + dilation·(K - 1) + 1 - W, 0)` in all.
 *   An odd one more goes to the end, as in TensorFlow and Keras. PyTorch's "same" puts it there too, and refuses a stride
 */
export type AxisPadding = Sides | "valid" | "same";

/**
 * Padding of images: a number for all sides, `[vertical, horizontal]`, each of them a number for both sides or two,
 * `[[top, bottom], [left, right]]`; or by name, `"valid"` and `"same"`, as {@link AxisPadding} says.
 */
export type Padding = number | "valid" | "same" | readonly [vertical: Sides, horizontal: Sides];

/** What lies around the image: zeros, the image mirrored at its edge (which is not repeated), its edge, or its other end. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

const fix = 'give a whole number, [vertical, horizontal], [[top, bottom], [left, right]], "valid" or "same"';
const axisFix = 'give a whole number, [before, after], "valid" or "same"';

/** The padding of both directions, `[vertical, horizontal]`. @throws OptionError if it is none of the kinds there are */
export function checkPadding(operation: string, padding: Padding): readonly [CheckedPadding, CheckedPadding] {
  if (typeof padding === "number" || typeof padding === "string") {
    const both = checkAxis(operation, padding, fix);
    return [both, both];
  }
  checkTwo(operation, padding, fix);
  return [checkSides(operation, padding[0], fix), checkSides(operation, padding[1], fix)];
}

/** The padding of one axis. @throws OptionError if it is none of the kinds there are */
export function checkAxisPadding(operation: string, padding: AxisPadding): CheckedPadding {
  return checkAxis(operation, padding, axisFix);
}

function checkAxis(operation: string, padding: AxisPadding, kinds: string): CheckedPadding {
  if (padding === "same") return padding;
  if (padding === "valid") return [0, 0];
  if (typeof padding !== "string") return checkSides(operation, padding, kinds);
  throw new OptionError(operation, `padding is ${describe(padding)}`, kinds);
}

function checkSides(operation: string, sides: Sides, kinds: string): readonly [number, number] {
  if (typeof sides === "number") {
    checkInteger(operation, "padding", sides, 0);
    return [sides, sides];
  }
  checkTwo(operation, sides, kinds);
  for (const one of sides) checkInteger(operation, "padding", one, 0);
  return sides;
}

function checkTwo(operation: string, value: readonly unknown[], kinds: string): void {
  if (Array.isArray(value) && value.length === 2) return;
  const found = Array.isArray(value) ? `has ${value.length} entries` : `is ${describe(value)}`;
  throw new OptionError(operation, `padding ${found}`, kinds);
}

/** Refuses a padding mode that there is not. */
export function checkPaddingMode(operation: string, mode: PaddingMode): void {
  if (mode === "zeros" || mode === "reflect" || mode === "replicate" || mode === "circular") return;
  throw new OptionError(operation, `paddingMode is ${describe(mode)}`, "choose zeros, reflect, replicate or circular");
}
