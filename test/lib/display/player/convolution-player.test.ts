import { expect, test } from "vitest";
import { MARGIN } from "../../../../lib/display/player/grid.ts";
import { placeOf } from "../../../../lib/display/player/played.ts";
import { momentOf, View } from "../../../../lib/display/player/view.ts";
import { sumText, writeSum, writeTouched } from "../../../../lib/display/player/words.ts";
import {
  add,
  Conv2d,
  convolutionPlayer,
  Flatten,
  lenet5,
  MaxPool2d,
  Module,
  ones,
  relu,
  SeparableConv2d,
  type Tensor,
  tensor,
  zeros,
} from "../../../../lib/index.ts";
import { expectHarmless, expectWellFormed, formOf, hostile } from "../support.ts";
import { demoLayer, expected, image } from "./cs231n.ts";
import { playedIn } from "./played.ts";

test("CS231n's demo has its eighteen numbers, and the first of them its twenty-seven products and its bias", () => {
  const picture = convolutionPlayer(demoLayer(), image);
  const played = playedIn(picture);
  expect([...played.outputs.values]).toEqual(expected);
  expect(picture.toString()).toBe(
    [
      "conv2d: windows of 3 × 3, stride 2, padding 1; input 3 × 5 × 5, output 2 × 3 × 3.",
      "output [0, 0, 0] = 6",
      "  channel 0: 0·(-1) + 0·(-1) + 0·1 + 0·1 + 2·1 + 1·1 + 0·(-1) + 0·0 + 0·0 = 3",
      "  channel 1: 0·1 + 0·(-1) + 0·0 + 0·0 + 2·1 + 0·0 + 0·0 + 1·0 + 1·1 = 3",
      "  channel 2: 0·1 + 0·(-1) + 0·(-1) + 0·0 + 0·0 + 1·(-1) + 0·1 + 1·0 + 0·1 = -1",
      "  3 + 3 + (-1) + bias 1 = 6",
    ].join("\n"),
  );
});

test("a picture shows the padded input, the map's filters and all maps, with the window over the numbers that it reads", () => {
  const played = playedIn(convolutionPlayer(demoLayer(), image));
  const panels = new View(played).panels(momentOf(played, 5)); // map 0, row 1, column 2
  expect(panels.map(({ heading, grid: { area } }) => [heading, area.height, area.width])).toEqual([
    ["input, channel 0", 7, 7],
    ["filter 0, channel 0", 3, 3],
    ["input, channel 1", 7, 7],
    ["filter 0, channel 1", 3, 3],
    ["input, channel 2", 7, 7],
    ["filter 0, channel 2", 3, 3],
    ["output, map 0, bias 1", 3, 3],
    ["output, map 1, bias 0", 3, 3],
  ]);
  const [input] = panels as [(typeof panels)[number]];
  const { cell, area } = input.grid;
  // At stride 2 the window of row 1 and column 2 begins at row 2 - 1 and column 4 - 1.
  const corner = `M${MARGIN + (3 - area.left) * cell} ${MARGIN + (1 - area.top) * cell}h${3 * cell}v${3 * cell}`;
  expect(input.marks).toContain(corner);
});

test("a maximum says which number it took, and that padding is none", () => {
  const played = playedIn(
    convolutionPlayer(
      new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 }),
      tensor([
        [
          [
            [-1, -5],
            [-3, -2],
          ],
        ],
      ]),
    ),
  );
  expect(sumText(writeSum(played, placeOf(played, 0)))).toBe(
    "output [0, 0, 0] = -1\n  max((-1), (-5), (-3), (-2)) = -1",
  );
});

test("a number of the input names the outputs that it is part of, padding too", () => {
  const played = playedIn(convolutionPlayer(demoLayer(), image));
  expect(writeTouched(played, 0, 1, 1)).toBe(
    "input [0, 1, 1] = 0 is part of 4 outputs in each of 2 maps: [0, 0], [0, 1], [1, 0], [1, 1]",
  );
  expect(writeTouched(played, 2, -1, -1)).toBe("padding [2, -1, -1] = 0 is part of 1 output in each of 2 maps: [0, 0]");
});

test("a layer of a network is played on what reaches it there", () => {
  const network = lenet5();
  const digit = ones([2, 1, 28, 28]);
  let reached: number[] = [];
  const remove = network.layers.conv2.onForward((_, input) => {
    reached = [...input.data.slice(input.size / 2)];
  });
  network.eval().forward(digit as never);
  remove();
  const played = playedIn(convolutionPlayer(network, digit, { layer: "conv2", example: 1, maps: [3] }));
  expect([...played.input.values]).toEqual(reached);
  expect(played.outputs.maps).toEqual([3]);
  expect(network.training, "the mode is what it was").toBe(false);
});

test("HTML carries numbers and script once, and the still picture instead of them where no script runs", () => {
  const { bundle } = convolutionPlayer(demoLayer(), image, { title: hostile, caption: hostile });
  const html = formOf(bundle, "text/html");
  expectHarmless(html);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).not.toContain("<!--");
  expect(html).toMatch(/<img src="data:image\/svg\+xml;base64,[^"]+" alt="[^"]+" width="\d+" height="\d+"/);
  expect(html.length).toBeLessThan(80_000);
  expectWellFormed(formOf(bundle, "image/svg+xml"));
});

test("numbers that are none are drawn and named, and nothing breaks", () => {
  const broken = tensor([
    [
      [
        [Number.NaN, Number.POSITIVE_INFINITY],
        [1e30, -1e-30],
      ],
    ],
  ]);
  const layer = new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: 1 });
  layer.filters.assign(ones([1, 1, 1, 1]));
  const { bundle } = convolutionPlayer(layer, broken);
  expect(bundle["text/plain"]).toContain("output [0, 0, 0] = NaN");
  expectWellFormed(formOf(bundle, "image/svg+xml"));
});

class Two extends Module {
  readonly conv = new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: 3, padding: 1 });
  forward(x: Tensor): Tensor {
    return add(relu(this.conv.forward(x as never) as Tensor), x) as Tensor;
  }
}

const small = zeros([1, 1, 8, 8]);
const conv = () => new Conv2d({ inChannels: 1, outChannels: 3, kernelSize: 3 });

test.each<[string, () => unknown, string]>([
  ["no windows", () => convolutionPlayer(new Flatten(), small), "Flatten runs reshape: no windows slide in it"],
  [
    "a whole network",
    () => convolutionPlayer(lenet5(), zeros([1, 1, 28, 28])),
    'name one of its layers: { layer: "conv1"',
  ],
  [
    "two convolutions",
    () => convolutionPlayer(new SeparableConv2d({ inChannels: 1, outChannels: 1, kernelSize: 3 }), small),
    "SeparableConv2d runs conv2d, conv2d: a player shows one layer with windows",
  ],
  [
    "more than its windows",
    () => convolutionPlayer(new Two(), small),
    'Two runs conv2d, relu, add: a player shows one layer with windows\n  fix: name one of its layers: { layer: "conv" }',
  ],
  [
    "a path that there is not",
    () => convolutionPlayer(lenet5(), zeros([1, 1, 28, 28]), { layer: "conv9" }),
    "choose one of conv1,",
  ],
  [
    "an example that there is not",
    () => convolutionPlayer(conv(), small, { example: 1 }),
    "example is 1, and the batch has 1\n  fix: leave it out",
  ],
  [
    "a map that there is not",
    () => convolutionPlayer(conv(), small, { maps: [3] }),
    "maps is [3]\n  fix: give different numbers of maps, 0 to 2",
  ],
  ["no maps", () => convolutionPlayer(conv(), small, { maps: [] }), "maps is []"],
  [
    "rows that there are not",
    () => convolutionPlayer(conv(), small, { rows: [4, 7] }),
    "rows is [4, 7]\n  fix: give [from, before] within the output's 6",
  ],
  ["columns that are no pair", () => convolutionPlayer(conv(), small, { columns: 3 as never }), "columns is 3"],
  ["an unknown option", () => convolutionPlayer(conv(), small, { map: 0 } as never), 'unknown option "map"'],
  ["no layer", () => convolutionPlayer("conv" as never, small), 'the layer is the text "conv"'],
  ["no input", () => convolutionPlayer(conv(), [[1]] as never), "the input is a plain array, not a tensor"],
  [
    "too many numbers",
    () => convolutionPlayer(new Conv2d({ inChannels: 1, outChannels: 8, kernelSize: 3 }), zeros([1, 1, 64, 64])),
    "and these are 34,920: 4,096 of the input, 72 weights, 30,752 outputs\n  fix: choose outputs, and what they see comes along: { maps: [0], rows: [0, 8], columns: [0, 8] }",
  ],
])("%s: refused in words, with what would do", (_, call, message) => {
  expect(call).toThrow(message);
});
