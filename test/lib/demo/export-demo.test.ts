import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DemoSettings, Respondent } from "../../../lib/demo/answer.ts";
import {
  Conv2d,
  exportDemo,
  Flatten,
  GlobalAveragePool2d,
  lenet5,
  type Module,
  parseOnnx,
  ReLU,
  Sequential,
  Softmax,
  softmax,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";
import { temporaryFolder } from "../../package/command.ts";
import { expectHarmless, hostile } from "../display/support.ts";

/** What stands in a page under a name. */
const partOf = (page: string, id: string): string =>
  new RegExp(`<script type="[^"]*" id="${id}">(.*?)</script>`).exec(page)?.[1] ?? "";

/** A page's own answer, as its script gives it, with the network that travels in it. */
async function respondentOf(network: Module, shape: readonly [number, number, number], options = {}) {
  const path = join(temporaryFolder(), "demo.html");
  const bytes = await exportDemo(path, network, shape, options);
  const page = readFileSync(path, "utf8");
  expect(bytes).toBe(readFileSync(path).length);
  const settings = JSON.parse(partOf(page, "settings")) as DemoSettings;
  const model = parseOnnx(new Uint8Array(Buffer.from(partOf(page, "network"), "base64")));
  return { page, settings, respondent: new Respondent(model, settings) };
}

const bytesOf = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);

/** Rounding of float32 in another order of sums: probabilities are at most 1, and scores of some 2⁻²² apart. */
const close = 1e-6;

test("a page's network answers as the network itself, with what every layer came to", async () => {
  const network = lenet5();
  const { respondent } = await respondentOf(network, [1, 28, 28]);
  const bytes = bytesOf(28 * 28);
  const { shares, activations } = respondent.answer(bytes);
  const image = tensor(
    Float32Array.from(bytes, (byte) => byte / 255),
    [1, 1, 28, 28],
  );
  const expected = softmax(network.eval().forward(image)).data;
  expect(Math.max(...shares.map((share, i) => Math.abs(share - expected[i]!)))).toBeLessThan(close);
  const maps = network.layers.conv1.forward(image);
  const [first] = activations as [(typeof activations)[number]];
  expect([first.name, ...first.shape]).toEqual(["conv1/Conv", 6, 28, 28]);
  expect(Math.max(...first.values.map((value, i) => Math.abs(value - maps.data[i]!)))).toBeLessThan(close);
  expect(activations.map(({ name }) => name)).toContain("fc3/Gemm");
  expect(respondent.answer(bytes).activations, "asked again, it looks at the same layers").toHaveLength(
    activations.length,
  );
});

test("probabilities are not made probabilities again, and pixels are normalised as in training", async () => {
  const conv = new Conv2d({ inChannels: 3, outChannels: 4, kernelSize: 3 });
  const network = new Sequential({
    conv,
    relu: new ReLU(),
    pool: new GlobalAveragePool2d(),
    softmax: new Softmax(),
  });
  const statistics = { mean: [0.5, 0.4, 0.3], deviation: 0.25 };
  const classes = ["cat", "dog", "گربه", hostile];
  const { page, settings, respondent } = await respondentOf(network, [3, 8, 9], {
    statistics,
    classes,
    title: hostile,
  });
  const bytes = bytesOf(3 * 72);
  const image = Float32Array.from(bytes, (byte, i) => (byte / 255 - statistics.mean[Math.floor(i / 72)]!) / 0.25);
  const expected = (network.eval() as Module).forward(tensor(image, [1, 3, 8, 9]) as unknown as Tensor).data;
  const { shares } = respondent.answer(bytes);
  expect(Math.max(...shares.map((share, i) => Math.abs(share - expected[i]!)))).toBeLessThan(close);
  expect(settings.classes).toEqual(JSON.parse(JSON.stringify(classes)));
  expectHarmless(page);
});

test("a page holds three scripts' elements, ends none of them early, and lets itself ask for nothing", async () => {
  const { page } = await respondentOf(lenet5(), [1, 28, 28]);
  expect(page.match(/<script/g)).toHaveLength(3);
  expect(page.match(/<\/script>/g)).toHaveLength(3);
  expect(page).not.toContain("<!--");
  expect(page).toContain("default-src 'none'");
  // 61,706 weights take 329 kB in base64; the rest is the library.
  expect(page.length).toBeLessThan(750_000);
});

const save = (network: unknown, shape: unknown, options?: unknown) =>
  exportDemo("nowhere/demo.html", network as Module, shape as never, options as never);
const flat = new Sequential({ flat: new Flatten() });

test.each<[string, () => Promise<number>, string]>([
  ["no network", () => save(lenet5, [1, 28, 28]), "the network is the function lenet5"],
  ["no shape", () => save(lenet5(), 28), "exportDemo: the shape is 28"],
  ["two channels", () => save(flat, [2, 4, 4]), "give [C, H, W] with 1 channel (grey) or 3"],
  ["an image of another size", () => save(lenet5(), [1, 20, 20]), "linear"],
  [
    "no scores",
    () => save(new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 }), [1, 8, 8]),
    "the network gives no score a class",
  ],
  ["too few names", () => save(lenet5(), [1, 28, 28], { classes: ["a"] }), "classes is 1 names\n  fix: give 10 texts"],
  ["another background", () => save(lenet5(), [1, 28, 28], { background: "red" }), 'background is the text "red"'],
  ["a title that is none", () => save(lenet5(), [1, 28, 28], { title: 7 }), "title is 7"],
  ["an unknown option", () => save(lenet5(), [1, 28, 28], { names: [] }), 'unknown option "names"'],
  ["no folder", () => save(lenet5(), [1, 28, 28]), "no such folder"],
])("%s: refused in words", async (_, call, message) => {
  await expect(call()).rejects.toThrow(message);
});

test("no path is refused before anything is written", async () => {
  await expect(exportDemo("", lenet5(), [1, 28, 28])).rejects.toThrow('the path is the text ""');
});
