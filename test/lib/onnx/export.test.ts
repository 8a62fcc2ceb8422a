import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import * as lib from "../../../lib/index.ts";
import { evaluating } from "../../../lib/nn/evaluating.ts";
import { exporters, refusals } from "../../../lib/onnx/export/table.ts";
import type { GraphProto, ModelProto } from "../../../lib/onnx/protobuf/messages.ts";
import { readMessage } from "../../../lib/onnx/protobuf/read.ts";
import { modelSchema } from "../../../lib/onnx/protobuf/schemas.ts";
import { exportCases, net } from "./export-cases.ts";

const read = (bytes: Uint8Array): ModelProto => readMessage(bytes, modelSchema, "test.onnx");

const graphOf = (network: lib.Module, shape: readonly number[], options?: lib.FormatOnnxOptions): GraphProto =>
  read(lib.formatOnnx(network, shape, options)).graph!;

const dimensions = (graph: GraphProto, which: "input" | "output"): (number | string | undefined)[] =>
  graph[which][0]!.type!.tensorType!.shape!.dim.map(({ dimValue, dimParam }) => dimParam ?? dimValue);

/** Public functions of lib/ops/ that are no operations of their own: what they are made of, or that they compute nothing. */
const madeOfOthers: Readonly<Record<string, string>> = {
  depthwiseConv2d: "conv2d",
  flatten: "reshape",
  maskedConv2d: "mask, conv2d",
  separableConv2d: "conv2d",
  split: "slice",
  computeSettings: "",
  explainOutputSize: "",
  fuseMultiplyAdd: "",
  outputSize: "",
  pixelMask: "",
  threads: "",
};

function publicOperations(): string[] {
  const index = readFileSync(new URL("../../../lib/index.ts", import.meta.url), "utf8");
  const lists = [...index.matchAll(/export \{([^}]*)\} from "\.\/ops\//g)].map(([, list]) => list!);
  return lists.flatMap((list) => list.split(",").map((name) => name.trim())).filter((name) => /^[a-z]\w*$/.test(name));
}

test("every operation of the library is written, or refused with a reason", () => {
  const known = { ...exporters, ...refusals, ...madeOfOthers };
  expect(publicOperations().length).toBeGreaterThan(90);
  expect(publicOperations().filter((name) => !Object.hasOwn(known, name))).toEqual([]);
});

test("every way of writing an operation is tried by a case that runs in onnxruntime", () => {
  const seen = new Set<string>();
  for (const { shape, build } of exportCases) {
    const network = build();
    shapesOnly(
      () => evaluating(network, () => network.forward(lib.zeros([2, ...shape]) as lib.Tensor)),
      ({ operation }) => void seen.add(operation),
    );
  }
  expect([...seen].sort()).toEqual(Object.keys(exporters).sort());
});

test("parameters keep their names, and nodes have those of the layers that compute them", () => {
  const graph = graphOf(lib.lenet5(), [1, 28, 28]);
  expect(graph.initializer.map(({ name }) => name)).toEqual([
    ...["conv1.filters", "conv1.bias", "conv2.filters", "conv2.bias", "fc1.weights", "fc1.bias"],
    ...["fc2.weights", "fc2.bias", "fc3.weights", "fc3.bias"],
  ]);
  expect(graph.node.map(({ name }) => name)).toEqual([
    ...["conv1/Conv", "relu1/Relu", "pool1/MaxPool", "conv2/Conv", "relu2/Relu", "pool2/MaxPool", "flatten/Flatten"],
    ...["fc1/Gemm", "relu3/Relu", "fc2/Gemm", "relu4/Relu", "fc3/Gemm"],
  ]);
  expect(graph.name).toBe("Sequential");
});

test("the number of examples is free under a name, or fixed", () => {
  const network = lib.lenet5();
  expect(dimensions(graphOf(network, [1, 28, 28]), "input")).toEqual(["N", 1, 28, 28]);
  expect(dimensions(graphOf(network, [1, 28, 28], { batch: "images" }), "output")).toEqual(["images", 10]);
  expect(dimensions(graphOf(network, [1, 28, 28], { batch: 8 }), "output")).toEqual([8, 10]);
  const folded = net((x) => lib.reshape(x, [-1, 2]));
  expect(dimensions(graphOf(folded, [6]), "output")).toEqual([undefined, 2]); // 3 N, for which ONNX has no word
});

test("the file says which version of the format and of the operators it is in", () => {
  const versions = Array.from({ length: 10 }, (_, i) => {
    const { irVersion, opsetImport, producerName } = read(lib.formatOnnx(lib.lenet5(), [1, 28, 28], { opset: 13 + i }));
    expect([opsetImport[0]!.version, producerName]).toEqual([13 + i, "stridelab"]);
    return irVersion;
  });
  expect(versions).toEqual([7, 7, 8, 8, 8, 8, 9, 9, 10, 10]);
});

test("names and a text can be given", () => {
  const options = { inputName: "pixels", outputName: "scores", name: "digits", docString: "reads digits" };
  const { graph, docString } = read(lib.formatOnnx(lib.lenet5(), [1, 28, 28], options));
  expect([graph!.input[0]!.name, graph!.output[0]!.name, graph!.name, docString]).toEqual([
    "pixels",
    "scores",
    "digits",
    "reads digits",
  ]);
  expect(graph!.node[0]!.input[0]).toBe("pixels");
  expect(graph!.node.at(-1)!.output).toEqual(["scores"]);
});

test("equal networks give equal bytes", () => {
  const bytes = (): Uint8Array => {
    lib.seed(1);
    return lib.formatOnnx(lib.cifarResNet({ depth: 20 }), [3, 32, 32]);
  };
  expect(Buffer.compare(bytes(), bytes())).toBe(0);
});

test("the network is left as it was: modes, statistics, hooks", () => {
  const norm = new lib.BatchNorm2d({ channels: 3 });
  const network = new lib.Sequential({ norm, drop: new lib.Dropout() });
  network.layers.drop.eval();
  const calls: string[] = [];
  norm.onForward(() => void calls.push("hook"));
  const graph = graphOf(network, [3, 4, 4]);
  expect(graph.node.map(({ opType }) => opType)).toEqual(["BatchNormalization"]);
  expect([network.training, norm.training, network.layers.drop.training]).toEqual([true, true, false]);
  expect(Array.from(norm.runningMean.data)).toEqual([0, 0, 0]);
  network.train().forward(lib.ones([2, 3, 4, 4]) as lib.Tensor);
  expect(calls).toEqual(["hook"]);
});

test("a layer in two places is written twice, its numbers once", () => {
  const fc = new lib.Linear({ inFeatures: 4, outFeatures: 4 });
  const graph = graphOf(new lib.Sequential({ first: fc, relu: new lib.ReLU(), second: fc }), [4]);
  expect(graph.initializer.map(({ name }) => name)).toEqual(["first.weights", "first.bias"]);
  expect(graph.node.map(({ name }) => name)).toEqual(["first/Gemm", "relu/Relu", "first/Gemm_1"]);
});

test("the numbers in the file are those of the parameters", () => {
  const fc = new lib.Linear({ inFeatures: 2, outFeatures: 2 });
  fc.weights.assign([1, 2, 3, 4.5]);
  const { rawData } = graphOf(fc, [2]).initializer[0]!;
  expect(Array.from(new Float32Array(rawData!.slice().buffer))).toEqual([1, 2, 3, 4.5]);
});

class Noisy extends lib.Module {
  readonly drop = new Dropping();

  override forward(x: lib.Tensor): lib.Tensor {
    return this.drop.forward(x);
  }
}

class Dropping extends lib.Module {
  override forward(x: lib.Tensor): lib.Tensor {
    return lib.dropout(x);
  }
}

test("what cannot be written is refused with its name, the part it is in, and what to do", () => {
  expect(() => lib.formatOnnx(new Noisy(), [3])).toThrow(
    /^formatOnnx: dropout in drop: it draws random numbers.*\n {2}fix: let it do nothing in evaluation/s,
  );
  const labels = lib.tensor([0, 1], [2], "int32");
  const lossOfTwo = net((x) => lib.crossEntropy(x, labels));
  expect(() => lib.formatOnnx(lossOfTwo, [3], { batch: 2 })).toThrow(
    /crossEntropy in the network's forward: a loss compares with labels/,
  );
  const moving = new lib.BatchNorm2d({ channels: 2 });
  const always = net((x) =>
    lib.batchNorm2d(x, { runningMean: moving.runningMean, runningVariance: moving.runningVariance }),
  );
  expect(() => lib.formatOnnx(always, [2, 3, 3])).toThrow(/batchNorm2d in .*: it moves its running statistics/);
});

test("what depends on the number of examples in its own way is refused, unless that is fixed", () => {
  const halves = net((x) => lib.slice(x, 0, Math.ceil((x.shape[0] as number) / 2)));
  expect(() => lib.formatOnnx(halves, [4])).toThrow(/slice in .*depends on the number of examples.*\n.*batch: 1/s);
  expect(dimensions(graphOf(halves, [4], { batch: 6 }), "output")).toEqual([3, 4]);
  expect(
    dimensions(
      graphOf(
        net((x) => lib.slice(x, 0, 2)),
        [4],
      ),
      "output",
    ),
  ).toEqual([2, 4]);
  const copies = net((x) => lib.concat(Array.from({ length: x.shape[0] as number }, () => x)));
  expect(() => lib.formatOnnx(copies, [4])).toThrow(/how much concat is given differs/);
  const deeper = net((x) => {
    let y = x;
    for (let i = 0; i < (x.shape[0] as number); i++) y = lib.relu(y);
    return y;
  });
  expect(() => lib.formatOnnx(deeper, [4])).toThrow(/how many operations it runs differs/);
  const noise = net((x) => lib.add(x, lib.tensor(Float32Array.from([Math.random()]), [1])));
  expect(() => lib.formatOnnx(noise, [4])).toThrow(/a tensor that is made on the way to add.* differs from run to run/);
});

test("options are checked", () => {
  const refused = (options: object): string => {
    try {
      lib.formatOnnx(lib.lenet5(), [1, 28, 28], options as lib.FormatOnnxOptions);
    } catch (error) {
      expect(error).toBeInstanceOf(lib.OptionError);
      return (error as Error).message.split("\n")[0]!;
    }
    return "accepted";
  };
  expect(refused({ opset: 12 })).toBe("formatOnnx: opset is 12");
  expect(refused({ opset: 23 })).toBe("formatOnnx: opset is 23");
  expect(refused({ batch: 0 })).toBe("formatOnnx: batch is 0");
  expect(refused({ batch: "" })).toBe('formatOnnx: batch is the text ""');
  expect(refused({ dtype: "int32" })).toBe('formatOnnx: dtype is the text "int32"');
  expect(refused({ inputName: "conv1.bias" })).toMatch(/inputName is "conv1.bias", and so is a tensor/);
  expect(refused({ outputName: "input" })).toMatch(/input and output are both called "input"/);
  expect(refused({ version: 17 })).toMatch(/unknown option "version"/);
  expect(() => lib.formatOnnx({} as lib.Module, [1])).toThrow(/the network is a plain object/);
  expect(() => lib.formatOnnx(lib.lenet5(), [3, 28, 28])).toThrow(lib.ShapeError);
});

test("a file is written whole, and a network that cannot be written leaves none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stridelab-onnx-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const network = lib.lenet5();
  const path = join(folder, "net.onnx");
  await lib.writeOnnx(path, network, [1, 28, 28]);
  expect(Buffer.compare(readFileSync(path), lib.formatOnnx(network, [1, 28, 28]))).toBe(0);
  await expect(lib.writeOnnx(join(folder, "noisy.onnx"), new Noisy(), [3])).rejects.toThrow(/draws random numbers/);
  await expect(lib.writeOnnx("", network, [1, 28, 28])).rejects.toThrow(/the path is/);
  expect(readdirSync(folder)).toEqual(["net.onnx"]);
});
