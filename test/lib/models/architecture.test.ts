import { describe, expect, test } from "vitest";
import {
  type ArchitectureOptions,
  backward,
  buildArchitecture,
  crossEntropy,
  parseArchitecture,
  Random,
  Sequential,
  Softmax,
  sum,
  summary,
  tensor,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

const words = (text: string, options = {}) =>
  parseArchitecture(text)
    .expand(options)
    .map(({ word }) => word)
    .join(" ");

describe("the lectures' notations are read", () => {
  const repeats = { N: 2, M: 1, K: 1 };
  const spelled = "INPUT CONV RELU CONV RELU POOL FC RELU FC";
  test.each([
    "INPUT => [[CONV => RELU]*N => POOL?]*M => [FC => RELU]*K => FC",
    "INPUT=>[[CONV=>RELU]^N=>POOL?]^M=>[FC=>RELU]^K=>FC",
    "INPUT -> [[CONV -> RELU] * N -> POOL?] * M -> [FC -> RELU] * K -> FC",
    "input, ((conv relu)×N, pool?)×M, (fc relu)×K fc",
    "INPUT\n  → [[CONV → RELU]*N → POOL?]*M\n  → [FC → RELU]*K → FC\n",
  ])("%s", (text) => {
    expect(words(text, { repeats })).toBe(spelled);
    expect(parseArchitecture(text).names).toEqual(["N", "M", "K"]);
  });

  test("[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX, with and without its pooling", () => {
    const text = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX";
    expect(words(text, { repeats })).toBe("CONV RELU CONV RELU POOL FC RELU SOFTMAX");
    expect(words(text, { repeats, optional: false })).toBe("CONV RELU CONV RELU FC RELU SOFTMAX");
    expect(words(text, { repeats: { N: 1, M: 2, K: 0 } })).toBe("CONV RELU POOL CONV RELU POOL SOFTMAX");
  });

  test("[CONV RELU CONV RELU POOL]^3 [FC RELU]^2 FC", () => {
    const once = "CONV RELU CONV RELU POOL ";
    expect(words("[CONV RELU CONV RELU POOL]^3 [FC RELU]^2 FC")).toBe(`${once.repeat(3)}FC RELU FC RELU FC`);
  });

  test("numbers, strides, paddings, single layers repeated, and bounds of a count", () => {
    const { items } = parseArchitecture("INPUT:32x32x3 CONV:5x5x6/2+1 CONV:16*2 DROPOUT:0.5? [FC:84]*K=0..3");
    expect(
      items.map((item) => (item.kind === "layer" ? [item.sizes, item.stride, item.padding] : item.repeat)),
    ).toEqual([
      [[32, 32, 3], null, null],
      [[5, 5, 6], 2, 1],
      [[16], null, null],
      [[0.5], null, null],
      { name: "K", least: 0, most: 3 },
    ]);
    expect(items.map(({ optional }) => optional)).toEqual([false, false, false, true, false]);
    expect(words("[FC]*K=0..3 CONV*2", { repeats: { K: 3 } })).toBe("FC FC FC CONV CONV");
  });
});

describe("what does not follow the grammar is refused with its place, what was expected and what was found", () => {
  test.each<[string, RegExp]>([
    ["INPUT => => FC", /at character 10: expected a layer \(.*\) or "\[", found "=>"\n {2}INPUT => => FC\n {11}\^\n/],
    ["[CONV => RELU", /at character 14: expected "\]" for the "\[" at character 1, found the end/],
    ["[CONV)", /at character 6: expected "\]" for the "\[" at character 1, found "\)"/],
    ["CONV => RELU]", /at character 13: expected an arrow, another layer or the end, found "\]"/],
    ["CONV => RELO => FC", /at character 9: expected a layer \(INPUT, CONV, .*\), found "RELO"/],
    ["[CONV]*", /at character 8: expected how often it is repeated.*, found the end/],
    ["[CONV]*2.5", /at character 8: expected how often it is repeated: a whole number, found "2.5"/],
    ["[CONV]*N=2", /expected "\.\." and the largest count, found the end/],
    ["CONV:x", /at character 6: expected a number behind the colon, found "x"/],
    ["CONV:3x3xFC", /expected/],
    ["CONV & FC", /at character 6: expected a layer, an arrow or a bracket, found "&"/],
    ["CONV => 🙂", /at character 9: .* found "🙂"/],
    ["", /at character 1: expected a layer .*, found the end/],
    ["[] FC", /at character 2: expected a layer/],
    ["CONV =>", /at character 8: expected a layer .*, found the end/],
    ["CONV ??", /at character 7: expected an arrow, another layer or the end, found "\?"/],
    ["CONV /2", /at character 6: expected an arrow, another layer or the end, found "\/"/],
  ])("%s", (text, message) => {
    expect(() => words(text)).toThrow(message);
    expect(() => words(text)).toThrow(/\n {2}fix: write layers with arrows/);
  });

  test("what is no text, and counts that are not given, unknown or out of bounds", () => {
    expect(() => parseArchitecture(3 as never)).toThrow(/parseArchitecture: it is given 3/);
    expect(() => words("[CONV]*N FC")).toThrow(/N is not given\n.*repeats: { N: 2 }/);
    expect(() => words("[CONV]*N FC", { repeats: { N: 1, M: 1 } })).toThrow(
      /the pattern has no count M\n.*its counts are N/,
    );
    expect(() => words("[FC]*K=0..2", { repeats: { K: 3 } })).toThrow(/K is 3\n.*from 0 to 2/);
    expect(() => words("[FC]*K", { repeats: { K: -1 } })).toThrow(/K is -1\n.*at least 0/);
  });

  test("deep nesting is read", () => {
    const text = `${"[".repeat(500)}CONV${"]".repeat(500)} FC`;
    expect(words(text)).toBe("CONV FC");
  });
});

const cifar: ArchitectureOptions = { inputShape: [3, 32, 32], classes: 10 };

describe("networks are built", () => {
  test("with shapes that follow, names by kind, and a flatten before the first FC", () => {
    const net = buildArchitecture("INPUT => [[CONV => RELU]*N => POOL?]*M => [FC => RELU]*K => FC", {
      ...cifar,
      filters: [16, 16, 32],
      features: 64,
      repeats: { N: 2, M: 2, K: 1 },
    });
    expect(net).toBeInstanceOf(Sequential);
    expect(summary(net, [3, 32, 32]).layers.map(({ path, outputShape }) => `${path} ${outputShape.join("×")}`)).toEqual(
      [
        ...["conv1 16×32×32", "relu1 16×32×32", "conv2 16×32×32", "relu2 16×32×32", "pool1 16×16×16"],
        ...["conv3 32×16×16", "relu3 32×16×16", "conv4 32×16×16", "relu4 32×16×16", "pool2 32×8×8"],
        ...["flatten1 2048", "fc1 64", "relu5 64", "fc2 10"],
      ],
    );
    const scores = net.forward(normal([2, 3, 32, 32], 1, "float32"));
    backward(crossEntropy(scores, tensor([1, 2], [2], "int32")));
    expect(net.parameters().every(({ grad }) => grad !== null)).toBe(true);
  });

  test("LeNet-5 from one line, with its 61,706 parameters", () => {
    const text =
      "INPUT:28x28x1 => CONV:5x5x6+2 => RELU => POOL => CONV:5x5x16+0 => RELU => POOL => FC:120 => RELU => FC:84 => RELU => FC";
    const net = buildArchitecture(text, { classes: 10 });
    expect(net.countParameters()).toBe(61_706);
    expect(net.at(3)).toMatchObject({ settings: { padding: 0 } });
  });

  test("the homework network, of any size by its function", () => {
    const text = "INPUT:227x227x3 CONV:5x5x256 CONV:5x5x128 POOL:5x5/2 FC:512 FC";
    expect(summary(() => buildArchitecture(text, { classes: 1 }), [3, 227, 227]).parameters).toBe(822_923_393);
  });

  test("scores come last: where the text has no FC for them, one more is put before SOFTMAX", () => {
    const options = { ...cifar, repeats: { N: 1, M: 3, K: 1 } };
    const net = buildArchitecture("[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX", options);
    expect(
      net
        .children()
        .map(([name]) => name)
        .slice(-4),
    ).toEqual(["flatten1", "fc1", "relu4", "fc2"]);
    const with1 = buildArchitecture("[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX", { ...options, softmax: true });
    expect(with1.at(-1)).toBeInstanceOf(Softmax);
    expect(sum(with1.forward(normal([1, 3, 32, 32], 2, "float32"))).item()).toBeCloseTo(1, 6);
    expect(
      buildArchitecture("CONV GLOBALPOOL", cifar)
        .children()
        .map(([name]) => name),
    ).toEqual(["conv1", "pool1", "fc1"]);
  });

  test("with every kind of layer", () => {
    const text = "CONV:8 BN TANH LRN AVGPOOL CONV:3x5 SIGMOID POOL:2x4 DROPOUT:0.2 FLATTEN FC BN RELU FC";
    const net = buildArchitecture(text, { ...cifar, random: new Random(1) });
    expect(net.forward(normal([2, 3, 32, 32], 3, "float32")).shape).toEqual([2, 10]);
    expect(net.children().map(([name]) => name)).toContain("norm3");
  });

  test("the same generator gives the same weights", () => {
    const weights = () => buildArchitecture("CONV FC", { ...cifar, random: new Random(3) }).parameters()[0]!.data;
    expect(weights()).toEqual(weights());
  });

  test.each<[string, () => unknown, RegExp]>([
    ["no shape", () => buildArchitecture("CONV FC", { classes: 2 }), /inputShape is undefined\n.*\[C, H, W\]/],
    [
      "two shapes",
      () => buildArchitecture("INPUT:8x8x1 FC", cifar),
      /the text's INPUT is \[1, 8, 8\], inputShape \[3, 32, 32\]/,
    ],
    ["INPUT twice", () => buildArchitecture("INPUT CONV INPUT FC", cifar), /INPUT stands at character 12/],
    ["four numbers", () => buildArchitecture("CONV:1x2x3x4 FC", cifar), /CONV has the numbers 1x2x3x4/],
    ["no classes", () => buildArchitecture("FC", { inputShape: [3] } as never), /classes is undefined/],
    [
      "maps that become too small",
      () => buildArchitecture("POOL*6 FC", cifar),
      /maxPool2d: height: a window of 2 does not fit into 1/,
    ],
    ["an unknown option", () => buildArchitecture("FC", { ...cifar, units: 3 } as never), /unknown option "units"/],
    ["an FC before a CONV", () => buildArchitecture("FC CONV FC", cifar), /conv2d: .*not the 4 of \[N, C, H, W\]/],
    ["filters that are none", () => buildArchitecture("CONV FC", { ...cifar, filters: [] }), /filters is undefined/],
  ])("%s: an error that says what would fit", (_name, call, message) => {
    expect(call).toThrow(message);
  });
});
