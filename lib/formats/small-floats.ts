/** Floating-point numbers of 16 and 8 bits. Single precision holds each of them, so nothing is ever rounded. */

/** IEEE 754's 16-bit numbers: a sign, 5 bits of exponent, 10 of fraction. A NaN keeps its bits. */
export function halfToSingle(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, halfBits).buffer);
}

function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | 0x7f800000 | ((magnitude & 0x3ff) << 13); // infinities and NaN
  if (magnitude >= 0x400) return sign | ((magnitude << 13) + ((127 - 15) << 23));
  if (magnitude === 0) return sign;
  // A subnormal one is a fraction of 2^-24: its first bit becomes the 1 that normal numbers leave out.
  const shift = Math.clz32(magnitude) - 21;
  return sign | ((127 - 14 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
}

/** bfloat16: the upper half of single precision's bits. */
export function brainToSingle(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

/** How the eight bits of a number are read: a sign, then an exponent, then a fraction. */
interface ByteFloat {
  readonly fractionBits: number;
  readonly bias: number;
  /** Which magnitudes are no number: `byte & 0x7f` from here on, ... */
  readonly nanFrom: number;
  /** ... this one is infinite, ... */
  readonly infinity?: number;
  /** ... and where there is no negative zero, its byte is the only NaN. */
  readonly unsignedZero?: boolean;
}

/**
 * E4M3 and E5M2 as the OCP 8-bit Floating Point Specification (2023, table 1) has them, and the kinds with one zero, one NaN
 * and a bias larger by one (Noune et al., 2022, "8-bit Numerical Formats for Deep Neural Networks").
 */
const byteFloats = {
  F8_E4M3: { fractionBits: 3, bias: 7, nanFrom: 0x7f },
  F8_E5M2: { fractionBits: 2, bias: 15, nanFrom: 0x7d, infinity: 0x7c },
  F8_E4M3FNUZ: { fractionBits: 3, bias: 8, nanFrom: 0x80, unsignedZero: true },
  F8_E5M2FNUZ: { fractionBits: 2, bias: 16, nanFrom: 0x80, unsignedZero: true },
} satisfies Record<string, ByteFloat>;

/** Eight-bit numbers of a kind. */
export function byteToSingle(kind: keyof typeof byteFloats, bytes: Uint8Array): Float32Array {
  const table = Float32Array.from({ length: 256 }, (_, byte) => byteFloat(byteFloats[kind], byte));
  return Float32Array.from(bytes, (byte) => table[byte]!);
}

function byteFloat(kind: ByteFloat, byte: number): number {
  const magnitude = byte & 0x7f;
  if (magnitude >= kind.nanFrom || (kind.unsignedZero === true && byte === 0x80)) return Number.NaN;
  const sign = byte & 0x80 ? -1 : 1;
  if (magnitude === kind.infinity) return sign * Number.POSITIVE_INFINITY;
  const exponent = magnitude >> kind.fractionBits;
  const fraction = (magnitude & ((1 << kind.fractionBits) - 1)) / (1 << kind.fractionBits);
  return exponent === 0 ? sign * fraction * 2 ** (1 - kind.bias) : sign * (1 + fraction) * 2 ** (exponent - kind.bias);
}

/** E8M0, the scales of the OCP Microscaling Formats (2023, section 5.4.1): powers of two from 2^-127 on; 255 is no number. */
export function scaleToSingle(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => (byte === 255 ? Number.NaN : 2 ** (byte - 127)));
}
