import { DataError } from "../errors.ts";

const BLOCK = 512;

/** Where the bytes of a member go. */
export interface MemberSink {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes files out of a tar archive as it streams by (POSIX.1-1988, "ustar"): a header of 512 bytes with name, size and a
 * checksum, then the content, filled up to a multiple of 512. Folders in names are dropped, so that nothing is ever
 * written elsewhere; members that nobody asked for are passed over.
 *
 * @param wanted the names, without folders, and the sizes they must have
 * @param open called for each of them
 * @throws DataError if the archive is damaged, or a member is missing or of another size
 */
export async function untar(
  chunks: AsyncIterable<Uint8Array>,
  archive: string,
  wanted: Readonly<Record<string, number>>,
  open: (name: string) => Promise<MemberSink>,
): Promise<void> {
  const reader = new Reader(chunks, archive);
  const left = new Set(Object.keys(wanted));
  while (left.size > 0) {
    const header = await reader.read(BLOCK);
    if (header.every((byte) => byte === 0)) {
      const missing = [...left].join(", ");
      throw new DataError(archive, `an archive that holds ${missing}`, "its end", "fetch the file anew");
    }
    const { name, size } = parseHeader(header, archive);
    const rest = (BLOCK - (size % BLOCK)) % BLOCK;
    if (left.has(name)) {
      if (size !== wanted[name]) throw new DataError(archive, `${wanted[name]} bytes of ${name}`, `${size}`);
      const sink = await open(name);
      try {
        await reader.pass(size, (bytes) => sink.write(bytes));
      } finally {
        await sink.close();
      }
      left.delete(name);
    } else {
      await reader.pass(size, () => Promise.resolve());
    }
    await reader.pass(rest, () => Promise.resolve());
  }
}

function parseHeader(header: Uint8Array, archive: string): { name: string; size: number } {
  const text = (from: number, length: number): string =>
    String.fromCharCode(...header.subarray(from, from + length)).replace(/\0.*$/s, "");
  const octal = (from: number, length: number): number => {
    const digits = text(from, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  };
  // The sum of all bytes, those of the checksum itself taken as spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  const size = octal(124, 12);
  if (octal(148, 8) !== sum || Number.isNaN(size)) {
    throw new DataError(archive, "a tar header whose checksum is right", "another one", "fetch the file anew");
  }
  const type = text(156, 1);
  const name = text(0, 100).split("/").at(-1)!;
  return { name: type === "" || type === "0" ? name : "", size };
}

/** Reads a stream of chunks in pieces of other sizes. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #archive: string;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>, archive: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#archive = archive;
  }

  /** The next bytes, copied. */
  async read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let done = 0;
    await this.pass(length, (part) => {
      bytes.set(part, done);
      done += part.length;
      return Promise.resolve();
    });
    return bytes;
  }

  /** Hands on the next bytes as they come. */
  async pass(length: number, take: (part: Uint8Array) => Promise<void>): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) throw new DataError(this.#archive, `${left} bytes more`, "the end of the archive", "fetch it anew");
        this.#rest = value;
        continue;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      await take(part);
    }
  }
}
