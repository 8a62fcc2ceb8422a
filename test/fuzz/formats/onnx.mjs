import { modelSchema } from "../../../dist/lib/onnx/protobuf/schemas.js";
import { writeMessage } from "../../../dist/lib/onnx/protobuf/write.js";

/** @param {typeof import("../../../dist/lib/index.js")} lib @returns {import("./registry.mjs").Format} */
export function onnx(lib) {
  const port = (name) => ({ name, type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }, { dimParam: "N" }] } } } });
  const file = (graph, more = {}) =>
    writeMessage({ irVersion: 8, opsetImport: [{ domain: "", version: 17 }], graph, ...more }, modelSchema);
  const add = (weights) => ({
    node: [{ opType: "Add", name: "sum", input: ["x", "w"], output: ["y"] }],
    initializer: [{ name: "w", dims: [2, 1], ...weights }],
    input: [port("x")],
    output: [port("y")],
  });
  const constant = (attribute) => ({ node: [{ opType: "Constant", output: ["y"], attribute: [attribute] }], output: [port("y")] });
  const body = { node: [{ opType: "Identity", input: ["x"], output: ["z"] }], output: [port("z")] };
  const samples = [
    file(add({ dataType: 1, rawData: new Uint8Array(8) })),
    file(add({ dataType: 1, floatData: [1, 2] })),
    file(add({ dataType: 7, int64Data: [1n, -1n] })),
    file(add({ dataType: 10, int32Data: [0, 0x7c00] })),
    file(add({ dataType: 22, rawData: Uint8Array.of(0x1f) })),
    file(add({ dataType: 8, stringData: [Uint8Array.of(65), Uint8Array.of(0xff)] })),
    file(add({ dataType: 1, dataLocation: 1, externalData: [{ key: "location", value: "w.bin" }] })),
    file(constant({ name: "value_floats", type: 6, floats: [1, 2, 3] })),
    file(constant({ name: "value", type: 4, t: { dims: [1, 3], dataType: 2, rawData: Uint8Array.of(1, 2, 3) } })),
    file({
      node: [{ opType: "If", input: ["x"], output: ["y"], attribute: ["then_branch", "else_branch"].map((name) => ({ name, type: 5, g: body })) }],
      input: [port("x")],
      output: [port("y")],
    }),
  ];
  return {
    name: "onnx",
    samples,
    parse: (bytes) => lib.parseOnnx(bytes),
    // a file of small messages: each is an object, and a list of integers takes more room than its varints
    mostMemory: (length) => 64 * length,
    check(net) {
      for (const { size, data } of net.weights.values()) {
        if (data.length !== size) throw new Error("a weight of another size than its shape");
      }
    },
  };
}
