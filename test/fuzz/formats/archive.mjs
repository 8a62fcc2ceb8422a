// @ts-check
/** Zip archives as a test wants them, right or wrong in any field: by PKWARE's APPNOTE and Node's own deflate and checksum. */
import { crc32, deflateRawSync } from "node:zlib";

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {Uint8Array} content
 * @property {boolean} [deflate] default false
 * @property {Uint8Array} [packed] what is in the archive, where it is not the content, stored or deflated
 * @property {boolean} [wide] sizes in an extra field of 64 bits in the member's own header, as NumPy writes them
 * @property {boolean} [behind] sizes behind the content and not before, as a stream writes them
 * @property {Fields} [local] fields of the member's own header, by their names below
 * @property {Fields} [central] fields of its entry in the directory
 *
 * @typedef {Readonly<Record<string, number | Uint8Array>>} Fields
 */

/** Each field with how many bytes it has; a record is written by its fields in order. */
const layouts = {
  local: { signature: 4, version: 2, flags: 2, method: 2, time: 2, date: 2, crc: 4, packed: 4, size: 4, nameLength: 2, extraLength: 2, name: 0, extra: 0 },
  central: { signature: 4, made: 2, version: 2, flags: 2, method: 2, time: 2, date: 2, crc: 4, packed: 4, size: 4, nameLength: 2, extraLength: 2, commentLength: 2, disk: 2, internal: 2, external: 4, at: 4, name: 0, extra: 0, comment: 0 },
  end64: { signature: 4, length: 8, made: 2, version: 2, disk: 4, directoryDisk: 4, countHere: 8, count: 8, size: 8, at: 8 },
  locator: { signature: 4, disk: 4, at: 8, disks: 4 },
  end: { signature: 4, disk: 2, directoryDisk: 2, countHere: 2, count: 2, size: 4, at: 4, commentLength: 2, comment: 0 },
};

const signatures = { local: 0x04034b50, central: 0x02014b50, end64: 0x06064b50, locator: 0x07064b50, end: 0x06054b50 };

/**
 * @param {keyof typeof layouts} kind
 * @param {Fields} fields the rest is 0
 */
function record(kind, fields) {
  const all = /** @type {Fields} */ ({ signature: signatures[kind], ...fields });
  for (const name of Object.keys(fields)) if (!(name in layouts[kind])) throw new Error(`no field ${name} in ${kind}`);
  return Buffer.concat(
    Object.entries(layouts[kind]).map(([name, width]) => {
      const value = all[name] ?? 0;
      if (typeof value !== "number") return value;
      const bytes = Buffer.alloc(width);
      if (width === 8) bytes.writeBigUInt64LE(BigInt(value));
      else if (width > 0) bytes.writeUIntLE(value, 0, width);
      return bytes;
    }),
  );
}

/** The extra field of sizes of 64 bits. @param {readonly number[]} sizes */
export function wideSizes(sizes) {
  const bytes = Buffer.alloc(4 + 8 * sizes.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * sizes.length, 2);
  for (const [i, size] of sizes.entries()) bytes.writeBigUInt64LE(BigInt(size), 4 + 8 * i);
  return bytes;
}

/**
 * @param {readonly Member[]} members
 * @param {{ end?: Fields, end64?: Fields, locator?: Fields, zip64?: boolean, before?: Uint8Array }} [options]
 * @returns {Uint8Array}
 */
export function archive(members, { end = {}, end64 = {}, locator = {}, zip64 = false, before = new Uint8Array() } = {}) {
  const parts = [Buffer.from(before)];
  const entries = [];
  let at = before.length;
  for (const { name, content, deflate = false, wide = false, behind = false, local = {}, central = {}, ...member } of members) {
    const bytes = Buffer.from(name);
    const packed = member.packed ?? (deflate ? deflateRawSync(content) : content);
    const method = deflate ? 8 : 0;
    const flags = (/[^\0-\x7f]/.test(name) ? 0x800 : 0) | (behind ? 8 : 0);
    const sizes = { crc: crc32(content), packed: packed.length, size: content.length };
    const extra = wide ? wideSizes([content.length, packed.length]) : new Uint8Array();
    const own = behind ? { crc: 0, packed: 0, size: 0 } : wide ? { ...sizes, packed: 0xffffffff, size: 0xffffffff } : sizes;
    const named = { name: bytes, nameLength: bytes.length };
    const header = record("local", { version: 20, flags, method, ...own, ...named, extra, extraLength: extra.length, ...local });
    entries.push(record("central", { made: 20, version: 20, flags, method, ...sizes, ...named, at, ...central }));
    const descriptor = behind ? Buffer.concat([Buffer.from("PK\x07\x08"), wordsOf(Object.values(sizes))]) : Buffer.alloc(0);
    parts.push(header, Buffer.from(packed), descriptor);
    at += header.length + packed.length + descriptor.length;
  }
  const directory = Buffer.concat(entries);
  const count = members.length;
  const place = { countHere: count, count, size: directory.length, at };
  parts.push(directory);
  if (zip64) {
    parts.push(record("end64", { length: 44, made: 45, version: 45, ...place, ...end64 }));
    parts.push(record("locator", { at: at + directory.length, disks: 1, ...locator }));
  }
  const narrow = zip64 ? { countHere: 0xffff, count: 0xffff, size: 0xffffffff, at: 0xffffffff } : place;
  parts.push(record("end", { ...narrow, ...end }));
  return new Uint8Array(Buffer.concat(parts));
}

/** @param {readonly number[]} numbers of 32 bits */
function wordsOf(numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}
