import { type Applied, shapesOnly } from "../autograd/apply.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { followModules } from "../nn/watch.ts";
import { allocate } from "../tensor/storage.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";

/** A box of a network's graph: a part of the network, or an operation between its parts. */
export interface GraphNode {
  /** The part's path, `conv1`; of an operation its name, `add`. */
  readonly name: string;
  /** The part's class, with the size of its window; empty for an operation. */
  readonly kind: string;
  /** What it is: with weights, with a window, another part, an operation, or an end of the graph. */
  readonly role: "learned" | "window" | "part" | "operation" | "end";
  /** Its output without the batch. */
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Which nodes its input comes from, each once, in order. */
  readonly inputs: readonly number[];
}

/** A call of a part's `forward`. */
interface Call {
  readonly path: string;
  readonly module: Module;
}

/** An operation, and within which calls it ran, the network's own first. */
interface Step {
  readonly applied: Applied;
  readonly within: readonly Call[];
}

/** How an example went through a network. */
export interface GraphTrace {
  readonly input: AnyTensor;
  readonly output: AnyTensor;
  readonly steps: readonly Step[];
  /** How many parts lie within each other, at most. */
  readonly depth: number;
}

/** Follows one example by shapes alone: nothing is computed. */
export function traceGraph(network: Module, inputShape: readonly number[]): GraphTrace {
  const modules = new Map(network.namedModules());
  const input = new Tensor(allocate("float32", 0), [1, ...inputShape], "float32");
  const steps: Step[] = [];
  let within: readonly Call[] = [];
  let depth = 1;
  const follower = {
    enter(path: string) {
      within = [...within, { path, module: modules.get(path) as Module }];
      depth = Math.max(depth, within.length - 1);
    },
    leave() {
      within = within.slice(0, -1);
    },
  };
  const run = (): AnyTensor =>
    shapesOnly(
      () => evaluating(network, () => network.forward(input)),
      (applied) => void steps.push({ applied, within }),
    );
  return { input, output: followModules(network, follower, run), steps, depth };
}

/**
 * The boxes of a trace, in the order they ran: a part that has no parts itself is one, or that lies so deep.
 *
 * @param depth how many parts within each other are drawn; 1 for the network's own
 */
export function graphNodes({ input, output, steps }: GraphTrace, depth: number): GraphNode[] {
  const nodes: (Omit<GraphNode, "inputs"> & { inputs: number[] })[] = [];
  const madeBy = new Map<AnyTensor, number>();
  const boxes = new Map<Call, number>();
  const end = (name: string, x: AnyTensor, inputs: number[]) =>
    nodes.push({ name, kind: "", role: "end", shape: x.shape.slice(1), parameters: 0, inputs });
  end("input", input, []);
  madeBy.set(input, 0);
  for (const { applied, within } of steps) {
    const call = boxOf(within, depth);
    const place = (call && boxes.get(call)) ?? nodes.length;
    if (place === nodes.length) nodes.push({ ...(call ? partOf(call) : operationOf(applied)), shape: [], inputs: [] });
    if (call) boxes.set(call, place);
    const node = nodes[place]!;
    for (const x of applied.inputs) {
      const from = madeBy.get(x);
      if (from !== undefined && from !== place && !node.inputs.includes(from)) node.inputs.push(from);
    }
    const whole = call !== undefined && call.module.children().length === 0 && node.shape.length === 0;
    const kind = whole ? `${node.kind}${windowOf(applied)}` : node.kind;
    const role = node.role === "part" && kind !== node.kind ? "window" : node.role;
    nodes[place] = { ...node, kind, role, shape: applied.output.shape.slice(1) };
    madeBy.set(applied.output, place);
  }
  end("output", output, [madeBy.get(output) ?? 0]);
  return nodes;
}

function boxOf(within: readonly Call[], depth: number): Call | undefined {
  const inner = within.slice(1);
  const at = inner.findIndex(({ module }, i) => i === depth - 1 || module.children().length === 0);
  if (at >= 0) return inner[at];
  return inner.length === 0 && within[0]?.module.children().length === 0 ? within[0] : undefined;
}

function partOf({ path, module }: Call): Omit<GraphNode, "shape" | "inputs"> {
  const parameters = module.countParameters();
  const kind = module.constructor.name;
  return { name: path === "" ? kind : path, kind, role: parameters > 0 ? "learned" : "part", parameters };
}

function operationOf({ operation }: Applied): Omit<GraphNode, "shape" | "inputs"> {
  return { name: operation, kind: "", role: "operation", parameters: 0 };
}

/** ` 5 × 5, stride 2` of what has windows. */
function windowOf({ windows }: Applied): string {
  if (windows === null) return "";
  const pair = (numbers: readonly number[]) =>
    numbers.every((each) => each === numbers[0]) ? `${numbers[0]}` : numbers.join(" × ");
  const strides = windows.map(({ stride }) => stride);
  const stride = strides.every((each) => each === 1) ? "" : `, stride ${pair(strides)}`;
  return ` ${windows.map(({ kernelSize }) => kernelSize).join(" × ")}${stride}`;
}
