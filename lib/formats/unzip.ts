import { Inflate } from "fflate";
import { DataError, quoted } from "../errors.ts";
import { crc32 } from "./crc32.ts";
import type { ZipMember } from "./zip.ts";

/** Packed bytes that are unpacked at a time: what one step makes of them has at most 1,032 times as many, 16 MiB. */
const STEP = 2 ** 14;

/**
 * The first bytes of a member, before all of it is unpacked.
 *
 * @param least as many, or all there are; there may be more
 */
export function beginOf(archive: Uint8Array, member: ZipMember, least: number, file: string): Uint8Array {
  const packed = archive.subarray(member.begin, member.begin + member.packed);
  if (member.method === "stored") return packed.subarray(0, least);
  const parts: Uint8Array[] = [];
  let length = 0;
  inflate(packed, member, file, (part) => {
    parts.push(part);
    length += part.length;
    return length < least;
  });
  const begin = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    begin.set(part, at);
    at += part.length;
  }
  return begin;
}

/**
 * A member's content, of exactly the size and the checksum that the archive states.
 *
 * @throws DataError if it is of others, is damaged, or there is no room for it
 */
export function contentOf(archive: Uint8Array, member: ZipMember, file: string): Uint8Array {
  const { name, begin, packed, size, method, crc } = member;
  const source = archive.subarray(begin, begin + packed);
  const content = method === "stored" ? source : inflated(source, member, file);
  if (content.length === size && crc32(content) === crc) return content;
  const shown = quoted(name);
  const [expected, found] =
    content.length === size
      ? [`the checksum ${hex(crc)} of ${shown}`, hex(crc32(content))]
      : [`${size} bytes of ${shown}`, `${content.length}`];
  throw new DataError(file, expected, `${found}, from byte ${begin} on`, "the file is damaged: fetch it anew");
}

function inflated(packed: Uint8Array, member: ZipMember, file: string): Uint8Array {
  const content = roomFor(member, file);
  let length = 0;
  inflate(packed, member, file, (part) => {
    if (length + part.length > content.length) {
      const expected = `${member.size} bytes of ${quoted(member.name)}`;
      throw new DataError(file, expected, `more, from byte ${member.begin} on`);
    }
    content.set(part, length);
    length += part.length;
    return true;
  });
  return content.subarray(0, length);
}

function roomFor({ name, size }: ZipMember, file: string): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch {
    throw new DataError(file, `${quoted(name)} of a size there is room for`, `${size} bytes`);
  }
}

/** Unpacks step by step. @param take whether it wants more */
function inflate(
  packed: Uint8Array,
  { name, begin }: ZipMember,
  file: string,
  take: (part: Uint8Array) => boolean,
): void {
  let wanted = true;
  const stream = new Inflate((part) => {
    wanted = take(part);
  });
  let at = 0;
  try {
    while (wanted) {
      const next = at + STEP;
      stream.push(packed.subarray(at, next), next >= packed.length);
      if (next >= packed.length) return;
      at = next;
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const where = `between bytes ${begin + at} and ${begin + Math.min(at + STEP, packed.length)}`;
    throw new DataError(file, `${quoted(name)} as deflate packs it`, `${reason}, ${where}`, "fetch it anew");
  }
}

const hex = (crc: number): string => crc.toString(16).padStart(8, "0");
