import { type SmallFloatType, smallFloats } from "../../formats/small-floats.ts";
import type { ElementType } from "../element-types.ts";

/** Whether it is a floating-point type of 16 bits or fewer. */
export function isSmallFloat(type: ElementType): type is SmallFloatType {
  return type in smallFloats || type === "float8e8m0";
}

/**
 * The number of the type that is nearest, ties to even.
 *
 * @param saturate whether numbers beyond the largest become it, as infinities do then; else what the type has beyond it
 */
export function roundToSmallFloat(type: SmallFloatType, value: number, saturate = false): number {
  if (type === "float8e8m0") return roundToPower(value, "up", saturate);
  const { fractionBits, bias, most, beyond } = smallFloats[type];
  if (Number.isNaN(value)) return beyond === "nothing" ? 0 : Number.NaN;
  const size = Math.abs(value);
  if (size === 0) return beyond === "unsigned" ? 0 : value;
  const step = 2 ** (Math.max(exponentOf(size), 1 - bias) - fractionBits);
  const rounded = size === Number.POSITIVE_INFINITY ? size : halfToEven(size / step) * step;
  const sign = value < 0 ? -1 : 1;
  if (rounded <= most) return beyond === "unsigned" && rounded === 0 ? 0 : sign * rounded;
  if (saturate || beyond === "nothing") return sign * most;
  return beyond === "infinity" ? sign * Number.POSITIVE_INFINITY : Number.NaN;
}

/** The power of two that `float8e8m0` holds for a number: the next larger, the next smaller, or the nearest one. */
export function roundToPower(value: number, mode: string, saturate: boolean): number {
  if (Number.isNaN(value) || value < 0) return Number.NaN;
  if (value === 0) return 2 ** -127;
  if (value === Number.POSITIVE_INFINITY) return saturate ? 2 ** 127 : Number.NaN;
  const below = exponentOf(value);
  const between = value / 2 ** below;
  const up = mode === "up" ? between > 1 : mode === "nearest" && between >= 1.5;
  const exponent = below + (up ? 1 : 0);
  if (exponent > 127) return saturate ? 2 ** 127 : Number.NaN;
  return 2 ** Math.max(exponent, -127);
}

const view = new DataView(new ArrayBuffer(8));

/** The exponent of the largest power of two that is not above a positive number. */
function exponentOf(value: number): number {
  view.setFloat64(0, value);
  const exponent = (view.getUint16(0) >> 4) & 2047;
  return exponent === 0 ? -1022 : exponent - 1023; // those below 2^-1022 round to 0 in any of these types
}

/** The nearest whole number, of two the even one: exact for numbers below 2^52. */
export function halfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && value < 0 ? -0 : even;
}
