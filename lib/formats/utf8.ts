/**
 * Text of UTF-8, nothing in it replaced or left out.
 *
 * @returns the text; of bytes that are none, the number of the first that cannot stand where it does
 */
export function decodeUtf8(bytes: Uint8Array): string | number {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return firstWrong(bytes);
  }
}

/** Bytes that are decoded at a time, of those in which the first wrong one is looked for. */
const STEP = 2 ** 16;

function firstWrong(bytes: Uint8Array): number {
  const begin = wrongStep(bytes);
  // Halves what is left: a beginning is right if a longer one is. All are where the end cuts a character.
  let [right, wrong] = [begin, Math.min(begin + 2 * STEP, bytes.length) + 1];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isBeginning(bytes.subarray(begin, middle))) right = middle;
    else wrong = middle;
  }
  return right;
}

/** Where a character begins, less than two steps before the first byte that is wrong. */
function wrongStep(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let from = 0;
  try {
    for (; from < bytes.length; from += STEP) decoder.decode(bytes.subarray(from, from + STEP), { stream: true });
  } catch {
    // What is before this step is right, and a character has four bytes at most.
  }
  let begin = Math.max(0, Math.min(from, bytes.length) - 4);
  while (begin > 0 && (bytes[begin]! & 0xc0) === 0x80) begin--;
  return begin;
}

function isBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
