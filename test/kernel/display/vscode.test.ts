import { describe, expect, test } from "vitest";
import { displaySymbol, html, image, plot, table } from "../../../kernel/api/index.ts";
import { bundleOf } from "../../../kernel/session/bundle.ts";
import {
  activationMaps,
  compareRuns,
  confusionMatrix,
  convolutionPlayer,
  digits,
  filterGrid,
  gradCam,
  gradCheckModule,
  History,
  histogram,
  layerMaps,
  layerStatistics,
  lenet5,
  networkGraph,
  numberTable,
  predictionBars,
  receptiveFieldMap,
  saliency,
  softmax,
  summary,
  tensor,
  WeightHistory,
} from "../../../lib/index.ts";

/**
 * The order in which VS Code chooses among an output's media types, from its extension for notebooks (vscode,
 * extensions/ipynb/src/deserializers.ts); the first that is there is shown.
 */
const order = [
  /^application\/vnd\./,
  /^application\/vdom\./,
  /^application\/geo\+json$/,
  /^application\/x-nteract-model-debug\+json$/,
  /^text\/html$/,
  /^application\/javascript$/,
  /^image\/gif$/,
  /^text\/latex$/,
  /^text\/markdown$/,
  /^image\/png$/,
  /^image\/svg\+xml$/,
  /^image\/jpeg$/,
  /^application\/json$/,
  /^text\/plain$/,
];

const chosen = (bundle: Record<string, unknown>) =>
  order.flatMap((pattern) => Object.keys(bundle).filter((type) => pattern.test(type)))[0];

const history = new History(1, 10_000);
for (let i = 0; i < 10_000; i++) history.record(1 / (1 + i / 100) + Math.abs(Math.sin(i * i)) / 9, i / 10_000);
const maps = tensor(
  Float32Array.from({ length: 64 * 14 * 14 }, (_, i) => Math.max(0, Math.sin(i * i))) as never,
  [1, 64, 14, 14],
);

const net = lenet5();
const { images } = digits({ count: 3 });
const image0 = images.slice(0, 1);
const weights = new WeightHistory(net);
for (const step of [1, 2]) weights.record(step);

describe("VS Code", () => {
  test.each<[string, unknown, string]>([
    ["the user's figure", plot([{ y: [1, 2] }]), "application/vnd.plotly.v1+json"],
    ["a plain figure", { data: [{ y: [1, 2] }], layout: {} }, "application/vnd.plotly.v1+json"],
    ["training curves", history, "application/vnd.plotly.v1+json"],
    ["runs beside each other", compareRuns({ one: history }), "application/vnd.plotly.v1+json"],
    ["weights over time", weights, "application/vnd.plotly.v1+json"],
    ["maps of a layer", activationMaps(maps as never), "text/html"],
    ["maps of all layers", layerMaps(net, image0), "text/html"],
    ["filters", filterGrid(net.layers.conv1.filters), "text/html"],
    ["distributions", layerStatistics(net, images), "text/html"],
    ["numbers", numberTable(tensor([[1, 2]])), "text/html"],
    ["a graph", networkGraph(net, [1, 28, 28]), "text/html"],
    ["a receptive field", receptiveFieldMap(net, image0), "text/html"],
    ["a gradient check", gradCheckModule(net.layers.pool1, image0), "text/html"],
    ["a confusion matrix", confusionMatrix([0, 1], [1, 1]), "text/html"],
    ["predictions", predictionBars(images, softmax(net.forward(images))), "text/html"],
    ["saliency", saliency(net, images), "text/html"],
    ["Grad-CAM", gradCam(net, images, { layer: net.layers.conv2 }), "text/html"],
    ["a player", convolutionPlayer(net, images, { layer: "conv1", maps: [0] }), "text/html"],
    ["a tensor of images", digits({ count: 4 }).images, "text/html"],
    ["a histogram", histogram(tensor([1, 2, 2, 3])), "text/html"],
    ["a network", lenet5(), "text/html"],
    ["a summary", summary(lenet5(), [1, 28, 28]), "text/html"],
    ["a table", table([{ a: 1 }]), "text/html"],
    ["markup", html`<b>1</b>`, "text/html"],
    ["a number", 5, "text/plain"],
  ])("shows %s as the best of its forms, all of which are small", (_, value, type) => {
    const bundle = bundleOf(value) as Record<string, unknown>;
    expect(chosen(bundle)).toBe(type);
    expect(bundle["text/plain"]).not.toBe("");
    // Longer outputs slow its pages down, and are the reason why notebooks do not load on GitHub.
    expect(JSON.stringify(bundle).length).toBeLessThan(100_000);
  });

  test("draws figures that its older plotly understands: titles are objects, numbers are arrays", () => {
    const figure = (bundleOf(history) as Record<string, { data: { y: unknown }[]; layout: Record<string, unknown> }>)[
      "application/vnd.plotly.v1+json"
    ]!;
    for (const { y } of figure.data) expect(Array.isArray(y)).toBe(true);
    const { title, xaxis, yaxis } = figure.layout as Record<string, { text?: string; title?: { text: string } }>;
    expect([typeof title?.text, typeof xaxis?.title?.text, typeof yaxis?.title?.text]).toEqual(Array(3).fill("string"));
    expect(plot({ y: [1] }, { title: "short" })[displaySymbol]()).toMatchObject({
      "application/vnd.plotly.v1+json": { layout: { title: { text: "short" } } },
    });
  });

  test("is given pictures by their bytes", () => {
    const png = Uint8Array.from(
      atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="),
      (c) => c.charCodeAt(0),
    );
    expect(chosen(bundleOf(image(png)) as Record<string, unknown>)).toBe("image/png");
  });
});
