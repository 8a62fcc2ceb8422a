/**
 * How layers run one after the other. What passes between two layers of our own nobody else sees, which saves time and
 * memory: a rectifier is computed with the layer before it, and numbers that only the graph has are given back with it.
 */

import { conv2dRelu } from "../ops/conv2d.ts";
import { linearRelu } from "../ops/linear.ts";
import { entrust } from "../tensor/numbers.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Flatten, ReLU, Sigmoid, Tanh } from "./activation.ts";
import { AdaptiveAveragePool2d, AdaptiveMaxPool2d } from "./adaptive-pool2d.ts";
import { BatchNorm1d, BatchNorm2d } from "./batch-norm.ts";
import { ConvTranspose1d } from "./conv-transpose1d.ts";
import { ConvTranspose2d } from "./conv-transpose2d.ts";
import { Conv1d } from "./conv1d.ts";
import { Conv2d } from "./conv2d.ts";
import { Dropout, Dropout2d } from "./dropout.ts";
import { GlobalAveragePool2d, GlobalMaxPool2d } from "./global-pool2d.ts";
import { Identity } from "./identity.ts";
import { Linear } from "./linear.ts";
import { LocallyConnected2d } from "./locally-connected2d.ts";
import { MaskedConv2d } from "./masked-conv2d.ts";
import type { Module } from "./module.ts";
import { GroupNorm, InstanceNorm2d, LayerNorm, LocalResponseNorm } from "./normalization.ts";
import { Pad2d } from "./pad2d.ts";
import { AveragePool1d, MaxPool1d } from "./pool1d.ts";
import { AveragePool2d, L2Pool2d, LpPool2d, MaxPool2d, MinPool2d } from "./pool2d.ts";
import { LeakyReLU, Maxout, PReLU, ReLU6 } from "./rectifiers.ts";
import { DepthwiseConv2d, SeparableConv2d } from "./separable-conv2d.ts";
import { ELU, GELU, SiLU, Softplus } from "./smooth-rectifiers.ts";
import { LogSoftmax, Softmax } from "./softmax.ts";
import { Upsample } from "./upsample.ts";

/** The `forward` of every layer that keeps neither its input nor its output. */
const discreet = new Set<Module["forward"]>(
  [
    ...[ReLU, Sigmoid, Tanh, Softmax, Flatten, BatchNorm1d, BatchNorm2d, Conv2d, ConvTranspose2d, Linear],
    ...[GlobalAveragePool2d, GlobalMaxPool2d, AveragePool2d, MaxPool2d, MinPool2d, LpPool2d, L2Pool2d],
    ...[AdaptiveAveragePool2d, AdaptiveMaxPool2d, AveragePool1d, MaxPool1d, Pad2d, Upsample, Conv1d, ConvTranspose1d],
    ...[DepthwiseConv2d, SeparableConv2d, LocallyConnected2d, MaskedConv2d],
    ...[LeakyReLU, PReLU, ReLU6, Maxout, ELU, GELU, SiLU, Softplus, LogSoftmax],
    ...[Dropout, Dropout2d, Identity],
    ...[LayerNorm, GroupNorm, InstanceNorm2d, LocalResponseNorm],
  ].map(({ prototype }) => prototype.forward as Module["forward"]),
);

/** The `forward` of what only runs its parts in order. */
const sequences = new Set<Module["forward"]>();

/** Says of a `forward` that it is {@link runInOrder} on the module's parts. */
export function declareSequence(forward: Module["forward"]): void {
  sequences.add(forward);
}

/** Whether a layer runs as it was written, with all its parts: not a user's own kind, not watched. */
function isDiscreet(layer: Module): boolean {
  const { forward } = layer;
  return discreet.has(forward) || (sequences.has(forward) && layer.children().every(([, part]) => isDiscreet(part)));
}

/** Runs layers in order, on a batch that the caller keeps. */
export function runInOrder(layers: readonly Module[], batch: Tensor): Tensor {
  let value = batch;
  let seen = true; // by somebody beside us
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    const rectified = withRelu(layer, layers[i + 1]);
    const output = rectified ? rectified(value) : layer.forward(value);
    if (rectified) i++;
    if (output === value) continue;
    if (!seen && isDiscreet(layer)) entrust(value, output);
    value = output;
    seen = !isDiscreet(layer);
  }
  return value;
}

/** A layer and the rectifier behind it in one pass; null where they are not two of our own that have one. */
function withRelu(layer: Module, next: Module | undefined): ((x: Tensor) => Tensor) | null {
  if (next?.forward !== ReLU.prototype.forward || !isDiscreet(layer)) return null;
  if (layer instanceof Conv2d) return (x) => conv2dRelu(x, layer.filters, { ...layer.settings, bias: layer.bias });
  if (layer instanceof Linear) return (x) => linearRelu(x, layer.weights, layer.bias);
  return null;
}
