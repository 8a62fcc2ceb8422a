import { decode } from "fast-png";
import { expect, test } from "vitest";
import type { Rgb } from "../../../lib/display/colours.ts";
import { encodePng, enlarge, type Raster, stackPngs, toBase64 } from "../../../lib/display/png.ts";
import { svgUri } from "../../../lib/display/svg.ts";
import { escapeHtml } from "../../../lib/mime.ts";
import { hostile, pixelsOf } from "./support.ts";

test.each([1, 3, 4] as const)("a raster of %i channels comes back from its PNG byte for byte", (channels) => {
  const data = Uint8Array.from({ length: 5 * 3 * channels }, (_, i) => (i * 37) % 256);
  const png = decode(encodePng({ width: 5, height: 3, channels, data }));
  expect({ width: png.width, height: png.height, channels: png.channels }).toEqual({ width: 5, height: 3, channels });
  expect([...png.data]).toEqual([...data]);
});

test("enlarging turns every pixel into a square and invents none", () => {
  const raster: Raster = { width: 2, height: 2, channels: 3, data: Uint8Array.from({ length: 12 }, (_, i) => i) };
  const large = enlarge(raster, 3);
  expect([large.width, large.height]).toEqual([6, 6]);
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 6; x++) {
      const from = (Math.floor(y / 3) * 2 + Math.floor(x / 3)) * 3;
      expect([...large.data.subarray((y * 6 + x) * 3, (y * 6 + x) * 3 + 3)]).toEqual([from, from + 1, from + 2]);
    }
  }
});

// 0x8000 bytes are encoded at a time: one less, equal, one more; and every remainder by three.
test.each([0, 1, 2, 3, 0x7fff, 0x8000, 0x8001])("%i bytes in base64 are what Node's own encoder says", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 131) % 256);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
});

test("escaped text keeps what it says and holds nothing that HTML or XML would act on", () => {
  const escaped = escapeHtml(hostile);
  expect(escaped).toBe("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;\ufffd\ufffd");
  expect(escapeHtml("αβγ کفش 🙂\n")).toBe("αβγ کفش 🙂\n");
});

test("an SVG's address survives inside a quoted attribute and decodes to the same SVG", () => {
  const svg = '<svg a="1">100 % # &amp; 🙂\n</svg>';
  const uri = svgUri(svg);
  expect(uri).not.toMatch(/["<>&#\n]/);
  expect(decodeURIComponent(uri.slice(uri.indexOf(",") + 1))).toBe(svg);
});

test("several files stand below each other in one, whatever their colours, as many as it may hold", () => {
  const grey = toBase64(encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 200) }));
  const palette: Rgb[] = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const indexed = toBase64(encodePng({ width: 1, height: 2, channels: 1, data: Uint8Array.of(0, 1), palette }));
  const coloured = toBase64(encodePng({ width: 1, height: 1, channels: 3, data: Uint8Array.of(7, 8, 9) }));
  const all = pixelsOf(stackPngs([grey, indexed, coloured], 10_000));
  expect([all.width, all.height]).toEqual([2, 1 + 12 + 2 + 12 + 1]);
  expect([all.at(1, 0), all.at(1, 5)]).toEqual([
    [200, 200, 200],
    [255, 255, 255],
  ]);
  expect([all.at(0, 13), all.at(0, 14), all.at(0, 27)]).toEqual([...palette, [7, 8, 9]]);
  expect(stackPngs([grey, indexed], 10)).toBe(grey);
});
