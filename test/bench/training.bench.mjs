// One training step of LeNet-5 on a batch of 64, out of the compute passes alone: forward, both gradients of every
// layer but the first input's, and the update.
import * as activation from "../../dist/lib/compute/activation.js";
import * as conv from "../../dist/lib/compute/conv2d.js";
import { addBias, biasGradient } from "../../dist/lib/compute/elementwise.js";
import { gemm } from "../../dist/lib/compute/gemm.js";
import { softmaxCrossEntropyForward, softmaxCrossEntropyGradient } from "../../dist/lib/compute/loss.js";
import { maxPool2dForward, maxPool2dInputGradient } from "../../dist/lib/compute/pool2d.js";
import { sgdUpdate } from "../../dist/lib/compute/update.js";
import { uniform } from "./duel.mjs";

const batch = 64;
const sgd = { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 };

function weights(fanIn, outputs, seed) {
  const values = uniform(fanIn * outputs, seed).map((value) => value * Math.sqrt(3 / fanIn)); // variance 1 / fan-in
  return { values, slopes: new Float32Array(values.length), bias: new Float32Array(outputs), biasSlopes: new Float32Array(outputs) };
}

function update({ values, slopes, bias, biasSlopes }) {
  sgdUpdate(values, slopes, null, sgd);
  sgdUpdate(bias, biasSlopes, null, sgd);
}

/** Convolution, ReLU, 2×2 max pooling. `backward` returns the gradient of its input, null for the first layer. */
function convolutional(c, h, f, k, pad, seed) {
  const p = h + 2 * pad - k + 1;
  const common = { n: batch, strideY: 1, strideX: 1, padTop: pad, padLeft: pad, dilationY: 1, dilationX: 1 };
  const g = { ...common, c, h, w: h, f, p, q: p, kernelHeight: k, kernelWidth: k, groups: 1 };
  const half = { ...common, c: f, h: p, w: p, p: p / 2, q: p / 2, kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2 };
  const pool = { ...half, padTop: 0, padLeft: 0, padBottom: 0, padRight: 0 };
  const layer = weights(c * k * k, f, seed);
  const maps = new Float32Array(batch * f * p * p);
  const out = new Float32Array(maps.length / 4);
  const switches = new Int32Array(out.length);
  const dMaps = new Float32Array(maps.length);
  const dX = seed === 1 ? null : new Float32Array(batch * c * h * h);
  let input;
  return {
    forward(x) {
      input = x;
      conv.conv2dForward(g, x, layer.values, layer.bias, maps);
      activation.reluForward(maps, maps);
      maxPool2dForward(pool, maps, out, switches);
      return out;
    },
    backward(dOut) {
      maxPool2dInputGradient(pool, dOut, switches, dMaps);
      activation.reluGradient(dMaps, maps, dMaps);
      biasGradient(batch, f, p * p, dMaps, layer.biasSlopes);
      conv.conv2dFilterGradient(g, dMaps, input, layer.slopes);
      if (dX !== null) conv.conv2dInputGradient(g, dMaps, layer.values, dX);
      update(layer);
      return dX;
    },
  };
}

/** A linear layer, with ReLU but for the last. */
function linear(from, to, relu, seed) {
  const layer = weights(from, to, seed);
  const out = new Float32Array(batch * to);
  const dX = new Float32Array(batch * from);
  let input;
  return {
    forward(x) {
      input = x;
      gemm(batch, to, from, x, from, 1, layer.values, 1, from, out, false);
      addBias(batch, to, 1, out, layer.bias, out);
      if (relu) activation.reluForward(out, out);
      return out;
    },
    backward(dOut) {
      if (relu) activation.reluGradient(dOut, out, dOut);
      biasGradient(batch, to, 1, dOut, layer.biasSlopes);
      gemm(to, from, batch, dOut, 1, to, input, from, 1, layer.slopes, false);
      gemm(batch, from, to, dOut, to, 1, layer.values, from, 1, dX, false);
      update(layer);
      return dX;
    },
  };
}

const network = [
  convolutional(1, 28, 6, 5, 2, 1),
  convolutional(6, 14, 16, 5, 0, 2),
  linear(400, 120, true, 3),
  linear(120, 84, true, 4),
  linear(84, 10, false, 5),
];
const images = uniform(batch * 28 * 28, 6);
const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
const probabilities = new Float32Array(batch * 10);
const dLogits = new Float32Array(batch * 10);

function step() {
  const logits = network.reduce((x, layer) => layer.forward(x), images);
  const loss = softmaxCrossEntropyForward(batch, 10, logits, labels, probabilities);
  softmaxCrossEntropyGradient(batch, 10, probabilities, labels, 1, dLogits);
  network.reduceRight((dOut, layer) => layer.backward(dOut), dLogits);
  return loss;
}

const times = [];
const first = step();
let last = first;
for (let i = 0; i < 40; i++) {
  const start = performance.now();
  last = step();
  times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
const rate = (milliseconds) => Math.round((1000 * batch) / milliseconds);
console.log(`LeNet-5, batch ${batch}: ${rate(times[0])} images/s at best, median ${rate(times[20])}; loss ${first.toFixed(3)} to ${last.toFixed(3)}`);
