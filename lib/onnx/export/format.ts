import { checkInteger, checkOptions, describe, OptionError } from "../../errors.ts";
import { Module } from "../../nn/module.ts";
import { checkShape } from "../../tensor/check.ts";
import type { FloatDType } from "../../tensor/storage.ts";
import { OnnxModel } from "../model.ts";
import type { ModelProto } from "../protobuf/messages.ts";
import type { Draft } from "../protobuf/schema.ts";
import { modelSchema } from "../protobuf/schemas.ts";
import { writeMessage } from "../protobuf/write.ts";
import { buildGraph } from "./build-graph.ts";

/** How a network is written as ONNX. */
export interface FormatOnnxOptions {
  /** The version of ONNX's operators, 13 to 22; default 17, which runtimes know since 2022. */
  readonly opset?: number;
  /** A name for the number of examples, which is free then (default `"N"`), or a number that it always is. */
  readonly batch?: string | number;
  /** The type of the input's numbers; default that of the first parameter, or float32. */
  readonly dtype?: FloatDType;
  /** What the input is called; default `"input"`. */
  readonly inputName?: string;
  /** What the output is called; default `"output"`. */
  readonly outputName?: string;
  /** What the graph is called; default the name of the network's class. */
  readonly name?: string;
  /** A text for people; default none. */
  readonly docString?: string;
}

const op = "formatOnnx";

/** The first opset that is written, and the version of the format that ONNX gave out with each from there on. */
const oldest = 13;
const irVersions = [7, 7, 8, 8, 8, 8, 9, 9, 10, 10];

/**
 * A network as an ONNX file: the graph that its `forward` runs in evaluation mode, with its parameters and buffers under their
 * own names, so that other programs run it with the same results. It is followed by shapes alone; nothing is computed, and
 * hooks are not called. Equal networks give equal bytes.
 *
 * The input is `[N, ...shape]`. Nodes are called after the part of the network and the operator, `conv1/Conv`. Where ONNX has
 * no such operator, an operation is made of several; what is fused here, a convolution with its rectifier, is two nodes there.
 *
 * @param network in any mode; each part stays in its own
 * @param shape of one example, without the batch: `[C, H, W]`
 * @returns the bytes of the file, less than 2 GiB
 * @throws OptionError for an unknown option, for a network that was read from ONNX itself, for an operation that cannot be written (a loss, dropout that is not told of
 *   evaluation) or depends on N in its own way: names it, the part of the network, and what to do; ShapeError if the shape
 *   does not fit the network
 * @example formatOnnx(lenet5(), [1, 28, 28]).length > 60_000 * 4 // true
 */
export function formatOnnx(network: Module, shape: readonly number[], options: FormatOnnxOptions = {}): Uint8Array {
  const { docString, ...graphOptions } = checked(network, shape, options);
  const { opset } = graphOptions;
  const model: Draft<ModelProto> = {
    irVersion: irVersions[opset - oldest],
    opsetImport: [{ domain: "", version: opset }],
    producerName: "stridelab",
    docString: docString === "" ? undefined : docString,
    graph: buildGraph(op, network, shape, graphOptions),
  };
  return writeMessage(model, modelSchema);
}

function checked(network: Module, shape: readonly number[], options: FormatOnnxOptions): Required<FormatOnnxOptions> {
  if (!(network instanceof Module)) {
    throw new OptionError(
      op,
      `the network is ${describe(network)}`,
      "give a network: formatOnnx(lenet5(), [1, 28, 28])",
    );
  }
  const read = network.namedModules().find(([, part]) => part instanceof OnnxModel);
  if (read !== undefined) {
    const problem = `${read[0] === "" ? "the network" : read[0]} was read from an ONNX file, whose operators are run as they are there`;
    throw new OptionError(
      op,
      problem,
      "keep that file, and save what was trained: saveSafetensors(path, network.stateDict())",
    );
  }
  checkShape(op, shape);
  checkOptions(op, options, ["opset", "batch", "dtype", "inputName", "outputName", "name", "docString"]);
  const { opset = 17, batch = "N", inputName = "input", outputName = "output" } = options;
  const { dtype = network.parameters()[0]?.dtype ?? "float32" } = options;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new OptionError(op, `dtype is ${describe(dtype)}`, "choose float32 or float64");
  }
  const { name = network.constructor.name || "network", docString = "" } = options;
  const newest = oldest + irVersions.length - 1;
  if (!Number.isInteger(opset) || opset < oldest || opset > newest) {
    throw new OptionError(op, `opset is ${describe(opset)}`, `give a whole number from ${oldest} to ${newest}`);
  }
  if (typeof batch === "number") checkInteger(op, "batch", batch, 1);
  const texts = { ...(typeof batch === "number" ? {} : { batch }), inputName, outputName, name };
  for (const [option, text] of Object.entries(texts)) {
    if (typeof text === "string" && text !== "") continue;
    throw new OptionError(op, `${option} is ${describe(text)}`, "give a text");
  }
  if (typeof docString !== "string") throw new OptionError(op, `docString is ${describe(docString)}`, "give a text");
  if (inputName === outputName) {
    throw new OptionError(op, `input and output are both called "${inputName}"`, "give each a name of its own");
  }
  return { opset, batch, dtype, inputName, outputName, name, docString };
}
