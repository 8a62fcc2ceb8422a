import { expect, test } from "vitest";
import { activationMaps } from "../../../lib/display/activation-maps.ts";
import { colourAt } from "../../../lib/display/colours.ts";
import { filterGrid } from "../../../lib/display/filter-grid.ts";
import { Random } from "../../../lib/random.ts";
import { full, tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectWellFormed, pngOf, sourceOf, spriteIn } from "./support.ts";

const neutral = [246, 246, 246];

test("a filter's zero weights are neutral, and weights of equal size equally far from it", () => {
  const { bundle } = filterGrid(tensor([-2, 0, 1, 2], [1, 1, 2, 2]));
  const png = pngOf(bundle);
  const [right, bottom] = [png.width - 3, png.height - 3];
  expect(png.at(2, 2)).toEqual([...colourAt("diverging", 0)]);
  expect(png.at(right, 2)).toEqual(neutral);
  expect(png.at(2, bottom)).toEqual([...colourAt("diverging", 0.75)]);
  expect(png.at(right, bottom)).toEqual([...colourAt("diverging", 1)]);
  expect(bundle["text/plain"]).toBe("1 filter, 2 × 2 pixels. Values from -2 to 2; zero is white.");
});

test("filters of zeros alone are neutral, not the colour of the most negative", () => {
  expect(pngOf(filterGrid(zeros([1, 1, 3, 3])).bundle).at(5, 5)).toEqual(neutral);
});

test("filters over three channels are coloured images around mid-grey", () => {
  const png = pngOf(filterGrid(tensor([0.5, 0, 0, 0, -0.5, 0], [1, 3, 1, 2])).bundle);
  expect(png.at(2, 2)).toEqual([255, 128, 0]);
  expect(png.at(png.width - 3, 2)).toEqual([128, 128, 128]);
});

test("filters over more channels are a row a filter, a column a channel", () => {
  const weights = zeros([3, 4, 2, 2]);
  weights.data.fill(1, (1 * 4 + 2) * 4, (1 * 4 + 3) * 4); // filter 1, channel 2
  const { bundle } = filterGrid(weights);
  const png = pngOf(bundle);
  const [stepX, stepY] = [(png.width + 5) / 4, (png.height + 5) / 3];
  for (let filter = 0; filter < 3; filter++) {
    for (let channel = 0; channel < 4; channel++) {
      const lit = filter === 1 && channel === 2;
      const expected = lit ? [...colourAt("diverging", 1)] : neutral;
      expect(png.at(stepX * channel + 4, stepY * filter + 4)).toEqual(expected);
    }
  }
  expect(bundle["text/plain"]).toContain("A row a filter, a column an input channel.");
});

test("a wide layer shows its first filters and channels, and says how many there are", () => {
  const { bundle } = filterGrid(full([128, 256, 3, 3], 1));
  expect(bundle["text/plain"]).toContain("The first 4 of 128 filters. The first 16 of 256 channels.");
  expect(pngOf(bundle).width).toBeLessThanOrEqual(760);
});

test.each([7, 14, 28])(
  "the output of 64 noisy maps of %i × %i pixels stays under 60 kB, all of its forms together",
  (side) => {
    const noise = Float32Array.from({ length: 64 * side * side }, (_, i) => Math.max(0, Math.sin(i * 12.9898) * 2 - 1));
    const { bundle } = activationMaps(tensor(noise, [1, 64, side, side]));
    expect(JSON.stringify(bundle).length).toBeLessThan(60_000);
  },
);

test.each([
  [28, "In 19 shades."],
  [56, "Drawn at 1/2 of the size, each pixel the mean of 2 × 2. In 19 shades."],
])("64 square maps of side %i that are nothing but noise do as well, and what that takes is said", (side, words) => {
  const random = new Random(1);
  const noise = Float32Array.from({ length: 64 * side * side }, () => random.normal());
  const { bundle } = activationMaps(tensor(noise, [1, 64, side, side]));
  expect(JSON.stringify(bundle).length).toBeLessThan(60_000);
  expect(bundle["text/plain"]).toContain(words);
  expect(bundle["text/html"]).toContain(words);
});

test("zero is white however few shades there are", () => {
  const random = new Random(1);
  const noise = Float32Array.from({ length: 64 * 28 * 28 }, () => random.normal());
  noise.fill(0, 0, 28 * 28);
  const svg = sourceOf(activationMaps(tensor(noise, [1, 64, 28, 28])).bundle);
  expect(spriteIn(svg).at(5, 5)).toEqual([...colourAt("diverging", 0.5)]);
});

test("images of few pixels lie pixel by pixel in the page's sprite, and are shown as windows on it, as far apart as others", () => {
  const filters = zeros([3, 1, 5, 5]);
  filters.data[2 * 25 + 24] = 1; // the last pixel of the last filter
  const svg = sourceOf(filterGrid(filters).bundle);
  const sprite = spriteIn(svg);
  expect([sprite.width, sprite.height]).toEqual([15, 5]);
  expect(sprite.at(14, 4)).toEqual([...colourAt("diverging", 1)]);
  const windows = [...svg.matchAll(/<svg x="(\d+)" y="(\d+)" width="85" height="85" viewBox="(\d+) 0 85 85">/g)];
  expect(windows.map(([, x, y, from]) => [x, y, from].map(Number))).toEqual([
    [11, 11, 0],
    [11 + 92, 11, 85],
    [11 + 184, 11, 170],
  ]);
  expectWellFormed(svg.slice(svg.indexOf("<svg")));
});

test("all forms show the numbers that there were when the picture was made", () => {
  const filters = zeros([3, 1, 5, 5]);
  filters.data[0] = -1;
  const { bundle } = filterGrid(filters);
  filters.data.fill(1);
  const png = pngOf(bundle);
  expect(png.at(2, 2)).toEqual([...colourAt("diverging", 0)]);
  expect(png.at(png.width - 3, 2)).toEqual([...colourAt("diverging", 0.5)]);
});

test("maps that the page enlarges lie pixel by pixel in its sprite, in rows as they are labelled, a line around each", () => {
  const maps = zeros([1, 20, 28, 28]);
  maps.data[28 * 28 * 19] = 1; // the first pixel of the last map
  const svg = sourceOf(activationMaps(maps, { columns: 5 }).bundle);
  const sprite = spriteIn(svg);
  expect([sprite.width, sprite.height]).toEqual([5 * 30 - 2, 4 * 30 - 2]); // two pixels between maps, enlarged three times
  expect(sprite.at(4 * 30, 3 * 30)).toEqual([...colourAt("sequential", 1)]);
  expect(sprite.at(4 * 30 + 1, 3 * 30)).toEqual([...colourAt("sequential", 0)]);
  expect(svg.match(/h85v85h-85z/g)).toHaveLength(20);
  expectWellFormed(svg.slice(svg.indexOf("<svg")));
});

test("activation maps carry their channel's number, and a scale from zero on where nothing is negative", () => {
  const maps = full([1, 12, 8, 8], 0);
  maps.data[0] = 4;
  const { bundle } = activationMaps(maps);
  const svg = sourceOf(bundle);
  for (const text of [">0</text>", ">11</text>", ">4</text>"]) expect(svg).toContain(text);
  expectWellFormed(svg.slice(svg.indexOf("<svg")));
  expect(pngOf(bundle).at(2, 2)).toEqual([...colourAt("sequential", 1)]);
  expect(pngOf(bundle).at(40, 40)).toEqual([...colourAt("sequential", 0)]);
});

test("negative activations change the map to one that shows signs", () => {
  const png = pngOf(activationMaps(tensor([-3, 0], [2, 1, 1])).bundle);
  expect(png.at(2, 2)).toEqual([...colourAt("diverging", 0)]);
  expect(png.at(png.width - 3, 2)).toEqual(neutral);
});

test("maps of several images, of none, and tensors that are no filters are refused", () => {
  expect(() => activationMaps(zeros([2, 6, 4, 4]))).toThrow("these are the maps of 2 images");
  expect(() => activationMaps(zeros([6, 0, 4]))).toThrow("the maps have no values");
  expect(() => activationMaps(zeros([6]))).toThrow("activation maps have 2 to 4 axes, this tensor has 1");
  expect(() => filterGrid(zeros([6, 25]))).toThrow("filters have 4 axes, this tensor has 2");
  expect(() => filterGrid(zeros([6, 0, 5, 5]))).toThrow("the filters have no weights");
  expect(filterGrid(zeros([0, 1, 5, 5])).toString()).toBe("No filters to draw.");
});
