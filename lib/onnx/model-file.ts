import { DataError, quoted } from "../errors.ts";
import { readBeside } from "../files/beside.ts";
import { readWhole } from "../files/whole.ts";
import { checkPath } from "../formats/check.ts";
import { buildModel, modelOf, type OnnxModel } from "./model.ts";
import type { GraphProto, TensorProto } from "./protobuf/messages.ts";
import type { ExternalBytes } from "./values/tensor-proto.ts";

/**
 * A network from an ONNX file. Numbers that lie in other files are read from the file's own folder, and from nowhere else.
 *
 * @throws DataError as `parseOnnx`; if there is no file, or another one that it names is missing, too short, a link, or not in
 *   its folder
 * @example const load = async () => (await readOnnx("resnet50.onnx")).forward(zeros([1, 3, 224, 224]));
 */
export async function readOnnx(path: string): Promise<OnnxModel> {
  checkPath("readOnnx", path, "network.onnx");
  const model = modelOf(await readWhole(path, "an ONNX file"), path);
  const files = new Map<string, Uint8Array>();
  for (const name of model.graph === undefined ? [] : filesNamedBy(model.graph)) {
    if (!files.has(name)) files.set(name, await readBeside(path, name));
  }
  return buildModel(model, path, partsOf(path, files));
}

/** The parts of files that tensors ask for. */
function partsOf(path: string, files: ReadonlyMap<string, Uint8Array>): ExternalBytes {
  return (name, offset, length, what) => {
    const bytes = files.get(name) ?? new Uint8Array();
    if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
    const found = `${quoted(name)} with ${bytes.length} bytes`;
    throw new DataError(path, `bytes ${offset} to ${offset + length} of ${what} in another file`, found);
  };
}

/** The files that tensors of a graph, and of the graphs in it, lie in. */
function filesNamedBy(graph: GraphProto): string[] {
  const named = ({ dataLocation, externalData }: TensorProto): string[] =>
    dataLocation === 1 ? externalData.filter(({ key }) => key === "location").map(({ value }) => value) : [];
  const inNodes = graph.node.flatMap(({ attribute }) =>
    attribute.flatMap(({ t, g, tensors, graphs }) => [
      ...(t === undefined ? [] : named(t)),
      ...tensors.flatMap(named),
      ...(g === undefined ? [] : filesNamedBy(g)),
      ...graphs.flatMap(filesNamedBy),
    ]),
  );
  return [...graph.initializer.flatMap(named), ...inNodes];
}
