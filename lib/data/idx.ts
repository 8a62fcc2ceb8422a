import { DataError } from "../errors.ts";

/** An array of bytes as an idx file holds it. */
export interface IdxArray {
  /** `[count]` for labels, `[count, height, width]` for images. */
  readonly shape: readonly number[];
  /** Row-major; a view of the file's bytes, not a copy. */
  readonly data: Uint8Array;
}

/**
 * Reads an idx file, the format of MNIST (LeCun, Cortes, Burges): a magic number whose third byte is the type (8: unsigned
 * byte) and whose fourth counts the dimensions, the size of each in four bytes, big end first, then the values.
 *
 * @param bytes the whole file, unpacked
 * @param name the file's name, for errors
 * @throws DataError if the magic number is of another format or type, or if the size is not exactly what the header says
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw new DataError(name, "an idx header of at least 4 bytes", `${bytes.length} bytes`);
  const magic = view.getUint32(0);
  const axes = magic & 0xff;
  if (magic >>> 8 !== 8 || axes === 0) {
    const found = hex(magic) + (magic >>> 16 === 0x1f8b ? ", which begins a gzip file" : "");
    throw new DataError(
      name,
      `the magic number of unsigned bytes in idx format, ${hex(0x801)} to ${hex(0x8ff)}`,
      found,
    );
  }
  const header = 4 + 4 * axes;
  if (bytes.length < header) throw new DataError(name, `an idx header of ${header} bytes`, `${bytes.length} bytes`);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = header + shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== size) {
    const difference = bytes.length < size ? `${size - bytes.length} missing` : `${bytes.length - size} too many`;
    const promised = `${size} bytes, as its header says (${header} + ${shape.join(" × ")})`;
    throw new DataError(name, promised, `${bytes.length} bytes, ${difference}`, "fetch the file anew");
  }
  return { shape, data: bytes.subarray(header) };
}

/** A magic number as the format's description writes it: `0x00000803`. */
export function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, "0")}`;
}
