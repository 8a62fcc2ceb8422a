import { expect, test } from "vitest";
import { imageGrid } from "../../../lib/display/image-grid.ts";
import { full, tensor, zeros } from "../../../lib/tensor/create.ts";
import { expectHarmless, expectWellFormed, formOf, hostile, pngOf, sourceOf } from "./support.ts";

const magenta = [255, 0, 255];
const grey = (part: number) => [part, part, part];

test("a single image is enlarged by a whole number, least value black, greatest white", () => {
  const { bundle } = imageGrid(
    tensor([
      [-1, 0],
      [1, 3],
    ]),
  );
  const png = pngOf(bundle);
  expect([png.width, png.height]).toEqual([320, 320]);
  expect(png.at(0, 0)).toEqual(grey(0));
  expect(png.at(159, 159)).toEqual(grey(0));
  expect(png.at(319, 319)).toEqual(grey(255));
  expect(png.at(319, 0)).toEqual(grey(64)); // a quarter of the way: 255 / 4, in 253 levels
  expect(bundle["text/plain"]).toBe("1 image, 2 × 2 pixels. Values from -1 (black) to 3 (white).");
});

test("an image of three channels keeps its colours where they are shares of one", () => {
  const red = tensor([1, 0, 0, 0.2, 0, 0], [1, 3, 1, 2]);
  const png = pngOf(imageGrid(red).bundle);
  expect(png.at(0, 0)).toEqual([255, 0, 0]);
  expect(png.at(png.width - 1, 0)).toEqual([0, 51, 0]);
  const bytes = pngOf(imageGrid(tensor([100, 50, 25], [3, 1, 1], "uint8")).bundle);
  expect(bytes.at(0, 0)).toEqual([100, 50, 25]);
});

test.each([
  { shape: [4, 1, 9, 9], images: 4 },
  { shape: [4, 9, 9], images: 4 },
  { shape: [2, 3, 9, 9], images: 2 },
  { shape: [3, 9, 9], images: 1 },
  { shape: [9, 9], images: 1 },
])("a tensor $shape is read as $images images", ({ shape, images }) => {
  expect(imageGrid(zeros(shape)).toString()).toContain(`${images} image`);
});

test("images lie side by side with lines between them, one scale for all", () => {
  const { bundle } = imageGrid(tensor([0, 10, 5], [3, 1, 1, 1]));
  const png = pngOf(bundle);
  expect([png.width, png.height]).toEqual([3 * 88 + 2 * 3, 88]);
  expect([0, 91, 182].map((x) => png.at(x, 44))).toEqual([grey(0), grey(255), grey(128)]);
  expect(png.at(89, 44)).toEqual([140, 146, 152]);
});

test("each image on its own scale uses all of it, and the caption says so", () => {
  const { bundle } = imageGrid(tensor([0, 1, 0, 100], [2, 1, 1, 2]), { range: "each" });
  const png = pngOf(bundle);
  expect(png.at(87, 0)).toEqual(grey(255));
  expect(png.at(png.width - 1, 0)).toEqual(grey(255));
  expect(bundle["text/plain"]).toContain("Values from 0 to 100; every image has its own scale.");
});

test("values beyond a given range take its ends", () => {
  const png = pngOf(imageGrid(tensor([[-5, 0, 5, 99]]), { range: [0, 10] }).bundle);
  const at = [0, 1, 2, 3].map((i) => png.at(i * 80, 0));
  expect(at).toEqual([grey(0), grey(0), grey(128), grey(255)]);
});

test.each(["grey", "sequential", "diverging"] as const)(
  "NaN and infinities are magenta in %s, counted, and leave the scale alone",
  (colours) => {
    const x = tensor([
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 2],
    ]);
    const { bundle } = imageGrid(x, { colours });
    const png = pngOf(bundle);
    expect(png.at(2, 2)).toEqual(magenta);
    expect(png.at(2, png.height - 3)).toEqual(magenta);
    expect(png.at(png.width - 3, 2)).not.toEqual(magenta);
    expect(bundle["text/plain"]).toContain("1 value is NaN, 1 value is infinite, drawn magenta");
    expect(bundle["text/plain"]).toContain("from 0");
  },
);

test("images without one finite value are drawn, and said to have none", () => {
  const { bundle } = imageGrid(full([4, 4], Number.NaN));
  expect(pngOf(bundle).at(0, 0)).toEqual(magenta);
  expect(bundle["text/plain"]).toContain("No finite value. 16 values are NaN");
});

test("more than 64 images are cut, which is said; the 65th changes nothing", () => {
  const many = imageGrid(
    tensor(
      Float32Array.from({ length: 65 }, (_, i) => (i === 64 ? 1e9 : i)),
      [65, 1, 1, 1],
    ),
  ).bundle;
  const few = imageGrid(
    tensor(
      Float32Array.from({ length: 64 }, (_, i) => i),
      [64, 1, 1, 1],
    ),
  ).bundle;
  expect(many["image/png"]).toBe(few["image/png"]);
  expect(many["text/plain"]).toContain("The first 64 of 65 images");
  expect(few["text/plain"]).not.toContain("The first");
});

test("a picture wider than the page is drawn smaller, each pixel the mean of a square", () => {
  const x = zeros([1600, 1600]);
  x.data[0] = 9; // of the 3 × 3 numbers under the first pixel
  const { bundle } = imageGrid(x, { range: [0, 1] });
  const png = pngOf(bundle);
  expect([png.width, png.height]).toEqual([534, 534]);
  expect(png.at(0, 0)).toEqual(grey(255));
  expect(png.at(1, 0)).toEqual(grey(0));
  expect(bundle["text/plain"]).toContain("Drawn at 1/3 of the size");
});

test("labels stand in the picture and its text, escaped; the SVG around the PNG is well-formed", () => {
  const { bundle } = imageGrid(zeros([2, 1, 8, 8]), { labels: ["seven", hostile], title: hostile, caption: hostile });
  const svg = sourceOf(bundle);
  expect(svg).toContain(">seven</text>");
  expectWellFormed(svg.slice(svg.indexOf("<svg")));
  expectHarmless(formOf(bundle, "text/html"));
  expect(bundle["text/plain"]).toContain(`Labels: seven | ${hostile}.`);
});

test("no image at all is said in words", () => {
  const { bundle } = imageGrid(zeros([0, 1, 28, 28]), { title: "batch" });
  expect(bundle["text/plain"]).toBe("batch. No images to draw.");
  expect(bundle["text/html"]).toContain("No images to draw.");
});

test("the same images give the same bytes", () => {
  const x = tensor(
    Float32Array.from({ length: 784 }, (_, i) => Math.sin(i)),
    [28, 28],
  );
  expect(imageGrid(x).bundle).toEqual(imageGrid(x).bundle);
});

test("what cannot be drawn is refused by name, with the change that helps", () => {
  expect(() => imageGrid(zeros([2, 16, 5, 5]))).toThrow(
    /imageGrid: an image has 1 or 3 channels, not 16[\s\S]*activationMaps/,
  );
  expect(() => imageGrid(zeros([5]))).toThrow("images have 2 to 4 axes, this tensor has 1");
  expect(() => imageGrid(zeros([2, 1, 0, 5]))).toThrow("the images have no pixels");
  expect(() => imageGrid(zeros([2, 2]), { colors: "grey" } as object)).toThrow('unknown option "colors"');
  expect(() => imageGrid(zeros([2, 2]), { colours: "jet" as "grey" })).toThrow('there is no colour map "jet"');
  expect(() => imageGrid(zeros([2, 2, 2]), { labels: ["a"] })).toThrow("1 label for 2 images");
  expect(() => imageGrid(zeros([2, 2]), { range: [1, 1] })).toThrow("range is [1,1]");
  expect(() => imageGrid(zeros([2, 2]), { columns: 0 })).toThrow("columns is 0");
});
