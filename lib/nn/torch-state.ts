/**
 * States under PyTorch's names. The path to a layer is the same here and there, `layer1.0.conv1`: a network whose parts are
 * named as PyTorch's are takes PyTorch's states. Only what a layer calls its tensors differs, and is translated here.
 */
import { describe, OptionError } from "../errors.ts";
import { type AnyTensor, freshTensor } from "../tensor/tensor.ts";
import { BatchNorm1d, BatchNorm2d } from "./batch-norm.ts";
import { ConvTranspose1d } from "./conv-transpose1d.ts";
import { ConvTranspose2d } from "./conv-transpose2d.ts";
import { Conv1d } from "./conv1d.ts";
import { Conv2d } from "./conv2d.ts";
import { inFields } from "./fields.ts";
import { Linear } from "./linear.ts";
import { LocallyConnected2d } from "./locally-connected2d.ts";
import { MaskedConv2d } from "./masked-conv2d.ts";
import { Module } from "./module.ts";
import { GroupNorm, InstanceNorm2d, LayerNorm } from "./normalization.ts";
import { PReLU } from "./rectifiers.ts";
import { DepthwiseConv2d, SeparableConv2d } from "./separable-conv2d.ts";
import {
  copyOf,
  isState,
  type LoadedState,
  type LoadOptions,
  loadState,
  type Naming,
  namesFix,
  type StateDict,
} from "./state.ts";

/** PyTorch's words for a layer's fields. */
type Words = Readonly<Record<string, string>>;

/** How many batches a normalisation has seen: PyTorch counts them, for a momentum that is not to be had here. */
const COUNTER = "num_batches_tracked";

/** What PyTorch puts before all names of a network that ran on several devices. */
const PARALLEL = "module.";

const convolutions = [Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, DepthwiseConv2d, MaskedConv2d];
const batchNorms = [BatchNorm1d, BatchNorm2d];

/** The words of each kind of layer; a field that is not here keeps its name, as do all fields of a user's own kinds. */
const words: readonly (readonly [kinds: readonly (abstract new (...args: never) => Module)[], words: Words])[] = [
  [[...convolutions, LocallyConnected2d], { filters: "weight" }],
  [[Linear, PReLU, LayerNorm, GroupNorm, InstanceNorm2d], { weights: "weight" }],
  [batchNorms, { weights: "weight", runningMean: "running_mean", runningVariance: "running_var" }],
  // two convolutions there, which have names of their own
  [[SeparableConv2d], { depthwise: "depthwise.weight", pointwise: "pointwise.weight", bias: "pointwise.bias" }],
];

function wordsOf(module: Module): Words {
  return words.find(([kinds]) => isOneOf(module, kinds))?.[1] ?? {};
}

function isOneOf(module: Module, kinds: readonly (abstract new (...args: never) => Module)[]): boolean {
  return kinds.some((kind) => module instanceof kind);
}

/** Each occurrence of each tensor with PyTorch's name, in PyTorch's order; null for a counter. */
function entriesOf(module: Module, path = ""): [name: string, tensor: AnyTensor | null][] {
  const known = wordsOf(module);
  const own = inFields(module, isState).map(([field, tensor]): [string, AnyTensor] => [
    `${path}${known[field] ?? field}`,
    tensor as AnyTensor,
  ]);
  const counters: [string, null][] = isOneOf(module, batchNorms) ? [[`${path}${COUNTER}`, null]] : [];
  return [...own, ...counters, ...module.children().flatMap(([name, child]) => entriesOf(child, `${path}${name}.`))];
}

/** A network's parameters and buffers with the names that PyTorch gives them; a shared one has several. */
export function torchNames(module: Module): [name: string, tensor: AnyTensor][] {
  return entriesOf(module).filter((entry): entry is [string, AnyTensor] => entry[1] !== null);
}

const naming: Naming = {
  op: "loadTorchStateDict",
  source: "give tensors by PyTorch's names: (await loadSafetensors(path)).tensors",
  names: torchNames,
  fix: (unexpected) =>
    unexpected.length > 0 && unexpected.every((name) => name.startsWith(PARALLEL))
      ? `take "${PARALLEL}" off the names: PyTorch's DataParallel put it there`
      : namesFix,
  beside: (module) => entriesOf(module).flatMap(([name, tensor]) => (tensor === null ? [name] : [])),
};

/**
 * Sets a network's parameters and buffers to those of a state under PyTorch's names, in place, such as weights that Python
 * saved by `safetensors.torch.save_file(model.state_dict(), path)`. The networks of this package that torchvision has too
 * are made of parts of the same names; so can a `Sequential` or a module of your own be. A layer's tensors are called
 * `weight`, `bias`, `running_mean` and `running_var` there; `num_batches_tracked` is passed over, missing or not.
 *
 * Numbers of another type are converted. Nothing is changed if anything is refused. Layers that are to stay as they are, such
 * as a last one for other classes, are left out of the state.
 *
 * @param state tensors by name, as `loadSafetensors` reads them
 * @param options strict: whether names that are missing or unexpected are refused, default true; shapes that differ always are
 * @returns which names the two had not in common, PyTorch's: none, unless `strict` is false
 * @throws OptionError for names that are missing or unexpected; ShapeError for tensors of other shapes. Both name them all,
 *   as PyTorch does
 * @example
 * const load = async (path: string) => loadTorchStateDict(resnet({ depth: 18 }), (await loadSafetensors(path)).tensors);
 * @example
 * const others = (state: StateDict) => Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith("fc.")));
 * const tuned = (state: StateDict) =>
 *   loadTorchStateDict(resnet({ depth: 18, classes: 10 }), others(state), { strict: false }).missing; // fc.weight, fc.bias
 * @example
 * const net = new Sequential(new Flatten(), new Linear({ inFeatures: 2, outFeatures: 1 }));
 * loadTorchStateDict(net, { "1.weight": tensor([[3, 4]]), "1.bias": tensor([5]) });
 * net.forward(tensor([[1, 1]])).data // [12]
 */
export function loadTorchStateDict(network: Module, state: StateDict, options: LoadOptions = {}): LoadedState {
  checkNetwork("loadTorchStateDict", network);
  return loadState(network, state, options, naming);
}

/**
 * Copies of all a network's parameters and buffers under PyTorch's names, in PyTorch's order. Written by `saveSafetensors`,
 * Python reads them with `model.load_state_dict(safetensors.torch.load_file(path))`, if it has such a model. Of batch
 * normalisation `num_batches_tracked` is there, and 0, as nobody counted.
 *
 * @example Object.keys(torchStateDict(lenet5())).slice(0, 2) // ["conv1.weight", "conv1.bias"]
 * @example
 * const save = (net: Module) => saveSafetensors("weights.safetensors", torchStateDict(net));
 */
export function torchStateDict(network: Module): Record<string, AnyTensor> {
  checkNetwork("torchStateDict", network);
  const seen = new Set<AnyTensor>();
  const state: Record<string, AnyTensor> = {};
  for (const [name, tensor] of entriesOf(network)) {
    if (tensor === null) state[name] = freshTensor(Int32Array.of(0), [], "int32");
    else if (!seen.has(tensor)) state[name] = copyOf(tensor);
    if (tensor !== null) seen.add(tensor);
  }
  return state;
}

function checkNetwork(op: string, network: unknown): void {
  if (network instanceof Module) return;
  throw new OptionError(op, `the network is ${describe(network)}`, "give a network: alexnet()");
}
