import { describe, expect, test } from "vitest";
import { gradCheckModule } from "../../../lib/nn/grad-check.ts";
import { parseOnnx } from "../../../lib/onnx/model.ts";
import { operatorOf } from "../../../lib/onnx/operators/index.ts";
import { unsupported } from "../../../lib/onnx/operators/unsupported.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { normal } from "../random-tensors.ts";
import { file, floats, integers, node, port } from "./graphs.ts";

type Attributes = Parameters<typeof node>[3];

/** A network of one operator, whose further inputs are constants. */
function one(
  opType: string,
  constants: readonly (ReturnType<typeof floats> | null)[] = [],
  attributes: Attributes = {},
  opset = 22,
): ReturnType<typeof parseOnnx> {
  const names = constants.map((each, i) => (each === null ? "" : `c${i}`));
  const initializer = constants.flatMap((each, i) => (each === null ? [] : [{ ...each, name: `c${i}` }]));
  const nodes = [node(opType, ["x", ...names], ["y"], attributes)];
  return parseOnnx(file({ node: nodes, initializer, input: [port("x")], output: [port("y")] }, opset));
}

const weights = (shape: readonly number[], seed = 9) => floats("", shape, [...normal(shape, seed, "float32").data]);

describe("gradients are those that differences say", () => {
  const cases: [string, () => ReturnType<typeof parseOnnx>, readonly number[]][] = [
    [
      "a convolution over one axis",
      () => one("Conv", [weights([4, 1, 3])], { group: 2, pads: [1, 1], strides: [2] }),
      [2, 2, 7],
    ],
    [
      "over images",
      () => one("Conv", [weights([2, 3, 3, 2]), weights([2])], { pads: [1, 0, 2, 1], dilations: [2, 1] }),
      [1, 3, 5, 4],
    ],
    [
      "over volumes",
      () => one("Conv", [weights([2, 2, 2, 3, 2]), weights([2])], { pads: [1, 1, 0, 0, 1, 1], strides: [2, 1, 1] }),
      [2, 2, 3, 3, 3],
    ],
    [
      "its transpose over images",
      () => one("ConvTranspose", [weights([2, 3, 3, 3])], { strides: [2, 2], output_shape: [6, 7] }),
      [1, 2, 3, 3],
    ],
    [
      "its transpose over volumes",
      () => one("ConvTranspose", [weights([2, 1, 2, 2, 2])], { strides: [2, 1, 1], pads: [1, 0, 0, 0, 0, 1] }),
      [1, 2, 2, 2, 3],
    ],
    [
      "the largest of volumes",
      () => one("MaxPool", [], { kernel_shape: [2, 2, 2], strides: [1, 1, 1] }),
      [1, 1, 3, 3, 3],
    ],
    [
      "means of windows with gaps",
      () => one("AveragePool", [], { kernel_shape: [2, 2], dilations: [2, 2], pads: [1, 1, 1, 1] }),
      [1, 1, 5, 5],
    ],
    ["norms of windows", () => one("LpPool", [], { kernel_shape: [3], pads: [1, 1], p: 3 }), [1, 2, 6]],
    ["normalisation of the last axes", () => one("LayerNormalization", [weights([4]), weights([4])]), [2, 3, 4]],
    [
      "with what is learned spread",
      () => one("LayerNormalization", [weights([3, 1]), weights([4])], { axis: 1 }),
      [2, 3, 4],
    ],
    [
      "by running statistics",
      () => one("BatchNormalization", [weights([3]), weights([3]), weights([3]), floats("", [3], [1, 2, 3])]),
      [2, 3, 2],
    ],
    ["of neighbouring channels", () => one("LRN", [], { size: 4 }), [1, 6, 2, 2]],
    ["gathering", () => one("Gather", [integers("", [2, 2], [0, -1, 1, 0])], { axis: 1 }), [2, 3, 2]],
    [
      "slices backward",
      () =>
        one("Slice", [
          integers("", [2], [-1, 0]),
          integers("", [2], [-9, 3]),
          integers("", [2], [1, 0]),
          integers("", [2], [-2, 1]),
        ]),
      [3, 5],
    ],
    ["padding by reflection", () => one("Pad", [integers("", [4], [0, 2, 1, -1])], { mode: "reflect" }), [3, 4]],
    [
      "resizing, cubic",
      () => one("Resize", [null, null, integers("", [4], [1, 1, 5, 3])], { mode: "cubic" }),
      [1, 1, 3, 4],
    ],
    ["running sums backward", () => one("CumSum", [integers("", [], [1])], { reverse: 1, exclusive: 1 }), [2, 4]],
    ["sums of products by letters", () => one("Einsum", [weights([3, 2, 2])], { equation: "bij,bjk->bik" }), [3, 2, 2]],
    [
      "a recurrent network",
      () => one("GRU", [weights([1, 6, 3]), weights([1, 6, 2]), weights([1, 12])], { hidden_size: 2 }),
      [3, 2, 3],
    ],
    [
      "attention",
      () => one("Attention", [weights([1, 2, 3, 4]), weights([1, 2, 3, 4])], { is_causal: 1 }, 23),
      [1, 2, 3, 4],
    ],
    ["activations", () => one("HardSwish"), [2, 5]],
    ["slopes of channels", () => one("PRelu", [weights([3, 1])]), [2, 3, 4]],
    ["slopes of pixels", () => one("PRelu", [weights([4])]), [2, 3, 4]],
    ["and rarer ones", () => one("Mish"), [2, 5]],
  ];
  test.each(cases)("%s", (_, build, shape) => {
    expect(gradCheckModule(build(), normal(shape, 4, "float32")).passed).toBe(true);
  });
});

describe("older sets of operators", () => {
  test("spread a second operand by attributes before set 7", () => {
    const net = one("Add", [floats("", [2], [10, 20])], { broadcast: 1, axis: 1 }, 6);
    expect([...net.forward(tensor([[[1], [2]]])).data]).toEqual([11, 22]);
  });

  test("have softmax over all axes from one on before set 13", () => {
    const x = tensor([
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    expect([...one("Softmax", [], {}, 12).forward(x).data]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...one("Softmax", [], {}, 13).forward(x).data]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test("have bounds, axes and sides as attributes that newer ones have as inputs", () => {
    const x = tensor([[-5, 1, 5]]);
    expect([...one("Clip", [], { min: -1.5, max: 2.5 }, 6).forward(x).data]).toEqual([-1.5, 1, 2.5]);
    expect([...one("Slice", [], { starts: [1], ends: [3], axes: [1] }, 9).forward(x).data]).toEqual([1, 5]);
    expect([...one("ReduceSum", [], { axes: [1], keepdims: 0 }, 11).forward(x).data]).toEqual([1]);
    expect([...one("Pad", [], { pads: [0, 1, 0, 0] }, 2).forward(x).data]).toEqual([0, -5, 1, 5]);
    expect(one("Unsqueeze", [], { axes: [0, 3] }, 11).forward(x).shape).toEqual([1, 1, 3, 1]);
  });

  test("have statistics for each place where batch normalisation is not spatial", () => {
    const constant = (value: number) => floats("", [1, 2], [value, value]);
    const net = one(
      "BatchNormalization",
      [constant(1), constant(0), floats("", [1, 2], [1, 2]), constant(1)],
      { spatial: 0 },
      7,
    );
    const [first, second] = net.forward(tensor([[[1, 4]]])).data;
    // by √(1 + 1e-5), which float32 tells from 1
    expect([first, Math.abs(second! - 2) < 2e-5]).toEqual([0, true]);
  });
});

test("no operator is both read and on the list of those that are not", () => {
  for (const name of Object.keys(unsupported)) {
    const at = name.lastIndexOf(".");
    expect(operatorOf(name.slice(0, Math.max(0, at)), name.slice(at + 1))).toBeUndefined();
  }
});

test.each([
  "ij,jk->ik",
  "bij,bkj->kbi",
  "ij,ji->",
  "iij,jik->ki",
  "ijk,lkj->il",
  "ij,jk->k",
  "ij,kl->ik",
  "ij,ij->ji",
  "ji,j->i",
])("sums of products by letters, %s, are those of plain loops", (equation) => {
  const size: Readonly<Record<string, number>> = { b: 2, i: 3, j: 4, k: 2, l: 5 };
  const [terms = "", result = ""] = equation.split("->");
  const [left = "", right = ""] = terms.split(",");
  const count = (labels: string): number => [...labels].reduce((product, label) => product * size[label]!, 1);
  const shape = (labels: string): number[] => [...labels].map((label) => size[label]!);
  // whole numbers, whose sums no order of adding changes
  const numbers = (labels: string, factor: number) => Array.from({ length: count(labels) }, (_, i) => (i * factor) % 7);
  const [a, b] = [numbers(left, 3), numbers(right, 5)];
  const expected = new Array<number>(count(result)).fill(0);
  const letters = [...new Set(left + right)].join("");
  for (let n = 0; n < count(letters); n++) {
    let rest = n;
    const index: Record<string, number> = {};
    for (const label of letters) {
      index[label] = rest % size[label]!;
      rest = Math.floor(rest / size[label]!);
    }
    const at = (labels: string): number =>
      [...labels].reduce((place, label) => place * size[label]! + index[label]!, 0);
    expected[at(result)]! += a[at(left)]! * b[at(right)]!;
  }
  const y = one("Einsum", [floats("", shape(right), b)], { equation }).forward(tensor(a, shape(left)));
  expect(y.shape).toEqual(shape(result));
  expect([...y.data]).toEqual(expected);
});

test("what is added in half precision is rounded to it", () => {
  const half = (name: string) => node("Cast", [name], [`${name} in half`], { to: 10 });
  const scattered = ["x in half", "place", "added in half"];
  const bytes = file(
    {
      node: [half("x"), half("added"), node("ScatterElements", scattered, ["y"], { reduction: "add" })],
      initializer: [integers("place", [1], [0]), floats("added", [1], [1])],
      input: [port("x", [1])],
      output: [port("y", [1], "float16")],
    },
    18,
  );
  const windows = file(
    {
      node: [half("x"), node("Col2Im", ["x in half", "sizes", "kernel"], ["y"])],
      initializer: [integers("sizes", [2], [1, 3]), integers("kernel", [2], [1, 2])],
      input: [port("x", [1, 2, 2])],
      output: [port("y", [1, 1, 1, 3], "float16")],
    },
    18,
  );
  // 2049 lies between two numbers of half precision
  expect([...parseOnnx(bytes).run({ x: tensor([2048]) }).y!.data]).toEqual([2048]);
  const columns = tensor([2, 2048, 1, 4], [1, 2, 2]);
  expect([...parseOnnx(windows).run({ x: columns }).y!.data]).toEqual([2, 2048, 4]);
});

test("sums of products keep the type of integers", () => {
  const nodes = [
    node("Cast", ["x"], ["whole"], { to: 7 }),
    node("Einsum", ["whole", "whole"], ["y"], { equation: "ij,kj->ik" }),
  ];
  const bytes = file({ node: nodes, input: [port("x", ["N", 2])], output: [port("y", undefined, "int64")] });
  const { y } = parseOnnx(bytes).run({
    x: tensor([
      [1, 2],
      [3, 4],
    ]),
  });
  expect([y!.dtype, ...y!.data]).toEqual(["int32", 5, 11, 11, 25]);
});
