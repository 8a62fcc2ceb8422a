import type { DataTypes, DType } from "./storage.ts";

/** How many 32-bit words are looked at, at most. */
const most = 512;

/**
 * A number that another content of the array hardly ever has: over all of its words where they are few, else over some at
 * equal distances, the first and the last among them. Never 0. It takes a microsecond, so that it can be taken of every
 * operand that a user has; a change of single numbers in a large array may go unnoticed.
 */
export function fingerprint(array: DataTypes[DType]): number {
  const words = wordsOf(array);
  const step = Math.max(1, Math.ceil(words.length / most));
  let hash = words.length | 1;
  // neighbouring words of a double take turns: an even step would look at one half of each number alone
  for (let i = 0, turn = 0; i < words.length; i += step, turn ^= 1) {
    const at = Math.min(i + (step > 1 ? turn : 0), words.length - 1);
    hash = Math.imul(hash ^ words[at]!, 0x01000193) ^ (hash >>> 15);
  }
  if (words.length > 0) hash = Math.imul(hash ^ words[words.length - 1]!, 0x01000193);
  return hash === 0 ? 1 : hash;
}

/** The array's memory as words: bit by bit, so that NaN equals itself. An array that does not lie on words as it is. */
function wordsOf(array: DataTypes[DType]): ArrayLike<number> {
  if (array.BYTES_PER_ELEMENT < 4) return array;
  return new Int32Array(array.buffer, array.byteOffset, array.byteLength / 4);
}
