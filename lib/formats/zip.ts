/**
 * Zip archives (PKWARE's APPNOTE 6.3.10; its sections are named below), read with the distrust that they ask for: two
 * places say how large each member is and where, and readers that believe different ones are how archives do harm.
 */
import { DataError, quoted } from "../errors.ts";
import { decodeUtf8 } from "./utf8.ts";

/** A member of an archive, as its central directory has it and its own header confirms. */
export interface ZipMember {
  readonly name: string;
  readonly method: "stored" | "deflated";
  /** At which byte of the archive its content begins. */
  readonly begin: number;
  /** How many bytes it takes there, ... */
  readonly packed: number;
  /** ... and once unpacked. */
  readonly size: number;
  readonly crc: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** The end record, without its comment, which has at most 2^16 - 1 bytes (4.3.16). */
const endLength = 22;
const mostComment = 0xffff;

/** Bits of a member's flags (4.4.4). */
const ENCRYPTED = 0x2041; // it is, strongly so, or its header is masked
const SIZES_BEHIND = 0x0008;
const UTF8 = 0x0800;

/** The most bytes that one deflated byte stands for: a copy of 258 bytes takes two bits at least. */
const mostExpansion = 1032;

/**
 * The members of an archive. Nothing is unpacked, and no room made for it.
 *
 * @throws DataError saying what is wrong, and at which byte: what is damaged, encrypted, split, compressed otherwise than
 *   by deflate; sizes that two places state differently, or that cannot be; members that overlap; names twice
 */
export function zipMembers(bytes: Uint8Array, file: string): ZipMember[] {
  const archive = new Archive(bytes, file);
  const { count, begin, end } = archive.directory();
  const members: ZipMember[] = [];
  const names = new Set<string>();
  const places: { begin: number; end: number; name: string }[] = [];
  let at = begin;
  for (let i = 0; i < count; i++) {
    const entry = archive.entry(at, end);
    const member = archive.member(entry, begin);
    if (names.has(member.name)) archive.fail("each name once", `${quoted(member.name)} twice`, at);
    names.add(member.name);
    members.push(member);
    places.push({ begin: entry.at, end: member.begin + member.packed, name: member.name });
    at = entry.next;
  }
  if (at !== end) archive.fail(`${count} members, as the end record says`, `${end - at} bytes behind them`, at);
  places.sort((a, b) => a.begin - b.begin);
  for (const [i, place] of places.entries()) {
    const before = places[i - 1];
    if (before === undefined || before.end <= place.begin) continue;
    archive.fail(`${quoted(place.name)} behind ${quoted(before.name)}`, "it within that", place.begin);
  }
  return members;
}

/** A member as the central directory has it. */
interface Entry {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header lies. */
  readonly at: number;
  /** Where the directory goes on. */
  readonly next: number;
}

class Archive {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  fail(expected: string, found: string, at: number, fix?: string): never {
    throw new DataError(this.#file, expected, `${found}, at byte ${at}`, fix);
  }

  /** Where the central directory lies: it ends where the record that says so begins. */
  directory(): { count: number; begin: number; end: number } {
    const record = this.#endRecord();
    if (this.#u16(record + 4) !== 0 || this.#u16(record + 6) !== 0) {
      this.fail("an archive in one file", "a part of a split one", record + 4);
    }
    const stated = [this.#u16(record + 10), this.#u32(record + 12), this.#u32(record + 16)] as const;
    if (record < 20 || this.#u32(record - 20) !== LOCATOR_64) return this.#checkDirectory(stated, record);
    const at = this.#u64(record - 12);
    const last = record - 20 - 56;
    if (at > last || this.#u32(at) !== END_64) this.fail("a zip64 end record", "none", record - 20);
    const wide = [this.#u64(at + 32), this.#u64(at + 40), this.#u64(at + 48)] as const;
    for (const [i, value] of stated.entries()) {
      if (value === wide[i] || value === (i === 0 ? 0xffff : 0xffffffff)) continue;
      this.fail("end records that say the same", `${value} and ${wide[i]}`, record);
    }
    return this.#checkDirectory(wide, at);
  }

  #checkDirectory([count, size, begin]: readonly [count: number, size: number, begin: number], end: number) {
    if (begin + size !== end) {
      this.fail(`the directory before byte ${end}`, `one of ${size} bytes from byte ${begin} on`, end);
    }
    // 46 bytes an entry: no list is begun that the directory cannot fill.
    if (count * 46 > size) this.fail(`a directory of at most ${Math.floor(size / 46)} members`, `${count}`, end);
    return { count, begin, end };
  }

  /** The last one whose comment ends with the file. */
  #endRecord(): number {
    const first = Math.max(0, this.#bytes.length - endLength - mostComment);
    for (let at = this.#bytes.length - endLength; at >= first; at--) {
      if (this.#u32(at) === END && at + endLength + this.#u16(at + 20) === this.#bytes.length) return at;
    }
    return this.fail("the end record of a zip archive", "none", this.#bytes.length, "fetch the file anew");
  }

  entry(at: number, end: number): Entry {
    if (at + 46 > end || this.#u32(at) !== ENTRY) this.fail("an entry of the directory", "none", at);
    const [nameLength, extraLength, commentLength] = [this.#u16(at + 28), this.#u16(at + 30), this.#u16(at + 32)];
    const extraAt = at + 46 + nameLength;
    const next = extraAt + extraLength + commentLength;
    if (next > end) this.fail(`an entry that ends before byte ${end}`, `one that ends at ${next}`, at);
    if (this.#u16(at + 34) !== 0 && this.#u16(at + 34) !== 0xffff) this.fail("an archive in one file", "a part", at);
    const stated = [this.#u32(at + 24), this.#u32(at + 20), this.#u32(at + 42)];
    const [size, packed, local] = this.#wide(stated, extraAt, extraLength) as [number, number, number];
    const name = this.#bytes.subarray(at + 46, extraAt);
    const [flags, method, crc] = [this.#u16(at + 8), this.#u16(at + 10), this.#u32(at + 16)];
    return { name, flags, method, crc, packed, size, at: local, next };
  }

  /** Checks an entry against the member's own header. @param end where members must end */
  member(entry: Entry, end: number): ZipMember {
    const { at, flags, packed, size, crc } = entry;
    const name = this.#nameOf(entry);
    const shown = quoted(name);
    if (flags & ENCRYPTED) this.fail(`${shown} as anybody can read it`, "it encrypted", at, "decrypt it first");
    if (entry.method !== 0 && entry.method !== 8) {
      this.fail(`${shown} stored or deflated`, `method ${entry.method} of compression`, at, "use np.savez_compressed");
    }
    const method = entry.method === 0 ? "stored" : "deflated";
    if (at + 30 > end || this.#u32(at) !== LOCAL) this.fail(`the header of ${shown}`, "none", at);
    const [nameLength, extraLength] = [this.#u16(at + 26), this.#u16(at + 28)];
    const begin = at + 30 + nameLength + extraLength;
    if (begin + packed > end) {
      this.fail(`${shown} before byte ${end}`, `${packed} bytes of it behind byte ${begin}`, at);
    }
    const sameName = nameLength === entry.name.length && entry.name.every((b, i) => b === this.#bytes[at + 30 + i]);
    if (!sameName) this.fail(`the header of ${shown}`, "another name", at);
    if (this.#u16(at + 8) !== entry.method) this.fail(`${shown} ${method}`, "another method in its header", at);
    if (!(this.#u16(at + 6) & SIZES_BEHIND)) {
      const stated = [this.#u32(at + 22), this.#u32(at + 18)];
      const [ownSize, ownPacked] = this.#wide(stated, at + 30 + nameLength, extraLength) as [number, number];
      if (ownSize !== size || ownPacked !== packed || this.#u32(at + 14) !== crc) {
        this.fail(`the sizes and checksum of ${shown} that the directory has`, "others in its own header", at);
      }
    }
    if (method === "stored" ? size !== packed : size > packed * mostExpansion) {
      this.fail(`a size that ${packed} bytes ${method} can have for ${shown}`, `${size} bytes`, at);
    }
    return { name, method, begin, packed, size, crc };
  }

  #nameOf({ name, flags, at }: Entry): string {
    // Without the flag a name is in some code page of old; what is ASCII is the same in all.
    const known = flags & UTF8 || name.every((byte) => byte <= 0x7f);
    const text = known ? decodeUtf8(name) : null;
    if (typeof text === "string") return text;
    return this.fail("a name in ASCII, or in UTF-8 and marked so", "another", at);
  }

  /** Fields whose 32 bits are all set stand in an extra field, one after the other (4.5.3). */
  #wide(fields: readonly number[], extraAt: number, extraLength: number): number[] {
    if (fields.every((field) => field !== 0xffffffff)) return [...fields];
    const end = extraAt + extraLength;
    for (let at = extraAt; at + 4 <= end; at += 4 + this.#u16(at + 2)) {
      const last = at + 4 + this.#u16(at + 2);
      if (last > end) break;
      if (this.#u16(at) !== 1) continue;
      let from = at + 4;
      return fields.map((field) => {
        if (field !== 0xffffffff) return field;
        if (from + 8 > last) this.fail("sizes of 64 bits", "the end of the extra field", from);
        from += 8;
        return this.#u64(from - 8);
      });
    }
    return this.fail("sizes of 64 bits in an extra field", "none", extraAt);
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** Of 64 bits; what no double holds is beyond any file, too. */
  #u64(at: number): number {
    return Number(this.#view.getBigUint64(at, true));
  }
}
