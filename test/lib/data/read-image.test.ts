import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { imageFolder } from "../../../lib/data/image-folder.ts";
import { readImage } from "../../../lib/data/read-image.ts";
import { areaResize } from "../../../lib/data/resize.ts";
import { DataError } from "../../../lib/errors.ts";
import { hasShared, sharedPath } from "../shared.ts";
import { folderOf } from "./idx-files.ts";

type Samples = Uint8Array | Uint16Array;

const png = (data: Samples, height: number, width: number, channels: number, depth: 8 | 16 = 8): Buffer =>
  Buffer.from(encodePng({ data, height, width, channels, depth }));

/** A file of this content, in a folder that goes with the test. */
const fileOf = (bytes: Buffer, name = "picture"): string => join(folderOf({ [name]: bytes }), name);

/** A chunk of a PNG file; the checksum is left empty, as nobody looks at it. */
function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4);
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

/** A PNG file made by hand. */
function pngOf(width: number, height: number, depth: number, type: number, rows: Buffer, ...extra: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = type;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...extra,
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

async function failure(bytes: Buffer): Promise<string> {
  const error = await readImage(fileOf(bytes)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

describe("readImage reads PNG files", () => {
  test("of grey and of colour, as planes of 0 .. 1", async () => {
    const grey = await readImage(fileOf(png(Uint8Array.of(0, 51, 102, 255), 2, 2, 1)));
    expect(grey.shape).toEqual([1, 2, 2]);
    expect(grey.data).toEqual(Float32Array.of(0, 0.2, 0.4, 1));
    const colour = await readImage(fileOf(png(Uint8Array.of(255, 0, 51, 0, 255, 102), 1, 2, 3)));
    expect(colour.shape).toEqual([3, 1, 2]);
    expect(colour.data).toEqual(Float32Array.of(1, 0, 0, 1, 0.2, 0.4));
  });

  test("of 16 bits, and of 1, 2 and 4 bits whose rows end within a byte", async () => {
    const deep = await readImage(fileOf(png(Uint16Array.of(0, 65_535, 13_107), 1, 3, 1, 16)));
    expect(deep.data).toEqual(Float32Array.of(0, 1, 0.2));
    const bits = await readImage(fileOf(pngOf(3, 2, 1, 0, Buffer.from([0, 0b10100000, 0, 0b01000000]))));
    expect([...bits.data]).toEqual([1, 0, 1, 0, 1, 0]);
    const pairs = await readImage(fileOf(pngOf(3, 1, 2, 0, Buffer.from([0, 0b00011100]))));
    expect(pairs.data).toEqual(Float32Array.of(0, 1 / 3, 1));
  });

  test("with a palette, also with clear colours", async () => {
    const colours = chunk("PLTE", Buffer.from([255, 0, 0, 0, 0, 255]));
    const rows = Buffer.from([0, 1, 0]);
    const opaque = await readImage(fileOf(pngOf(2, 1, 8, 3, rows, colours)));
    expect([...opaque.data]).toEqual([0, 1, 0, 0, 1, 0]);
    const clear = chunk("tRNS", Buffer.from([0]));
    const behind = await readImage(fileOf(pngOf(2, 1, 8, 3, rows, colours, clear)), { background: 0.5 });
    expect([...behind.data]).toEqual([0, 0.5, 0, 0.5, 1, 0.5]);
  });

  test("with opacity: laid on the background, or kept", async () => {
    const file = fileOf(png(Uint8Array.of(255, 0, 0, 51), 1, 1, 4));
    expect((await readImage(file)).data).toEqual(Float32Array.of(1, 0.8, 0.8));
    expect((await readImage(file, { background: 0 })).data).toEqual(Float32Array.of(0.2, 0, 0));
    expect((await readImage(file, { channels: 4 })).data).toEqual(Float32Array.of(1, 0, 0, 0.2));
  });

  test("as grey by the weights of television, and grey as colour", async () => {
    const file = fileOf(png(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), 1, 3, 3));
    expect((await readImage(file, { channels: 1 })).data).toEqual(Float32Array.of(0.299, 0.587, 0.114));
    const grey = await readImage(fileOf(png(Uint8Array.of(51), 1, 1, 1)), { channels: 3 });
    expect(grey.data).toEqual(Float32Array.of(0.2, 0.2, 0.2));
  });
});

describe("readImage reads JPEG files", () => {
  // A block of one colour a quarter, which the format keeps within a few steps of 255.
  const side = 16;
  const quarters = Buffer.alloc(side * 2 * side * 4);
  for (let i = 0; i < side * side * 2; i++) {
    const [y, x] = [Math.floor(i / (2 * side)), i % (2 * side)];
    quarters.set([x < side ? 255 : 0, y < side / 2 ? 255 : 0, 0, 255], 4 * i);
  }
  const file = jpeg.encode({ data: quarters, width: 2 * side, height: side }, 95).data;

  /** The file with a camera's note of how it was held; little end first, or big. */
  function held(orientation: number, little: boolean): Buffer {
    const tiff = Buffer.alloc(26);
    tiff.write(little ? "II" : "MM");
    const [u16, u32] = little
      ? (["writeUInt16LE", "writeUInt32LE"] as const)
      : (["writeUInt16BE", "writeUInt32BE"] as const);
    tiff[u16](42, 2);
    tiff[u32](8, 4);
    tiff[u16](1, 8);
    tiff[u16](0x0112, 10);
    tiff[u16](3, 12);
    tiff[u32](1, 14);
    tiff[u16](orientation, 18);
    const note = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
    const head = Buffer.from([0xff, 0xe1, 0, note.length + 2]);
    return Buffer.concat([file.subarray(0, 2), head, note, file.subarray(2)]);
  }

  /** The red and the green of the middle of each quarter, row by row. */
  async function corners(bytes: Buffer): Promise<string> {
    const { data, shape } = await readImage(fileOf(bytes));
    const [, height, width] = shape;
    return [0.25, 0.75]
      .flatMap((v) => [0.25, 0.75].map((u) => Math.floor(v * height) * width + Math.floor(u * width)))
      .map((i) => `${Math.round(data[i]!)}${Math.round(data[height * width + i]!)}`)
      .join(" ");
  }

  test("in their colours", async () => {
    expect((await readImage(fileOf(file))).shape).toEqual([3, 16, 32]);
    expect(await corners(file)).toBe("11 01 10 00");
  });

  test.each([
    [1, "11 01 10 00"],
    [2, "01 11 00 10"],
    [3, "00 10 01 11"],
    [4, "10 00 11 01"],
    [5, "11 10 01 00"],
    [6, "10 11 00 01"],
    [7, "00 01 10 11"],
    [8, "01 00 11 10"],
  ])("upright, whose camera was held as %i", async (orientation, expected) => {
    expect(await corners(held(orientation, true))).toBe(expected);
    expect(await corners(held(orientation, false))).toBe(expected);
  });

  test("and says what is wrong with those that are damaged", async () => {
    expect(await failure(file.subarray(0, 100))).toMatch(/JPEG file with a frame header|intact JPEG/);
    expect(await failure(file.subarray(0, file.length - 60))).toContain("expected an intact JPEG file");
    expect(await failure(Buffer.concat([file.subarray(0, 4), Buffer.alloc(300)]))).toContain("frame header");
  });
});

describe("readImage refuses", () => {
  test.each([
    ["another format", Buffer.from("GIF89a"), /a PNG or JPEG file\n.*47 49 46 38/],
    ["an empty file", Buffer.alloc(0), /an empty file/],
    ["a PNG file cut short", png(new Uint8Array(100), 10, 10, 1).subarray(0, 60), /IDAT|IEND/],
    [
      "a picture too large for any memory",
      pngOf(60_000, 60_000, 8, 2, Buffer.alloc(10)),
      /100 million pixels\n.*60000 × 60000/,
    ],
    ["one without pixels", pngOf(0, 5, 8, 0, Buffer.alloc(0)), /1 to 100 million pixels\n.*5 × 0/],
    [
      "pixels that unpack to far more than there are",
      pngOf(2, 2, 8, 0, Buffer.alloc(1 << 22)),
      /intact pixels of 2 × 2/,
    ],
    ["too few pixels", pngOf(9, 9, 8, 0, Buffer.alloc(9)), /intact PNG file/],
  ] as [string, Buffer, RegExp][])("%s", async (_, bytes, message) => {
    expect(await failure(bytes)).toMatch(message);
  });

  test("a missing file, and options that are none", async () => {
    await expect(readImage("nowhere.png")).rejects.toThrow(/a file that can be read\n.*nothing there/);
    await expect(readImage("x", { grey: true } as never)).rejects.toThrow('unknown option "grey"');
    await expect(readImage("x", { channels: 2 as never })).rejects.toThrow(/channels is 2\n.*1 \(grey\)/);
    await expect(readImage("x", { size: 0 })).rejects.toThrow("size is 0");
    await expect(readImage("x", { size: [1] as never })).rejects.toThrow(/size is a plain array/);
    await expect(readImage("x", { fit: "crop" as never })).rejects.toThrow(/fit is the text "crop"/);
    await expect(readImage("x", { background: 2 })).rejects.toThrow("background is 2");
    await expect(readImage(7 as never)).rejects.toThrow("the file is 7");
  });
});

describe("resizing", () => {
  test("smaller, a pixel is the mean of what it covers, with parts of pixels", () => {
    const plane = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect([...areaResize(plane, { height: 3, width: 3 }, { height: 1, width: 1 })]).toEqual([5]);
    // One and a half pixels each way: (1 + 2/2 + 4/2 + 5/4) / 2.25 = 2.333…
    const half = areaResize(plane, { height: 3, width: 3 }, { height: 2, width: 2 });
    [21 / 9, 33 / 9, 57 / 9, 69 / 9].forEach((x, i) => {
      expect(half[i]).toBeCloseTo(x, 6);
    });
  });

  test("larger, it is bilinear between centres", () => {
    const wide = areaResize([0, 4], { height: 1, width: 2 }, { height: 1, width: 4 });
    expect([...wide]).toEqual([0, 1, 3, 4]);
    const plane = Float64Array.from({ length: 30 }, (_, i) => (i + 1) ** 1.5);
    const grown = areaResize(plane, { height: 5, width: 6 }, { height: 7, width: 8 });
    // interpolate of PyTorch 2 in float64, bilinear, without align_corners: first, fourth and last row.
    const rows = [
      [0, "1 2.14277 3.71632 5.54663 7.64952 9.98771 12.49906 14.69694"],
      [3, "46.87217 50.31656 54.52503 58.83291 63.26184 67.808 72.44582 76.36753"],
      [6, "125 129.73407 135.47011 141.27936 147.17883 153.16689 159.2249 164.31677"],
    ] as const;
    for (const [y, values] of rows) {
      values.split(" ").forEach((value, x) => {
        expect(Math.abs(grown[y * 8 + x]! - Number(value))).toBeLessThan(2e-5); // five places, and float32 of up to 164
      });
    }
  });

  const bars = png(Uint8Array.of(0, 255, 255, 0, 0, 255, 255, 0), 2, 4, 1);
  test.each([
    ["cover", [1, 1, 1, 1]],
    ["stretch", [0.5, 0.5, 0.5, 0.5]],
    ["contain", [0.5, 0.5, 0.25, 0.25]],
  ] as const)("to other proportions by %s", async (fit, expected) => {
    const { data } = await readImage(fileOf(bars), { size: 2, fit, background: 0.25 });
    expect([...data]).toEqual(expected);
  });
});

describe("imageFolder", () => {
  const dot = (value: number): Buffer => png(Uint8Array.of(value, 0, 0), 1, 1, 3);

  test("reads a class a folder, in the order of the names", async () => {
    const folder = folderOf({ "notes.txt": Buffer.from("x") });
    for (const [name, value] of [
      ["dog/b.png", 51],
      ["dog/a.PNG", 102],
      ["cat/z.png", 255],
      ["cat/.hidden.png", 0],
    ] as const) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), dot(value));
    }
    mkdirSync(join(folder, ".git"));
    const set = await imageFolder(folder, { size: 2 });
    expect(set.images.shape).toEqual([3, 3, 2, 2]);
    expect(set.classNames).toEqual(["cat", "dog"]);
    expect([...set.labels.data]).toEqual([0, 1, 1]);
    expect([0, 12, 24].map((i) => set.images.data[i])).toEqual([1, 0.4, 0.2].map(Math.fround));
    const first = await imageFolder(folder, { size: 1, limit: 1, normalize: { mean: 1, deviation: 0.5 } });
    expect([first.count, first.images.data[0], first.images.data[1]]).toEqual([2, 0, -2]);
  });

  test("says which folder has nothing, and which file is no picture", async () => {
    await expect(imageFolder(folderOf({ "a.png": dot(1) }), { size: 2 })).rejects.toThrow(/one a class\n.*no folder/);
    const folder = folderOf({});
    mkdirSync(join(folder, "empty"));
    await expect(imageFolder(folder, { size: 2 })).rejects.toThrow(/empty\n.*PNG or JPEG files\n.*none/);
    writeFileSync(join(folder, "empty", "broken.jpg"), "no picture");
    await expect(imageFolder(folder, { size: 2 })).rejects.toThrow(/broken\.jpg\n.*PNG or JPEG file\n.*6e 6f 20 70/);
    await expect(imageFolder(folder, {} as never)).rejects.toThrow("size is missing");
    await expect(imageFolder(join(folder, "no"), { size: 2 })).rejects.toThrow("nothing there");
  });
});

describe.skipIf(!hasShared("data/photos"))("real photographs (skipped where shared/data is missing)", () => {
  test.each([
    ["astronaut.png", [3, 512, 512]],
    ["camera.png", [1, 512, 512]],
    ["chelsea.png", [3, 300, 451]],
    ["chessboard_RGB.png", [3, 200, 200]],
    ["horse.png", [3, 328, 400]],
  ])("%s", async (name, shape) => {
    const image = await readImage(sharedPath(`data/photos/${name}`));
    expect(image.shape).toEqual(shape);
    expect(image.data.every((x) => x >= 0 && x <= 1)).toBe(true);
    const small = await readImage(sharedPath(`data/photos/${name}`), { size: 32, channels: 3 });
    expect(small.shape).toEqual([3, 32, 32]);
  });
});
