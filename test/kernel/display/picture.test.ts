import { describe, expect, test } from "vitest";
import { pictureFormat } from "../../../kernel/display/picture.ts";
import { pictureBundle } from "../../../kernel/display/picture-bundle.ts";
import { bundleOf } from "../../../kernel/session/bundle.ts";

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

// Pictures of 3 × 2 pixels as Pillow 11 writes them.
const png = bytes(
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGM8IWfDwMDAwMDAxAADABUsASY0+3CFAAAAAElFTkSuQmCC",
);
const gif = bytes("R0lGODdhAwACAIEAAMgePAAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7");
const jpeg = bytes(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAACAAMDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCOiiikdB//2Q==",
);
const lossy = bytes("UklGRi4AAABXRUJQVlA4ICIAAABwAQCdASoDAAIAB0CWJaACdAF1AAD+4cC9t/hz4s/U9sAA");
const lossless = bytes("UklGRh4AAABXRUJQVlA4TBEAAAAvAkAAAAdQjyKXp/+BiOh/AAA=");
const extended = bytes(
  "UklGRoYAAABXRUJQVlA4WAoAAAACAAAAAgAAAQAAQU5JTQYAAAAAAAAAAABBTk1GKgAAAAAAAAAAAAIAAAEAAAAAAAJWUDhMEQAAAC8CQAAAB1CPIpen/4GI6H8AAEFOTUYoAAAAAAAAAAAAAgAAAQAAAAAAAFZQOEwQAAAALwJAAAAHUI8oT/8DEdH/AA==",
);
const svg = new TextEncoder().encode(
  '<?xml version="1.0"?>\n<!-- a dot -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
);

describe("the first bytes of a picture", () => {
  test.each([
    ["PNG", png, { mime: "image/png", width: 3, height: 2 }],
    ["GIF", gif, { mime: "image/gif", width: 3, height: 2 }],
    ["JPEG", jpeg, { mime: "image/jpeg", width: 3, height: 2 }],
    ["lossy WebP", lossy, { mime: "image/webp", width: 3, height: 2 }],
    ["lossless WebP", lossless, { mime: "image/webp", width: 3, height: 2 }],
    ["animated WebP", extended, { mime: "image/webp", width: 3, height: 2 }],
    ["SVG", svg, { mime: "image/svg+xml" }],
  ])("tell %s and its size", (_, data, format) => {
    expect(pictureFormat(data)).toEqual(format);
  });

  test("tell it also in the middle of a buffer, and when the file is cut short", () => {
    const within = new Uint8Array(100);
    within.set(png.subarray(0, 30), 7);
    expect(pictureFormat(within.subarray(7))).toMatchObject({ mime: "image/png", width: 3 });
    for (const data of [png, gif, jpeg, lossy, lossless, extended]) {
      for (let length = 0; length < data.length; length++) pictureFormat(data.subarray(0, length));
    }
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["numbers", new Uint8Array([1, 2, 3])],
    ["HTML", new TextEncoder().encode("<html><svg></svg></html>")],
    ["XML of another kind", new TextEncoder().encode("<?xml version='1.0'?><rss/>")],
  ])("of %s tell nothing", (_, data) => {
    expect(pictureFormat(data)).toBeUndefined();
  });
});

describe("bytes of a picture as a cell's value", () => {
  test("are shown as the picture, with its format and size as text", () => {
    expect(bundleOf(png)).toEqual({
      "text/plain": `image/png, 3 × 2 pixels, ${png.length} bytes`,
      "image/png": Buffer.from(png).toString("base64"),
    });
    expect(bundleOf(Buffer.from(jpeg))).toHaveProperty(["image/jpeg"]);
    expect(bundleOf(svg)).toHaveProperty(["image/svg+xml"], expect.stringContaining("<svg"));
  });

  test("are an element where exporters do not know the format", () => {
    expect(bundleOf(gif)).toHaveProperty(["text/html"], expect.stringMatching(/^<img src="data:image\/gif;base64,/));
  });

  test("may be given a size and words", () => {
    const bundle = pictureBundle(png, { width: 300, alt: 'a "dot"' });
    expect(bundle).toMatchObject({ "text/plain": 'a "dot"' });
    expect(bundle?.["text/html"]).toMatch(/alt="a &quot;dot&quot;" width="300">$/);
  });
});
