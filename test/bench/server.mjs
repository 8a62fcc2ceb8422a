/**
 * The library beside its peers: a process that speaks the line protocol of the peers' harness, so that one interleaved run
 * times all of them. Nothing but the package's public surface computes here.
 *
 *     npm run --silent bench:server            PEERS: the harness's folder, default ../shared/peers
 *                                              THREADS: how many threads compute, default 1
 *
 * `peers.mjs` starts the harness with it. By hand, EXTRA_PEERS names a file such as
 *
 *     { "ours": { "cmd": ["npm", "run", "--silent", "bench:server"], "cwd": "this repository's folder" } }
 *
 * The harness names the cases and fixes every number that goes in (`fill`, with one seed after the other for the layers
 * that `walk` comes by), so the checksums of what comes out must agree with the other peers' to about four digits.
 */
import { pathToFileURL } from "node:url";
import * as stridelab from "stridelab";
import { folderOfPeers } from "./peers.mjs";

const { AveragePool2d, Conv2d, conv2d, crossEntropy, Flatten, Linear, MaxPool2d, Module } = stridelab;
const { add, noGrad, ReLU, relu, Sequential, SGD, tensor } = stridelab;

const harness = (file) => import(pathToFileURL(`${folderOfPeers()}/lib/${file}`).href);
const [{ fill, walk }, { serve }] = await Promise.all([harness("cases.mjs"), harness("server.mjs")]);

const threads = Number(process.env.THREADS ?? 1);
stridelab.fuseMultiplyAdd?.(); // what a program that wants speed does at its start, where the library has it
stridelab.threads?.(threads);

/** Two branches from one input, added: ResNet's block (He et al., 2015, fig. 5), without batch normalisation. */
class Residual extends Module {
  constructor(branch, shortcut, trains) {
    super();
    this.branch = branch;
    this.shortcut = shortcut; // null: the input itself
    this.trains = trains;
  }

  forward(x) {
    const branch = this.branch.forward(x);
    const shortcut = this.shortcut === null ? x : this.shortcut.forward(x);
    const sum = add(branch, shortcut);
    const out = relu(sum);
    // Nobody else has these, which the library cannot know of a module that is not its own.
    if (!this.trains) for (const passing of [branch, shortcut, sum]) if (passing !== x) passing.dispose();
    return out;
  }
}

/** Parts one after the other, for inference alone: gives back what passes between them. */
class Chain extends Module {
  constructor(parts) {
    super();
    this.parts = parts;
  }

  forward(x) {
    let value = x;
    for (const part of this.parts) {
      const next = part.forward(value);
      if (value !== x) value.dispose();
      value = next;
    }
    return value;
  }
}

/** Puts the harness's numbers in the place of a layer's random ones. Biases start at zero on both sides. */
function setWeights(parameter, { seed, scale }) {
  const values = fill(parameter.size, seed, scale);
  if (parameter.assign) parameter.assign(values);
  else parameter.data.set(values);
}

function convolution({ ic, oc, k, s, p, ...numbers }) {
  const layer = new Conv2d({ inChannels: ic, outChannels: oc, kernelSize: k, stride: s, padding: p });
  setWeights(layer.filters, numbers);
  return layer;
}

function fullyConnected({ i, o, ...numbers }) {
  const layer = new Linear({ inFeatures: i, outFeatures: o });
  setWeights(layer.weights, numbers);
  return layer;
}

/** A network of the harness as one of layers. What `walk` hands from operation to operation is the list of layers so far. */
function networkOf(net) {
  const withRelu = (layer, wanted) => (wanted ? [layer, new ReLU()] : [layer]);
  const { x: layers } = walk(
    net,
    {
      conv: (before, l) => [...before, ...withRelu(convolution(l), l.relu)],
      pool: (before, { k, s, p }) => [...before, new MaxPool2d({ kernelSize: k, stride: s, padding: p })],
      gap: (before, { h, w }) => [...before, new AveragePool2d({ kernelSize: [h, w] })],
      fc: (before, l) => [...before, new Flatten(), ...withRelu(fullyConnected(l), l.relu)],
      add: (branch, shortcut) => {
        const shared = branch.findIndex((layer, i) => layer !== shortcut[i]);
        const [left, right] = [branch, shortcut].map((path) => path.slice(shared));
        const other = right.length > 0 ? new Sequential(...right) : null;
        const block = new Residual(new Sequential(...left), other, Boolean(net.train));
        return [...branch.slice(0, shared), block];
      },
    },
    [],
  );
  if (net.train) return new Sequential(...layers);
  const parts = [[]]; // layers of the library that follow each other, and blocks of ours
  for (const layer of layers) {
    if (layer instanceof Residual) parts.push(layer, []);
    else parts.at(-1).push(layer);
  }
  return new Chain(parts.flatMap((part) => (Array.isArray(part) ? (part.length > 0 ? new Sequential(...part) : []) : part)));
}

/** Images of the shape that a case asks for, numbers as every peer has them. */
function images(shape) {
  return tensor(
    fill(
      shape.reduce((product, size) => product * size, 1),
      1,
    ),
    shape,
  );
}

/** One convolution: no bias, nothing remembered for gradients. */
function convolving({ n, ic, h, w, oc, k, s, p, g }) {
  const x = images([n, ic, h, w]);
  const filters = tensor(fill((oc * ic * k * k) / g, 2), [oc, ic / g, k, k]);
  return () => noGrad(() => conv2d(x, filters, { stride: s, padding: p, groups: g }));
}

/** One step: forward, loss, gradients, plain gradient descent. */
function training(net) {
  const x = images([net.n, ...net.in]);
  const labels = tensor(
    Array.from({ length: net.n }, (_, i) => i % 10),
    [net.n],
    "int32",
  );
  const network = networkOf(net);
  const optimizer = new SGD(network.parameters(), { learningRate: 0.01 });
  return () => {
    optimizer.zeroGrad();
    const loss = crossEntropy(network.forward(x), labels);
    loss.backward();
    optimizer.step();
    return loss;
  };
}

function inferring(net) {
  const x = images([net.n, ...net.in]);
  const network = networkOf(net);
  return () => noGrad(() => network.forward(x));
}

/** The harness says when it is done with a result; peers dispose of theirs likewise. */
const free = (result) => result.dispose();

const kinds = { conv: convolving, train: training, infer: inferring };

serve({
  info: { peer: "stridelab", threads, node: process.version },
  prep: (work) => ({ run: kinds[work.kind](work), output: (result) => result.data, free }),
});
