import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { DataError, OptionError } from "../../../lib/errors.ts";
import { parseOnnx } from "../../../lib/onnx/model.ts";
import type { GraphProto, TensorProto } from "../../../lib/onnx/protobuf/messages.ts";
import type { Draft } from "../../../lib/onnx/protobuf/schema.ts";
import { Random } from "../../../lib/random.ts";
import { file, floats, node, port } from "./graphs.ts";

const sum = (tensor: Draft<TensorProto>) => ({
  node: [node("Add", ["x", "w"], ["y"])],
  initializer: [tensor],
  input: [port("x", [2])],
  output: [port("y", [2])],
});
const good = file(sum(floats("w", [2], [1, 2])));
const parse = (bytes: Uint8Array) => () => parseOnnx(bytes, "some.onnx");
const tensor = (changes: Draft<TensorProto>) => parse(file(sum({ ...floats("w", [2], [1, 2]), ...changes })));

/** A field with its wire type and content. */
const field = (number: number, wireType: number, ...content: number[]) => [(number << 3) | wireType, ...content];

describe("the bytes", () => {
  test("that end in the middle are refused, wherever that is", () => {
    for (let length = 1; length < good.length; length++) expect(parse(good.subarray(0, length))).toThrow(DataError);
  });

  test("are read where other bytes lie around them, and whatever context they are of", () => {
    const around = new Uint8Array(good.length + 13);
    around.set(good, 7);
    expect(parse(around.subarray(7, 7 + good.length))).not.toThrow();
    const elsewhere = runInNewContext("Uint8Array.from(bytes)", { bytes: good }) as Uint8Array;
    expect(elsewhere).not.toBeInstanceOf(Uint8Array);
    for (const bytes of [Buffer.from(good), elsewhere]) {
      expect(parseOnnx(bytes).weights.get("w")!.data).toEqual(Float32Array.of(1, 2));
    }
  });

  test("of nothing, of a text and of a picture are no network", () => {
    for (const bytes of [[], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], [...new TextEncoder().encode("a text")]]) {
      expect(parse(Uint8Array.from(bytes))).toThrow(DataError);
    }
    expect(() => parseOnnx("some.onnx" as never)).toThrow(OptionError);
  });

  test("whose lengths reach beyond the end say where", () => {
    expect(parse(Uint8Array.of(...field(7, 2, 200, 1, 0)))).toThrow(
      /200 bytes of field 7 of ModelProto, graph\n.*, at byte 3/,
    );
  });

  test("of another wire type say which was expected", () => {
    expect(parse(Uint8Array.of(...field(7, 0, 1)))).toThrow(
      /wire type 2 of field 7 of ModelProto, graph\n.*type 0, at byte 1/,
    );
    expect(parse(Uint8Array.of(...field(0, 0, 1)))).toThrow(DataError);
    expect(parse(Uint8Array.of(...field(9, 4)))).toThrow(DataError);
  });

  test("of graphs within graphs are read to a depth, and no further", () => {
    let graph: number[] = [];
    for (let i = 0; i < 200; i++) {
      // a graph in an attribute of a node of a graph
      for (const number of [6, 5, 1]) {
        const length = graph.length;
        graph = [...field(number, 2, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14), ...graph];
      }
    }
    const length = graph.length;
    const bytes = Uint8Array.from([
      ...field(7, 2, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14),
      ...graph,
    ]);
    expect(parse(bytes)).toThrow("messages at most 100 deep");
  });

  test("with fields that nobody knows are read past them, groups too, unless they are too deep", () => {
    const more = field(15, 0, 1);
    expect(parse(Uint8Array.of(...good, ...more))).not.toThrow();
    const groups = new Array<number>(300).fill((15 << 3) | 3);
    expect(parse(Uint8Array.of(...good, ...groups))).toThrow(DataError);
  });

  test("changed at random give a network or such an error, and soon", () => {
    const random = new Random(7);
    for (let i = 0; i < 3000; i++) {
      const bytes = good.slice();
      for (let j = random.integer(3); j >= 0; j--) bytes[random.integer(bytes.length)] = random.integer(256);
      try {
        parseOnnx(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
  });
});

describe("a tensor", () => {
  test("whose bytes are not those of its shape is refused before there is room for it", () => {
    expect(tensor({ dims: [3] })).toThrow(/12 bytes for float32 \[3\] in tensor "w"\n.*8 bytes, at byte \d+/);
    expect(tensor({ dims: [2 ** 30, 2 ** 20] })).toThrow("elements");
    expect(tensor({ dims: [2 ** 30] })).toThrow(`${2 ** 32} bytes`);
    expect(tensor({ rawData: undefined, floatData: [1, 2, 3] })).toThrow("2 numbers for float32 [2]");
  });

  test("with a negative size is refused", () => {
    expect(tensor({ dims: [-2] })).toThrow(/sizes of 0 and more in tensor "w"\n.*-2/);
    expect(tensor({ dims: [-1, -2] })).toThrow("sizes of 0 and more");
  });

  test("of an unknown type, or one that cannot be computed with, is refused", () => {
    expect(tensor({ dataType: 99 })).toThrow("type 99");
    expect(tensor({ dataType: 0 })).toThrow("type 0");
    expect(tensor({ dataType: 14, dims: [1] })).toThrow("complex64");
  });

  test("with its numbers in two places is refused", () => {
    expect(tensor({ floatData: [1, 2] })).toThrow("numbers in one place");
    expect(tensor({ rawData: undefined, int32Data: [1, 2] })).toThrow(DataError);
    expect(tensor({ rawData: undefined, floatData: [1, 2], int32Data: [1, 2] })).toThrow(DataError);
  });

  test("in another file asks for readOnnx", () => {
    const externalData = [{ key: "location", value: "w.bin" }];
    expect(tensor({ rawData: undefined, dataLocation: 1, externalData })).toThrow("use readOnnx");
    expect(tensor({ rawData: undefined, dataLocation: 1 })).toThrow("the name of a file");
    expect(tensor({ dataLocation: 5 })).toThrow("data location");
    const odd = [...externalData, { key: "offset", value: "-1" }];
    expect(tensor({ rawData: undefined, dataLocation: 1, externalData: odd })).toThrow("offset of external data");
  });
});

describe("errors stay short, however long what they show is", () => {
  const long = "n".repeat(100_000);
  const graphs: Readonly<Record<string, Draft<GraphProto>>> = {
    "an operator": { node: [node(long, ["x"], ["y"])] },
    "a node": { node: [node("Frobnicate", ["x"], ["y"], {}, { name: long })] },
    "an input": { node: [node("Relu", [long], ["y"])] },
    "a domain": { node: [node("Relu", ["x"], ["y"], {}, { domain: long })] },
    "a constant": { initializer: [{ ...floats(long, [2], [1, 2]), rawData: new Uint8Array(3) }] },
    "a shape": { initializer: [{ ...floats("w", [2], [1, 2]), dims: new Array<number>(20_000).fill(1) }] },
    "another file": {
      initializer: [
        { name: "w", dims: [2], dataType: 1, dataLocation: 1, externalData: [{ key: "location", value: long }] },
      ],
    },
  };
  test.each(Object.entries(graphs))("%s", (_, graph) => {
    let message = "";
    try {
      parseOnnx(file({ ...graph, input: [port("x", [2])], output: [port("y", [2])] }));
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^DataError/);
    expect(message.length).toBeLessThan(1000);
  });
});

describe("a graph", () => {
  const graph = (...nodes: ReturnType<typeof node>[]) =>
    parse(file({ node: nodes, input: [port("x", [2])], output: [port("y", [2])] }));

  test("whose nodes take what comes later, or never, is refused", () => {
    expect(graph(node("Relu", ["later"], ["y"]), node("Relu", ["x"], ["later"]))).toThrow(
      'inputs of Relu "y" that come before it',
    );
    expect(graph(node("Relu", ["x"], ["z"]))).toThrow(/outputs that nodes give\n.*"y"/);
  });

  test("with a constant that has no value, or is of another type, is refused", () => {
    expect(graph(node("Constant", [], ["y"]))).toThrow(/a constant with one value\n.*at byte \d+/);
    expect(graph(node("Constant", [], ["y"], { value_float: 3 }))).toThrow(/a constant with one value\n.*type 2/);
  });

  test("that gives a value twice is refused", () => {
    expect(graph(node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["y"]))).toThrow('"y" again');
    const twice = {
      ...sum(floats("w", [2], [1, 2])),
      initializer: [floats("w", [2], [1, 2]), floats("w", [2], [1, 2])],
    };
    expect(parse(file(twice))).toThrow("each constant once");
  });

  test("without a version of its operators, or without itself, is refused", () => {
    expect(parse(file(sum(floats("w", [2], [1, 2])), 17, { opsetImport: [] }))).toThrow("a version of the operators");
    expect(parse(file(undefined as never))).toThrow("which holds a graph");
  });

  describe("of functions of the file itself", () => {
    /** A file whose first function is called once; each function is a node for each name. */
    const functions = (all: Readonly<Record<string, readonly string[]>>) => {
      const opsetImport = [
        { domain: "", version: 17 },
        { domain: "own", version: 1 },
      ];
      const call = (name: string, output: string) =>
        node(name, ["x"], [output], {}, { domain: name === "Relu" ? "" : "own" });
      const defined = Object.entries(all).map(([name, calls]) => ({
        name,
        domain: "own",
        input: ["x"],
        output: ["y0"],
        opsetImport,
        node: calls.map((each, i) => call(each, `y${i}`)),
      }));
      const graph = { node: [call("F0", "y")], input: [port("x", [2])], output: [port("y", [2])] };
      return file(graph, 17, { opsetImport, functions: defined });
    };

    test("that call themselves, one or by way of another, is refused", () => {
      expect(parse(functions({ F0: ["F0"] }))).toThrow(
        /functions that do not call themselves\n.*F0 "y0" within itself, at byte \d+/,
      );
      expect(parse(functions({ F0: ["Relu", "F1"], F1: ["F0"] }))).toThrow(DataError);
    });

    test("whose calls would be more than can be counted is read all the same, and soon", () => {
      const names = Array.from({ length: 60 }, (_, i) => `F${i}`);
      const doubled = names.map((name, i) => [name, i < 59 ? [`F${i + 1}`, `F${i + 1}`] : ["Relu"]]);
      expect(parse(functions(Object.fromEntries(doubled)))).not.toThrow();
    });
  });

  test("may have names that objects have", () => {
    const names = ["__proto__", "constructor", "hasOwnProperty"];
    const nodes = names.map((name, i) => node("Add", [i === 0 ? "x" : names[i - 1]!, "toString"], [name]));
    const bytes = file({
      node: nodes,
      initializer: [floats("toString", [], [1])],
      input: [port("x")],
      output: [port(names[2]!)],
    });
    expect(parseOnnx(bytes).forward(parseOnnx(good).weights.get("w")!).data).toEqual(Float32Array.of(4, 5));
    expect(graph(node("toString", ["x"], ["y"]))).toThrow("it is not known");
  });
});
