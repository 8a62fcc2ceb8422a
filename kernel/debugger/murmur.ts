const multiplier = 0x5bd1e995;

/**
 * MurmurHash2 (Austin Appleby, 2008) of a text's UTF-8 bytes: how a front end knows, without asking, under which path the
 * kernel keeps a cell of that text.
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, "utf8");
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(bytes.readUInt32LE(i), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  if (whole < bytes.length) {
    for (let i = bytes.length - 1; i >= whole; i--) hash ^= bytes.readUInt8(i) << (8 * (i - whole));
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}
