import { DataError } from "../errors.ts";

/** One image of a .cdb file. */
export interface CdbImage {
  readonly label: number;
  readonly height: number;
  readonly width: number;
  /** `[height, width]`, 0 paper .. 255 ink. */
  readonly data: Uint8Array;
}

const HEADER = 1024;
const CLASSES = 128;
/** Where the header has the counts of each class, and the byte that says whether images are black and white or grey. */
const COUNTS = 10;
const KIND = COUNTS + 4 * CLASSES;
/** The byte before every record. */
const START = 0xff;

/**
 * Reads a .cdb file, the format of the Hoda digits (Khosravi, Kabir, 2007). A header of 1,024 bytes, little end first: the
 * year in two bytes, month, day, width, height, the number of records in four, the number in each of 128 classes in four
 * each, the kind of image (0: black and white), a comment. Then records: 0xFF, the label, width and height where the
 * header has none, the number of bytes in two, and these: for each row the lengths of its runs, paper first, in turn.
 *
 * @param bytes the whole file
 * @param name the file's path, for errors
 * @param limit stops after so many records
 * @throws DataError if it is cut short or too long, a run does not fit its row, or the counts are not those of the header
 */
export function parseCdb(bytes: Uint8Array, name: string, limit = Number.POSITIVE_INFINITY): CdbImage[] {
  if (bytes.length < HEADER) throw new DataError(name, `a header of ${HEADER} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, total] = [bytes[4]!, bytes[5]!, view.getUint32(6, true)];
  const counts = Array.from({ length: CLASSES }, (_, label) => view.getUint32(COUNTS + 4 * label, true));
  const sum = counts.reduce((a, b) => a + b, 0);
  // A record is five bytes at least, so a wild total is seen before anything is made of it.
  if (total === 0 || sum !== total || total * 5 > bytes.length - HEADER) {
    const found = `${total} records, ${sum} in all classes together, and ${bytes.length} bytes`;
    throw new DataError(name, "a .cdb header whose counts add up", found, "check that this is a file of the Hoda set");
  }
  if (bytes[KIND] !== 0) {
    throw new DataError(
      name,
      `black and white images (0 in byte ${KIND})`,
      `${bytes[KIND]}, which stands for grey ones`,
    );
  }
  const images: CdbImage[] = [];
  const met = new Array<number>(CLASSES).fill(0);
  let at = HEADER;
  for (let record = 0; record < total && images.length < limit; record++) {
    const image = readRecord(bytes, at, width, height, name, record);
    met[image.label]!++;
    images.push(image);
    at = image.end;
  }
  if (images.length < total) return images;
  if (at !== bytes.length) {
    const fix = "fetch the file anew";
    throw new DataError(name, `the end of the file after ${total} records`, `${bytes.length - at} bytes more`, fix);
  }
  const wrong = met.findIndex((count, label) => count !== counts[label]);
  if (wrong >= 0) throw new DataError(name, `${counts[wrong]} of class ${wrong}, as the header says`, `${met[wrong]}`);
  return images;
}

function readRecord(
  bytes: Uint8Array,
  begin: number,
  fixedWidth: number,
  fixedHeight: number,
  name: string,
  record: number,
): CdbImage & { end: number } {
  let at = begin;
  const wrong = (expected: string, found: string, fix?: string): DataError =>
    new DataError(name, `${expected} in record ${record}`, found, fix);
  const next = (what: string): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw wrong(what, "the end of the file", "fetch the file anew");
    return byte;
  };
  const start = next("a record's first byte");
  if (start !== START) throw wrong("0xff, which begins a record", `0x${start.toString(16).padStart(2, "0")}`);
  const label = next("a label");
  if (label > 9) throw wrong("a label 0 .. 9", `${label}`);
  const own = fixedWidth === 0 || fixedHeight === 0;
  const width = own ? next("a width") : fixedWidth;
  const height = own ? next("a height") : fixedHeight;
  if (width === 0 || height === 0) throw wrong("an image of one pixel or more", `${height} × ${width}`);
  const length = next("a number of bytes") + 256 * next("a number of bytes");
  const end = at + length;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    let ink = false;
    for (let x = 0; x < width; ink = !ink) {
      const run = next(`the runs of row ${row}`);
      if (at > end) throw wrong(`${length} bytes of runs`, `more, in row ${row} of ${height}`);
      if (x + run > width) throw wrong(`runs of ${width} pixels together in row ${row}`, `${x + run}`);
      if (ink) data.fill(255, row * width + x, row * width + x + run);
      x += run;
    }
  }
  if (at !== end) throw wrong(`${length} bytes of runs`, `${length - (end - at)}`);
  return { label, height, width, data, end };
}
