import type { ElementType } from "../element-types.ts";

/** A floating-point type of 16 bits or fewer: a sign, an exponent, a fraction. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  /** The largest finite number. */
  readonly most: number;
  /** What lies beyond it: infinities; or nothing, and a NaN stands for it (`fn`); or nothing, and there is no -0 either (`fnuz`). */
  readonly beyond: "infinity" | "nan" | "unsigned" | "nothing";
}

/** IEEE 754's half, Google's bfloat16, and the 8- and 4-bit ones of Micikevicius et al. (2022), Noune et al. (2022), OCP (2023). */
const smallFloats = {
  float16: { exponentBits: 5, fractionBits: 10, bias: 15, most: 65504, beyond: "infinity" },
  bfloat16: { exponentBits: 8, fractionBits: 7, bias: 127, most: (2 - 2 ** -7) * 2 ** 127, beyond: "infinity" },
  float8e4m3fn: { exponentBits: 4, fractionBits: 3, bias: 7, most: 448, beyond: "nan" },
  float8e4m3fnuz: { exponentBits: 4, fractionBits: 3, bias: 8, most: 240, beyond: "unsigned" },
  float8e5m2: { exponentBits: 5, fractionBits: 2, bias: 15, most: 57344, beyond: "infinity" },
  float8e5m2fnuz: { exponentBits: 5, fractionBits: 2, bias: 16, most: 57344, beyond: "unsigned" },
  float4e2m1: { exponentBits: 2, fractionBits: 1, bias: 1, most: 6, beyond: "nothing" },
} as const satisfies Partial<Record<ElementType, SmallFloat>>;

/** The name of such a type; `float8e8m0` has an exponent alone, and stands apart. */
export type SmallFloatType = keyof typeof smallFloats | "float8e8m0";

export function isSmallFloat(type: ElementType): type is SmallFloatType {
  return type in smallFloats || type === "float8e8m0";
}

/** How many bits a number has. */
export function bitsOfSmallFloat(type: SmallFloatType): number {
  if (type === "float8e8m0") return 8;
  return 1 + smallFloats[type].exponentBits + smallFloats[type].fractionBits;
}

/** The number that the bits stand for. */
export function smallFloatOf(type: SmallFloatType, bits: number): number {
  if (type === "float8e8m0") return bits === 255 ? Number.NaN : 2 ** (bits - 127);
  const { exponentBits, fractionBits, bias, beyond } = smallFloats[type];
  const last = 2 ** exponentBits - 1;
  const fraction = bits & (2 ** fractionBits - 1);
  const exponent = (bits >> fractionBits) & last;
  const negative = (bits >> (fractionBits + exponentBits)) & 1;
  if (beyond === "unsigned" && negative && exponent === 0 && fraction === 0) return Number.NaN;
  if (beyond === "infinity" && exponent === last)
    return fraction ? Number.NaN : (1 - 2 * negative) * Number.POSITIVE_INFINITY;
  if (beyond === "nan" && exponent === last && fraction === 2 ** fractionBits - 1) return Number.NaN;
  const lead = exponent === 0 ? 0 : 1;
  const size = (lead + fraction / 2 ** fractionBits) * 2 ** (Math.max(exponent, 1) - bias);
  return negative ? -size : size;
}

/** The bits of a number that the type holds. */
export function smallFloatBits(type: SmallFloatType, value: number): number {
  if (type === "float8e8m0") return Number.isNaN(value) ? 255 : Math.log2(value) + 127;
  const { exponentBits, fractionBits, bias, beyond } = smallFloats[type];
  const sign = 2 ** (exponentBits + fractionBits);
  const last = 2 ** exponentBits - 1;
  if (Number.isNaN(value)) {
    if (beyond === "unsigned") return sign;
    return beyond === "nan" ? sign - 1 : last * 2 ** fractionBits + 2 ** (fractionBits - 1);
  }
  const negative = value < 0 || Object.is(value, -0) ? sign : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return negative + last * 2 ** fractionBits;
  const exponent = Math.max(exponentOf(size), 1 - bias);
  const scaled = size / 2 ** (exponent - fractionBits); // a whole number, with the leading one where there is one
  return (
    negative +
    (scaled < 2 ** fractionBits ? scaled : (exponent + bias) * 2 ** fractionBits + scaled - 2 ** fractionBits)
  );
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
