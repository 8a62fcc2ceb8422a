import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildModel, modelOf, type OnnxModel, runValues, unsupportedIn } from "../../lib/onnx/model.ts";
import type { GraphProto, ValueInfoProto } from "../../lib/onnx/protobuf/messages.ts";
import { difference } from "./compare.ts";
import { nameIn, readHeld, unreadable } from "./data.ts";

/** How a test ended, and why. */
export interface Verdict {
  readonly kind: "passed" | "failed" | "unsupported";
  readonly reason: string;
}

/** The folders below one that hold a test, a model.onnx, in order. */
export function testsBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === "model.onnx")) return [folder];
  const folders = entries.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1));
  return folders.flatMap(({ name }) => testsBelow(join(folder, name)));
}

/**
 * Runs one of ONNX's backend tests: the model for each data set, whose outputs must be those that lie beside the inputs.
 * Whether it is supported is decided by the model alone, before anything of it runs.
 */
export function runTest(folder: string): Verdict {
  try {
    const file = join(folder, "model.onnx");
    const model = modelOf(readFileSync(file), file);
    const graph = model.graph!;
    const types = [...graph.input, ...graph.output].flatMap(({ type }) => unreadable(type) ?? []);
    const reasons = [...types, ...unsupportedIn(model, file)];
    if (reasons.length > 0) return { kind: "unsupported", reason: reasons.join("; ") };
    const network = buildModel(model, file, null);
    const sets = readdirSync(folder).filter((name) => name.startsWith("test_data_set_"));
    if (sets.length === 0) return { kind: "failed", reason: "there are no data sets beside it" };
    for (const set of sets.sort()) {
      const wrong = runSet(network, graph, join(folder, set));
      if (wrong !== null) return { kind: "failed", reason: `${set}: ${wrong}` };
    }
    return { kind: "passed", reason: `${sets.length} data sets` };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The numbered files of a kind, each with what the graph says of it: by the name in the file, else by its number. */
function filesOf(folder: string, kind: string, ports: readonly ValueInfoProto[]): [ValueInfoProto, path: string][] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`) && name.endsWith(".pb"));
  return files.map((name): [ValueInfoProto, string] => {
    const path = join(folder, name);
    const stated = nameIn(path);
    const numbered = ports[Number(/_(\d+)\.pb$/.exec(name)?.[1])];
    const info = ports.find((port) => port.name === stated) ?? numbered;
    if (info === undefined) throw new Error(`${path} is no ${kind} of the graph`);
    return [info, path];
  });
}

function runSet(network: OnnxModel, graph: GraphProto, folder: string): string | null {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const ports = graph.input.filter(({ name }) => !constants.has(name));
  const inputs = filesOf(folder, "input", ports).map(
    ([info, path]) => [info.name, readHeld(path, info.type!)] as const,
  );
  const found = runValues(network, new Map(inputs));
  const outputs = filesOf(folder, "output", graph.output);
  if (outputs.length === 0) return "it says nothing of what comes out";
  for (const [info, path] of outputs) {
    const wrong = difference(found[graph.output.indexOf(info)], readHeld(path, info.type!));
    if (wrong !== null) return `output ${info.name}: ${wrong}`;
  }
  return null;
}
