import { type Applied, shapesOnly } from "../autograd/apply.ts";
import type { PassChoice } from "../compute/algorithms.ts";
import { describe, OptionError } from "../errors.ts";
import { checkShape } from "../tensor/check.ts";
import { withoutForking } from "../tensor/default-random.ts";
import { allocate, bytesPerNumber } from "../tensor/storage.ts";
import { type Parameter, Tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import { Module } from "./module.ts";
import { type ReceptiveField, ReceptiveFields } from "./receptive-field.ts";
import { watchLayers } from "./watch.ts";

/** What one layer does to one example. */
export interface LayerSummary {
  /** Its path in the network, `conv1`. */
  readonly path: string;
  /** Its class, `Conv2d`. */
  readonly kind: string;
  /** Its output without the batch, `[C, H, W]`. */
  readonly outputShape: readonly number[];
  /** How many numbers its parameters hold; those of a shared tensor count where it comes first. */
  readonly parameters: number;
  /** How many of them are frozen. */
  readonly frozen: number;
  /** The memory that its parameters take, bytes. */
  readonly parameterBytes: number;
  /** Multiply-accumulate operations for one example, since the layer before. */
  readonly macs: number;
  /** The memory that the results of its operations take for one example, and of those since the layer before, bytes. */
  readonly activationBytes: number;
  /** Which part of the input one element of its output sees; null for inputs without axes behind the channels. */
  readonly receptiveField: ReceptiveField | null;
  /** How the passes of its convolutions are computed, and why so; empty without one. */
  readonly choices: readonly PassChoice[];
}

/** A network, or a function that builds one: then without numbers, however large it is. */
export type NetworkOrBuilder = Module | (() => Module);

/**
 * The network itself. One that a function builds gets no numbers here: its weights would be drawn, from a stream of their
 * own, if it were used afterwards.
 *
 * @throws OptionError if it is neither a network nor a function that gives one
 */
export function built(operation: string, network: NetworkOrBuilder): Module {
  if (network instanceof Module) return network;
  const fix = "give a network, or a function that builds one: () => lenet5()";
  if (typeof (network as unknown) !== "function" || network.prototype instanceof Module) {
    const name = typeof network === "function" ? (network as { name: string }).name : "";
    const problem = name === "" ? `the network is ${describe(network)}` : `the network is the class ${name}`;
    throw new OptionError(operation, problem, name === "" ? fix : `build one: () => new ${name}(...)`);
  }
  const made: unknown = withoutForking(() => shapesOnly(network));
  if (made instanceof Module) return made;
  throw new OptionError(operation, `the function gives ${describe(made)}, not a network`, fix);
}

/** What the operations of a layer came to. */
class Costs {
  macs = 0;
  bytes = 0;
  choices: PassChoice[] = [];

  add({ output, macs, choices }: Applied): void {
    this.macs += macs;
    this.bytes += output.size * bytesPerNumber(output.dtype);
    this.choices.push(...choices);
  }
}

/**
 * Follows one example through a network by shapes alone: nothing is computed. Layers come in the order they run; a last
 * row, `(rest)`, holds parameters and operations that are in no layer.
 *
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @param examples how many are followed at once; sizes and costs are those of one all the same
 * @throws ShapeError if a layer does not fit the one before
 */
export function summarize(network: Module, inputShape: readonly number[], examples = 1): LayerSummary[] {
  return followExample(network, inputShape, examples).layers;
}

/** The same, with what one element of the network's output sees. */
export function followExample(
  network: Module,
  inputShape: readonly number[],
  examples = 1,
): { readonly layers: LayerSummary[]; readonly receptiveField: ReceptiveField | null } {
  checkShape("summary", inputShape);
  const rows: LayerSummary[] = [];
  const counted = new Set<Parameter>();
  const example = new Tensor(allocate("float32", 0), [examples, ...inputShape], "float32");
  const fields = new ReceptiveFields(example);
  let costs = new Costs();
  const report = (path: string, module: Module, output: Tensor): void => {
    const own = module.parameters().filter((parameter) => !counted.has(parameter));
    for (const parameter of own) counted.add(parameter);
    rows.push({
      path,
      kind: module.constructor.name,
      outputShape: output.shape.slice(1),
      parameters: numbersIn(own),
      frozen: numbersIn(own.filter(({ requiresGrad }) => !requiresGrad)),
      parameterBytes: own.reduce((sum, { size, dtype }) => sum + size * bytesPerNumber(dtype), 0),
      macs: costs.macs / examples,
      activationBytes: costs.bytes / examples,
      receptiveField: fields.of(output),
      choices: costs.choices,
    });
    costs = new Costs();
  };
  const run = (): Tensor =>
    shapesOnly(
      () => evaluating(network, () => network.forward(example)), // one example is too few for some layers in training
      (applied) => {
        costs.add(applied);
        fields.follow(applied);
      },
    );
  const output = watchLayers(network, (layer) => report(layer.path, layer.layer, layer.output), run);
  // What the parts themselves do beside their layers: tensors of their own, operations written out in forward.
  const { macs, bytes, choices } = costs;
  const last = rows.at(-1);
  if (macs > 0 || choices.length > 0 || !last || network.parameters().some((parameter) => !counted.has(parameter))) {
    report("(rest)", network, output);
  } else {
    rows[rows.length - 1] = { ...last, activationBytes: last.activationBytes + bytes / examples };
  }
  return { layers: rows, receptiveField: fields.of(output) };
}

function numbersIn(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}
