import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { summary } from "../../../lib/display/summary.ts";
import { DataError, OptionError, ShapeError } from "../../../lib/errors.ts";
import { gradCheckModule } from "../../../lib/nn/grad-check.ts";
import { parseOnnx } from "../../../lib/onnx/model.ts";
import { relu } from "../../../lib/ops/activation.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { normal } from "../random-tensors.ts";
import { file, floats, integers, node, port } from "./graphs.ts";

const filters = [1, 0, -1, 0, 1, 0, -1, 0, 1];

/** A convolution, a rectifier, and the pixels of each example in a row, by arithmetic on shapes. */
const small = file({
  node: [
    node("Conv", ["x", "conv.weight", "conv.bias"], ["maps"], { pads: [1, 1, 1, 1] }, { name: "conv" }),
    node("Relu", ["maps"], ["rectified"]),
    node("Shape", ["rectified"], ["shape"]),
    node("Gather", ["shape", "first"], ["batch"], { axis: 0 }),
    node("Unsqueeze", ["batch", "axes"], ["batches"]),
    node("Concat", ["batches", "rest"], ["rows"], { axis: 0 }),
    node("Reshape", ["rectified", "rows"], ["flat"]),
    node("Gemm", ["flat", "fc.weight", "fc.bias"], ["y"], { transB: 1 }, { name: "fc" }),
  ],
  initializer: [
    floats("conv.weight", [1, 1, 3, 3], filters),
    floats("conv.bias", [1], [0.5]),
    integers("first", [], [0]),
    integers("axes", [1], [0]),
    integers("rest", [1], [-1]),
    floats(
      "fc.weight",
      [2, 16],
      Array.from({ length: 32 }, (_, i) => (i % 5) - 2),
    ),
    floats("fc.bias", [2], [0, 1]),
  ],
  input: [port("x", ["N", 1, 4, 4])],
  output: [port("y", ["N", 2])],
});

describe("a network of a file", () => {
  test("computes what the library's own operations do, for any batch", () => {
    const x = normal([3, 1, 4, 4], 1, "float32");
    const maps = relu(conv2d(x, tensor(filters, [1, 1, 3, 3]), { padding: 1, bias: tensor([0.5]) }));
    const net = parseOnnx(small);
    const y = net.forward(x);
    expect(y.shape).toEqual([3, 2]);
    for (let i = 0; i < 6; i++) {
      const [row, out] = [Math.floor(i / 2), i % 2];
      let sum = out; // the bias
      for (let j = 0; j < 16; j++) sum += maps.data[row * 16 + j]! * (((out * 16 + j) % 5) - 2);
      // 16 products of numbers below 10, rounded to 24 bits each
      expect(Math.abs(y.data[i]! - sum)).toBeLessThan(16 * 20 * 2 ** -24);
    }
  });

  test("says what it takes and gives", () => {
    const net = parseOnnx(small);
    expect(net.inputs).toEqual([{ name: "x", type: "float32", shape: ["N", 1, 4, 4] }]);
    expect(net.outputs).toEqual([{ name: "y", type: "float32", shape: ["N", 2] }]);
    expect(net.opset).toBe(17);
    expect([...net.nodes.keys()]).toEqual(["conv", "rectified", "fc"]);
  });

  test("has its weights as parameters, under their names in the file", () => {
    const names = parseOnnx(small)
      .namedParameters()
      .map(([name]) => name);
    expect(names).toEqual(["conv.weight", "conv.bias", "fc.weight", "fc.bias"].map((name) => `weights.${name}`));
  });

  test("has the gradients that differences say", () => {
    expect(gradCheckModule(parseOnnx(small), normal([2, 1, 4, 4], 2, "float32")).passed).toBe(true);
  });

  test("learns", () => {
    const net = parseOnnx(small);
    const [x, target] = [normal([4, 1, 4, 4], 3, "float32"), normal([4, 2], 4, "float32")];
    const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
    const losses = Array.from({ length: 20 }, () => {
      optimizer.zeroGrad();
      const loss = meanSquaredError(net.forward(x), target);
      backward(loss);
      optimizer.step();
      return loss.item();
    });
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });

  test("is summarised layer by layer, by shapes alone", () => {
    const { layers } = summary(parseOnnx(small), [1, 4, 4]);
    expect(layers.map(({ kind, outputShape, parameters, macs }) => [kind, outputShape, parameters, macs])).toEqual([
      ["Conv", [1, 4, 4], 10, 144],
      ["Relu", [1, 4, 4], 0, 0],
      ["Gemm", [2], 34, 32],
    ]);
  });

  test("shows its tensors to hooks", () => {
    const net = parseOnnx(small);
    const seen: number[][] = [];
    net.nodes.get("conv")!.onForward((_, input, output) => void seen.push([...input.shape], [...output.shape]));
    net.forward(normal([1, 1, 4, 4], 5, "float32"));
    expect(seen).toEqual([
      [1, 1, 4, 4],
      [1, 1, 4, 4],
    ]);
  });

  test("loads the state of its like", () => {
    const [from, to] = [parseOnnx(small), parseOnnx(small)];
    from.weights.get("fc.bias")!.assign([7, 8]);
    to.loadStateDict(from.stateDict());
    const x = normal([1, 1, 4, 4], 6, "float32");
    expect(to.forward(x).data).toEqual(from.forward(x).data);
  });
});

describe("several inputs and outputs", () => {
  const two = file({
    node: [node("Add", ["a", "b"], ["sum"]), node("ArgMax", ["sum"], ["where"], { axis: 1, keepdims: 0 })],
    input: [port("a", ["N", 3]), port("b", [3])],
    output: [port("sum"), port("where", ["N"], "int64")],
  });

  test("go by their names; int64 becomes int32", () => {
    const results = parseOnnx(two).run({ a: tensor([[1, 5, 2]]), b: tensor([0, 0, 9]) });
    expect(results.sum!.data).toEqual(Float32Array.of(1, 5, 11));
    expect([results.where!.dtype, ...results.where!.data]).toEqual(["int32", 2]);
  });

  test("that are missing, unknown or of other sizes are refused with what there is", () => {
    const net = parseOnnx(two);
    expect(() => net.run({ a: tensor([[1, 5, 2]]) })).toThrow('input "b" is missing');
    expect(() => net.run({ a: tensor([[1]]), b: tensor([1]), c: tensor([1]) })).toThrow('unknown option "c"');
    expect(() => net.run({ a: tensor([[1, 2]]), b: tensor([1, 2, 3]) })).toThrow(ShapeError);
    expect(() => net.run({ a: 3 as never, b: tensor([1, 2, 3]) })).toThrow(OptionError);
    expect(() => net.forward(tensor([[1, 5, 2]]))).toThrow("give them by name");
  });
});

describe("control flow", () => {
  const power = (count: number) =>
    file({
      node: [
        node("Loop", ["count", "", "x"], ["y"], {
          body: {
            node: [node("Mul", ["before", "x"], ["after"]), node("Identity", ["going"], ["goes"])],
            input: [port("i", [], "int64"), port("going", [], "bool"), port("before")],
            output: [port("goes", [], "bool"), port("after")],
          },
        }),
      ],
      initializer: [integers("count", [], [count])],
      input: [port("x", ["N"])],
      output: [port("y", ["N"])],
    });

  test("runs a body as often as it is told, which sees the values around it, and gradients flow through all rounds", () => {
    const x = tensor([2, 3]);
    x.requiresGrad = true;
    const y = parseOnnx(power(2)).forward(x);
    expect(y.data).toEqual(Float32Array.of(8, 27));
    backward(y, tensor([1, 1]));
    expect(x.grad!.data).toEqual(Float32Array.of(12, 27)); // 3x²
  });

  test("a loop that runs not once gives what it was given", () => {
    expect(parseOnnx(power(0)).forward(tensor([2, 3])).data).toEqual(Float32Array.of(2, 3));
  });
});

describe("functions of the file itself", () => {
  test("are run as operators, with the attributes of the call", () => {
    const bytes = file(
      {
        node: [node("Scaled", ["x"], ["y"], { by: 2.5 }, { domain: "own" })],
        input: [port("x", ["N"])],
        output: [port("y", ["N"])],
      },
      17,
      {
        opsetImport: [
          { domain: "", version: 17 },
          { domain: "own", version: 1 },
        ],
        functions: [
          {
            name: "Scaled",
            domain: "own",
            input: ["v"],
            output: ["w"],
            attribute: ["by"],
            opsetImport: [{ domain: "", version: 17 }],
            node: [
              {
                opType: "Constant",
                output: ["factor"],
                attribute: [{ name: "value_float", refAttrName: "by", type: 1 }],
              },
              node("Mul", ["v", "factor"], ["w"]),
            ],
          },
        ],
      },
    );
    expect(parseOnnx(bytes).forward(tensor([2, 4])).data).toEqual(Float32Array.of(5, 10));
  });
});

describe("what cannot be run", () => {
  const refused =
    (nodes: Parameters<typeof file>[0]["node"], opset = 17) =>
    () =>
      parseOnnx(file({ node: nodes!, input: [port("x")], output: [port("y")] }, opset), "some.onnx");

  test("is refused before anything is computed: operator, node, set and reason", () => {
    const unknown = refused([node("Frobnicate", ["x"], ["y"], {}, { name: "third" })]);
    expect(unknown).toThrow(DataError);
    expect(unknown).toThrow('operator Frobnicate of node Frobnicate "third", set 17: it is not known');
    expect(refused([node("RandomNormalLike", ["x"], ["y"])])).toThrow("which random numbers");
    expect(refused([node("Mish", ["x"], ["y"])])).toThrow("set 18 is the first that has it");
    expect(refused([node("Relu", ["x"], ["y"])], 26)).toThrow("set 26");
  });

  test("operands that do not fit say at which node", () => {
    const net = parseOnnx(
      file({
        node: [node("MatMul", ["x", "w"], ["y"], {}, { name: "product" })],
        initializer: [floats("w", [3, 2], [1, 2, 3, 4, 5, 6])],
        input: [port("x", ["N", "M"])],
        output: [port("y")],
      }),
    );
    expect(() => net.forward(normal([2, 4], 1, "float32"))).toThrow('MatMul "product": matmul:');
    const comparison = file({
      node: [node("Less", ["x", "w"], ["y"])],
      initializer: [floats("w", [2], [1, 2])],
      input: [port("x", ["N"])],
      output: [port("y", undefined, "bool")],
    });
    expect(() => parseOnnx(comparison).run({ x: tensor([1, 2, 3]) })).toThrow(
      /^Less "y": axis 0 of input 0 is 3, axis 0 of input 1 is 2/,
    );
  });
});
