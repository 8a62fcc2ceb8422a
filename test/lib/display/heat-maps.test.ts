import { expect, test } from "vitest";
import { colourAt } from "../../../lib/display/colours.ts";
import { type HeatMapOptions, heatMaps } from "../../../lib/display/heat-maps.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectHarmless, expectWellFormed, formOf, hostile, pixelsOf, pngOf, sourceOf } from "./support.ts";

const options = (count: number, more: Partial<HeatMapOptions> = {}): HeatMapOptions => ({
  title: "map",
  caption: "What it means",
  labels: Array.from({ length: count }, (_, n) => `class ${n}`),
  notes: Array.from({ length: count }, () => "1"),
  noted: "score",
  signed: true,
  combine: "sum",
  clip: 1,
  ...more,
});

test("an input lies beside its map and the two together, each pixel a square", () => {
  const inputs = tensor([0, 1, 0.5, 0], [1, 1, 2, 2]);
  const png = pngOf(heatMaps(inputs, tensor([1, -1, 0, 0.5], [1, 1, 2, 2]), options(1)).bundle);
  const side = (png.width - 2 * 5) / 3; // three images, gaps of 5 pixels
  const centre = (image: number, row: number, column: number) =>
    png.at(Math.floor(image * (side + 5) + (0.25 + 0.5 * column) * side), Math.floor((0.25 + 0.5 * row) * side));
  expect(centre(0, 0, 0)).toEqual([0, 0, 0]);
  expect(centre(0, 0, 1)).toEqual([255, 255, 255]);
  expect(centre(1, 0, 0)).toEqual([...colourAt("diverging", 1)]);
  expect(centre(1, 0, 1)).toEqual([...colourAt("diverging", 0)]);
  expect(centre(1, 1, 0)).toEqual([...colourAt("diverging", 0.5)]);
  const [r, , b] = centre(2, 0, 1);
  expect(b!).toBeGreaterThan(r!); // what speaks against it is bluish over the input, too
  const [grey, also] = centre(2, 1, 0);
  expect(grey).toBe(also); // where the map is zero the input shows
});

test("channels are added where signs count, and the largest taken where sizes do", () => {
  const inputs = zeros([1, 3, 1, 2]);
  const maps = tensor([1, 0, -1, 0, 0, 3], [1, 3, 1, 2]);
  const words = (more: Partial<HeatMapOptions>) => heatMaps(inputs, maps, options(1, more)).toString();
  expect(words({ combine: "sum" })).toContain("class 0 (score 1): strongest at row 0, column 1");
  expect(words({ combine: "largest", signed: false })).toContain("strongest at row 0, column 1");
  expect(heatMaps(inputs, zeros([1, 3, 1, 2]), options(1)).toString()).toContain("zero everywhere");
});

test("one outlier does not hide the rest where a share is clipped", () => {
  const data = Float32Array.from({ length: 400 }, (_, i) => (i === 0 ? 1000 : 1));
  const picture = heatMaps(
    zeros([1, 1, 20, 20]),
    tensor(data, [1, 1, 20, 20]),
    options(1, { signed: false, clip: 0.99 }),
  );
  const png = pngOf(picture.bundle);
  expect(png.at(Math.floor(png.width / 2), 100)).toEqual([...colourAt("sequential", 1)]);
  expect(picture.toString()).toContain("The strongest 1 % of a map look alike");
});

test("each map's scale ends at a number that stands below it, and the bar says what its ends are", () => {
  const maps = tensor([1, -0.03125, 0, 0, 0.5, 0], [3, 1, 1, 2]);
  const words = (signed: boolean, count = 3) =>
    sourceOf(heatMaps(zeros([count, 1, 1, 2]), maps, options(count, { signed })).bundle);
  for (const text of ["± 1", "0", "± 0.5", "against", "for"]) expect(words(true)).toContain(`>${text}</text>`);
  for (const text of ["1", "0", "0.5", "strongest"]) expect(words(false)).toContain(`>${text}</text>`);
  expect(words(false, 1)).toContain(">strongest 1</text>");
});

test("NaN is magenta and said, names are shown and never executed, the SVG is well-formed", () => {
  const maps = tensor([Number.NaN, 1, 1, 1], [1, 1, 2, 2]);
  const { bundle } = heatMaps(zeros([1, 1, 2, 2]), maps, options(1, { labels: [hostile], title: hostile }));
  const png = pngOf(bundle);
  const side = (png.width - 10) / 3;
  expect(png.at(Math.floor(side + 5 + side / 4), Math.floor(side / 4))).toEqual([255, 0, 255]);
  expect(bundle["text/plain"]).toContain("What is NaN or infinite is magenta");
  expect(sourceOf(bundle)).toContain(">NaN or infinite</text>");
  expectHarmless(formOf(bundle, "text/html"));
  expectWellFormed(sourceOf(bundle).replace(/^data:image\/svg\+xml,/, ""));
});

test("sequences are drawn as channels by places, rows as one line; a map of one channel stands for all", () => {
  expect(heatMaps(zeros([1, 4, 9]), zeros([1, 4, 9]), options(1)).toString()).toContain("zero everywhere");
  expect(heatMaps(zeros([1, 4, 9]), zeros([1, 1, 9]), options(1)).toString()).toContain("zero everywhere");
  expect(heatMaps(zeros([2, 30]), zeros([2, 30]), options(2)).toString()).toContain("From the left");
});

test("eight noisy images of CIFAR's size stay under 60 kB, large ones are fewer, which is said", () => {
  const noise = (shape: readonly number[]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return tensor(
      Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) ** 2),
      shape,
    );
  };
  const { bundle } = heatMaps(noise([12, 1, 28, 28]), noise([12, 1, 28, 28]), options(12));
  expect(formOf(bundle, "text/html").length).toBeLessThan(60_000);
  expect(bundle["text/plain"]).toContain("The first 8 of 12 examples");
  const large = heatMaps(noise([3, 3, 128, 128]), noise([3, 3, 128, 128]), options(3));
  expect(large.toString()).toContain("The first 1 of 3 examples");
  // Noise does not pack, and is the worst there is: half a megabyte where three images of this size were drawn as they are.
  const photograph = heatMaps(noise([1, 3, 224, 224]), noise([1, 3, 224, 224]), options(1));
  expect(JSON.stringify(photograph.bundle).length).toBeLessThan(120_000);
  expect(photograph.toString()).toContain("Drawn at 1/2 of the size, each pixel the mean of 2 × 2.");
});

test("images of any form that are drawn smaller keep what lies where: odd sizes, NaN, one line", () => {
  const sizes = [
    [301, 199],
    [1, 40_000],
    [129, 128],
  ] as const;
  for (const [height, width] of sizes) {
    const maps = zeros([1, 1, height, width]);
    maps.data[height * width - 1] = Number.NaN;
    maps.data[0] = 1;
    const { bundle } = heatMaps(zeros([1, 1, height, width]), maps, options(1));
    expect(bundle["text/plain"]).toContain("What is NaN or infinite is magenta");
    const svg = sourceOf(bundle);
    const sprite = pixelsOf(/base64,([^"]*)/.exec(svg)![1]!);
    const last = [1, 2].flatMap((up) =>
      Array.from({ length: sprite.width }, (_, x) => sprite.at(x, sprite.height - up)),
    );
    const colours = new Set(last.map(String));
    expect(colours).toContain("255,0,255");
  }
});
