/** Floating-point numbers of 16 bits and fewer. Single precision holds each of them, so nothing is ever rounded. */

/** A floating-point type: a sign, an exponent, a fraction. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  /** The largest finite number. */
  readonly most: number;
  /** What lies beyond it: infinities; or nothing, and a NaN stands for it (`fn`); or nothing, and there is no -0 either (`fnuz`). */
  readonly beyond: "infinity" | "nan" | "unsigned" | "nothing";
}

/**
 * IEEE 754's half and Google's bfloat16; E4M3 and E5M2 as the OCP 8-bit Floating Point Specification (2023, table 1) has them,
 * and the kinds with one zero, one NaN and a bias larger by one (Noune et al., 2022, "8-bit Numerical Formats for Deep Neural
 * Networks"); E2M1 of the OCP Microscaling Formats (2023, section 5.3.3). The names are ONNX's.
 */
export const smallFloats = {
  float16: { exponentBits: 5, fractionBits: 10, bias: 15, most: 65504, beyond: "infinity" },
  bfloat16: { exponentBits: 8, fractionBits: 7, bias: 127, most: (2 - 2 ** -7) * 2 ** 127, beyond: "infinity" },
  float8e4m3fn: { exponentBits: 4, fractionBits: 3, bias: 7, most: 448, beyond: "nan" },
  float8e4m3fnuz: { exponentBits: 4, fractionBits: 3, bias: 8, most: 240, beyond: "unsigned" },
  float8e5m2: { exponentBits: 5, fractionBits: 2, bias: 15, most: 57344, beyond: "infinity" },
  float8e5m2fnuz: { exponentBits: 5, fractionBits: 2, bias: 16, most: 57344, beyond: "unsigned" },
  float4e2m1: { exponentBits: 2, fractionBits: 1, bias: 1, most: 6, beyond: "nothing" },
} as const satisfies Readonly<Record<string, SmallFloat>>;

/** `float8e8m0` has an exponent alone, and stands apart: powers of two, the scales of the Microscaling Formats (section 5.4.1). */
export type SmallFloatType = keyof typeof smallFloats | "float8e8m0";

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

/** The numbers that many bits stand for. A NaN of 16 bits keeps them. */
export function toSingle(type: Exclude<SmallFloatType, "float4e2m1">, bits: Uint8Array | Uint16Array): Float32Array {
  if (type === "float16") return new Float32Array(Uint32Array.from(bits, halfAsSingle).buffer);
  if (type === "bfloat16") return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
  const table = Float32Array.from({ length: 256 }, (_, byte) => smallFloatOf(type, byte));
  return Float32Array.from(bits, (byte) => table[byte]!);
}

/** The bits of a half as those of single precision. */
function halfAsSingle(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | 0x7f800000 | ((magnitude & 0x3ff) << 13); // infinities and NaN
  if (magnitude >= 0x400) return sign | ((magnitude << 13) + ((127 - 15) << 23));
  if (magnitude === 0) return sign;
  // A subnormal one is a fraction of 2^-24: its first bit becomes the 1 that normal numbers leave out.
  const shift = Math.clz32(magnitude) - 21;
  return sign | ((127 - 14 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
}
