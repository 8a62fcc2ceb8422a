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

/** Halves what is left: a beginning is UTF-8 if all shorter ones are. */
function firstWrong(bytes: Uint8Array): number {
  let [right, wrong] = [0, bytes.length + 1]; // how many bytes are; one more than all: the end that cuts a character
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isBeginning(bytes.subarray(0, middle))) right = middle;
    else wrong = middle;
  }
  return right;
}

function isBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
