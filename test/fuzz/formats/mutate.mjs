/** Damage that needs no knowledge of a format: bytes, lengths, numbers in texts, pieces of other files. */

/** Numbers at which arithmetic on sizes goes wrong. */
const edges = [0n, 1n, 2n, 7n, 8n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x10000n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 2n ** 40n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

/** The same as text, and what else stands where a number should. */
export const hostileNumbers = [...edges.map(String), "-1", "-0", "00", "01", "1.5", "1e3", "1e400", "0x10", "NaN", "Infinity", "9".repeat(400), ""];

/**
 * @param {import("../random.mjs").Choices} choose
 * @param {Uint8Array} bytes
 * @param {readonly Uint8Array[]} samples other files, to take pieces of
 * @returns {Uint8Array} damaged in a few places
 */
export function damaged(choose, bytes, samples) {
  let result = bytes.slice();
  for (let times = 1 + choose.below(3); times > 0; times--) result = damagedOnce(choose, result, samples);
  return result;
}

function damagedOnce(choose, bytes, samples) {
  const at = choose.below(bytes.length + 1);
  const other = choose.pick(samples);
  return choose.weighted([
    [4, () => changed(bytes, at, (byte) => byte ^ (1 << choose.below(8)))],
    [2, () => changed(bytes, at, () => choose.below(256))],
    [5, () => withNumber(choose, bytes)],
    [4, () => withOtherDigits(choose, bytes)],
    [2, () => bytes.slice(0, at)],
    [1, () => bytes.slice(at)],
    [2, () => joined(bytes, choose.bytes(1 + choose.below(20)))],
    [1, () => joined(bytes, new Uint8Array(choose.below(5000)))],
    [2, () => joined(bytes.slice(0, at), bytes.slice(Math.min(bytes.length, at + 1 + choose.below(16))))],
    [1, () => joined(bytes.slice(0, at), piece(choose, bytes), bytes.slice(at))],
    [1, () => joined(bytes.slice(0, at), piece(choose, other), bytes.slice(at))],
    [1, () => joined(bytes, bytes)],
    [1, () => joined(bytes.slice(0, at), other.slice(choose.below(other.length + 1)))],
  ])();
}

/** @param {readonly Uint8Array[]} parts */
export const joined = (...parts) => new Uint8Array(Buffer.concat(parts));

function changed(bytes, at, change) {
  if (at < bytes.length) bytes[at] = change(bytes[at]);
  return bytes;
}

function piece(choose, bytes) {
  const from = choose.below(bytes.length + 1);
  return bytes.slice(from, from + choose.pick([1, 4, 16, 64, 1000]));
}

/** A field of two, four or eight bytes with another number in it, or one more or less. Beginnings and ends have most fields. */
function withNumber(choose, bytes) {
  const width = choose.pick([2, 4, 8]);
  if (bytes.length < width) return bytes;
  const most = bytes.length - width;
  const at = choose.pick([() => choose.below(most + 1), () => Math.min(most, choose.below(40)), () => Math.max(0, most - choose.below(80))])();
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, width);
  const [get, set] = { 2: ["getUint16", "setUint16"], 4: ["getUint32", "setUint32"], 8: ["getBigUint64", "setBigUint64"] }[width];
  const now = BigInt(view[get](0, true));
  const number = BigInt.asUintN(8 * width, choose.chance(0.3) ? now + choose.pick([-1n, 1n, 8n, 64n]) : choose.pick(edges));
  view[set](0, width === 8 ? number : Number(number), true);
  return bytes;
}

/** A number that stands as text in the file replaced, everything behind it moved. */
function withOtherDigits(choose, bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  const numbers = [...text.slice(0, 10_000).matchAll(/\d+/g)];
  if (numbers.length === 0) return bytes;
  const { index, 0: digits } = choose.pick(numbers);
  return joined(bytes.slice(0, index), Buffer.from(choose.pick(hostileNumbers)), bytes.slice(index + digits.length));
}
