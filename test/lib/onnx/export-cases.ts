import * as lib from "../../../lib/index.ts";
import { conv2dRelu } from "../../../lib/ops/conv2d.ts";
import { linearRelu } from "../../../lib/ops/linear.ts";
import { normal } from "../random-tensors.ts";

/** A network whose export is tried: every operation with its options, every layer, every model. */
export interface ExportCase {
  readonly title: string;
  /** Of one example. */
  readonly shape: readonly number[];
  build(): lib.Module;
}

/** A network that is one function; what it holds in fields is named. */
class FunctionModule extends lib.Module {
  readonly f: (x: lib.Tensor, self: FunctionModule) => lib.AnyTensor;
  readonly held: Readonly<Record<string, lib.AnyTensor>>;

  constructor(f: FunctionModule["f"], held: Readonly<Record<string, lib.AnyTensor>> = {}) {
    super();
    this.f = f;
    this.held = held;
  }

  override forward(x: lib.Tensor): lib.Tensor {
    return this.f(x, this) as lib.Tensor;
  }
}

/** A network that is one function. */
export const net = (f: FunctionModule["f"], held: Readonly<Record<string, lib.AnyTensor>> = {}): lib.Module =>
  new FunctionModule(f, held);

let precision: lib.FloatDType = "float32";

/** Runs `f` while the tensors that cases make on the way are of double precision. */
export function inDoublePrecision<R>(f: () => R): R {
  precision = "float64";
  try {
    return f();
  } finally {
    precision = "float32";
  }
}

const float = <const S extends readonly number[]>(shape: S, seed = 1): lib.Tensor<S> =>
  normal(shape, seed, precision as "float32");
const int = (values: readonly number[], shape: readonly number[]): lib.Tensor<readonly number[], "int32"> =>
  lib.tensor(values, shape, "int32");

type Function = (x: lib.Tensor) => lib.AnyTensor;

const cases = (shape: readonly number[], functions: Readonly<Record<string, Function>>): ExportCase[] =>
  Object.entries(functions).map(([title, f]) => ({ title, shape, build: () => net(f) }));

const layers = (shape: readonly number[], builders: Readonly<Record<string, () => lib.Module>>): ExportCase[] =>
  Object.entries(builders).map(([title, build]) => ({ title, shape, build }));

const elementwise = cases([3, 4], {
  relu: lib.relu,
  sigmoid: lib.sigmoid,
  tanh: lib.tanh,
  exp: lib.exp,
  log: (x) => lib.log(lib.abs(x)),
  sqrt: (x) => lib.sqrt(lib.abs(x)),
  square: lib.square,
  sign: lib.sign,
  sin: lib.sin,
  cos: lib.cos,
  negate: lib.negate,
  "clip on both sides": (x) => lib.clip(x, { min: -0.5, max: 0.25 }),
  "clip on one side": (x) => lib.clip(x, { max: 0.25 }),
  relu6: (x) => lib.relu6(lib.multiply(x, 5)),
  leakyRelu: (x) => lib.leakyRelu(x, { negativeSlope: 0.2 }),
  elu: (x) => lib.elu(x, { alpha: 1.5 }),
  gelu: (x) => lib.gelu(x),
  "gelu by tanh": (x) => lib.gelu(x, { approximate: "tanh" }),
  silu: lib.silu,
  softplus: (x) => lib.softplus(x),
  "softplus with options": (x) => lib.softplus(lib.multiply(x, 5), { beta: 2, threshold: 3 }),
  "prelu with one weight": (x) => lib.prelu(x, float([1])),
  "prelu with a weight a channel": (x) => lib.prelu(x, float([3])),
});

const pairs = cases([3, 4], {
  "add of a number": (x) => lib.add(x, 2),
  "add to a number": (x) => lib.add(2, x),
  "add of a row": (x) => lib.add(x, float([4])),
  "add of more axes": (x) => lib.add(x, float([2, 1, 3, 1])),
  "subtract a number": (x) => lib.subtract(x, 2),
  "subtract from a number": (x) => lib.subtract(2, x),
  multiply: (x) => lib.multiply(x, lib.sigmoid(x)),
  "multiply by a number": (x) => lib.multiply(x, 0.3),
  "divide by a number": (x) => lib.divide(x, 3),
  "divide a number": (x) => lib.divide(3, lib.add(lib.abs(x), 1)),
  "divide by a column": (x) => lib.divide(x, lib.exp(float([3, 1]))),
  "power of a number": (x) => lib.power(x, 3),
  "power of a tensor": (x) => lib.power(lib.abs(x), float([4])),
  "power of a base": (x) => lib.power(1.5, x),
  maximum: (x) => lib.maximum(x, float([3, 4])),
  "minimum with a number": (x) => lib.minimum(x, 0.1),
  equal: (x) => lib.equal(lib.sign(x), 1),
  notEqual: (x) => lib.notEqual(lib.sign(x), 1),
  less: (x) => lib.less(x, 0.1),
  lessEqual: (x) => lib.lessEqual(x, float([4])),
  greater: (x) => lib.greater(0.1, x),
  greaterEqual: (x) => lib.greaterEqual(x, float([4])),
  "less of integers": (x) => lib.less(lib.argmax(x), 2),
  "less of integers and a fraction": (x) => lib.less(lib.argmax(x), 1.5),
  "where with numbers": (x) => lib.where(lib.greater(x, 0), x, -1),
  "where with a mask of numbers": (x) => lib.where(float([4]), lib.exp(x), x),
});

const reductions = cases([3, 4, 5], {
  "sum of all": (x) => lib.sum(x),
  "sum along an axis": (x) => lib.sum(x, { axis: 1 }),
  "sum along none": (x) => lib.sum(x, { axis: [] }),
  "mean that keeps axes": (x) => lib.mean(x, { axis: [2, 3], keepDims: true }),
  "mean over the batch": (x) => lib.mean(x, { axis: 0 }),
  max: (x) => lib.max(x, { axis: -1 }),
  min: (x) => lib.min(x, { axis: [1, 3] }),
  product: (x) => lib.product(x, { axis: 1 }),
  logSumExp: (x) => lib.logSumExp(x, { axis: [1, 2] }),
  variance: (x) => lib.variance(x, { axis: 1 }),
  "variance without correction": (x) => lib.variance(x, { axis: [2, 3], correction: 0, keepDims: true }),
  standardDeviation: (x) => lib.standardDeviation(x, { axis: 2 }),
  "norm of exponent 1": (x) => lib.norm(x, { axis: 1, p: 1 }),
  "norm of exponent 2": (x) => lib.norm(x, { axis: [1, 2] }),
  "norm of exponent 3": (x) => lib.norm(x, { axis: 1, p: 3 }),
  "norm of exponent Infinity": (x) => lib.norm(x, { axis: 1, p: Number.POSITIVE_INFINITY, keepDims: true }),
  argmax: (x) => lib.argmax(x),
  argmin: (x) => lib.argmin(x, { axis: 1, keepDims: true }),
  softmax: (x) => lib.softmax(x),
  logSoftmax: (x) => lib.logSoftmax(x, { axis: 1 }),
  cumulativeSum: (x) => lib.cumulativeSum(x, { axis: 2 }),
});

const movement = cases([3, 4, 6], {
  flatten: lib.flatten,
  "reshape behind the batch": (x) => lib.reshape(x, [-1, 4, 18]),
  "reshape that splits the batch's rows": (x) => lib.reshape(x, [-1, 6]),
  "reshape with the batch inside": (x) => lib.reshape(lib.transpose(x, [1, 0, 2, 3]), [3, -1, 24]),
  transpose: (x) => lib.transpose(x, [0, 2, 3, 1]),
  "transpose of all axes": (x) => lib.transpose(x),
  flip: (x) => lib.flip(x, [1, -1]),
  expandDims: (x) => lib.expandDims(x, 2),
  squeeze: (x) => lib.squeeze(lib.sum(x, { axis: 1, keepDims: true }), 1),
  slice: (x) => lib.slice(x, 1, -1, { axis: 2 }),
  "slice with a step": (x) => lib.slice(x, 1, undefined, { axis: 3, step: 2 }),
  "slice of the batch": (x) => lib.slice(x, 1),
  concat: (x) => lib.concat([x, lib.slice(x, 0, 1, { axis: 1 })], { axis: 1 }),
  stack: (x) => lib.stack([x, lib.relu(x)], { axis: 1 }),
  split: (x) => {
    const [a, b] = lib.split(x, [2, 4], { axis: 3 });
    return lib.matmul(lib.transpose(a as lib.Tensor, [0, 1, 3, 2]), b as lib.Tensor);
  },
  tile: (x) => lib.tile(x, [1, 2, 1, 3]),
  "tile with a new axis": (x) => lib.tile(x, [2, 1, 1, 1, 1]),
  repeat: (x) => lib.repeat(x, 3, { axis: 1 }),
  "repeat of the batch": (x) => lib.repeat(x, 2, { axis: 0 }),
  broadcastTo: (x) => lib.broadcastTo(lib.mean(x, { axis: 1, keepDims: true }), [x.shape[0] as number, 3, 4, 6]),
  "broadcastTo a new axis": (x) => lib.broadcastTo(x, [2, x.shape[0] as number, 3, 4, 6]),
  take: (x) => lib.take(x, [2, 0, 2], { axis: 1 }),
  "take by a tensor": (x) => lib.take(x, int([1, 0, 3, 3], [2, 2]), { axis: 2 }),
  "take of what is found": (x) => lib.take(float([6, 2]), lib.argmax(x)),
  gather: (x) => lib.gather(x, lib.argmax(x, { axis: 3, keepDims: true }) as never, { axis: 3 }),
  oneHot: (x) => lib.oneHot(lib.argmax(x), 6),
  cast: (x) => lib.cast(lib.cast(lib.multiply(x, 3), "int32"), x.dtype),
  "pad with a number": (x) => lib.pad(x, [1, [2, 0]], { value: 0.5 }),
  "pad that cuts off": (x) =>
    lib.pad(x, [
      [1, 1],
      [-1, -2],
    ]),
  "pad by reflection": (x) => lib.pad(x, [1, [2, 1]], { mode: "reflect" }),
  "pad by reflection that cuts off": (x) => lib.pad(x, [1, [-1, 1]], { mode: "reflect" }),
  "pad by the edge": (x) => lib.pad(x, [1, [2, 1]], { mode: "replicate" }),
  "pad by the other end": (x) => lib.pad(x, [1, [2, 1]], { mode: "circular" }),
  maxout: (x) => lib.maxout(x, 3),
});

const convolutions = cases([4, 9, 8], {
  conv2d: (x) => lib.conv2d(x, float([6, 4, 3, 3])),
  "conv2d with options": (x) =>
    lib.conv2d(x, float([6, 2, 3, 2]), {
      stride: [2, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
      dilation: [1, 2],
      groups: 2,
      bias: float([6]),
    }),
  "conv2d whose stride leaves a rest": (x) => lib.conv2d(x, float([2, 4, 3, 3]), { stride: 3, padding: 1 }),
  "conv2d of all windows": (x) => lib.conv2d(x, float([2, 4, 3, 3]), { stride: 3, padding: 1, stridePolicy: "ceil" }),
  "conv2d padded to the same size": (x) => lib.conv2d(x, float([2, 4, 4, 4]), { stride: 2, padding: "same" }),
  "conv2d padded by reflection": (x) => lib.conv2d(x, float([2, 4, 3, 3]), { padding: 2, paddingMode: "reflect" }),
  "conv2d padded by the other end": (x) => lib.conv2d(x, float([2, 4, 3, 3]), { padding: 1, paddingMode: "circular" }),
  "conv2d with turned filters": (x) => lib.conv2d(x, float([2, 4, 3, 2]), { flip: true }),
  conv2dRelu: (x) => conv2dRelu(x, float([6, 4, 3, 3]), { bias: float([6]) }),
  depthwiseConv2d: (x) => lib.depthwiseConv2d(x, float([8, 1, 3, 3]), { padding: 1 }),
  separableConv2d: (x) => lib.separableConv2d(x, float([8, 1, 3, 3]), float([5, 8, 1, 1]), { bias: float([5]) }),
  "maskedConv2d of filters": (x) => lib.maskedConv2d(x, float([2, 4, 3, 3]), { mask: lib.pixelMask(3, "A") }),
  "maskedConv2d of the input": (x) =>
    lib.maskedConv2d(x, float([2, 4, 3, 3]), { mask: lib.greater(float([9, 8]), 0), on: "input" }),
  convTranspose2d: (x) => lib.convTranspose2d(x, float([4, 3, 3, 3]), { bias: float([3]) }),
  "convTranspose2d with options": (x) =>
    lib.convTranspose2d(x, float([4, 3, 3, 2]), {
      ...{
        stride: [2, 3],
        padding: [
          [1, 0],
          [0, 1],
        ],
        outputPadding: [1, 2],
        dilation: [2, 1],
        groups: 2,
      },
    }),
  "convTranspose2d to the same size": (x) =>
    lib.convTranspose2d(x, float([4, 3, 3, 3]), { stride: 2, padding: "same" }),
  locallyConnected2d: (x) =>
    lib.locallyConnected2d(x, float([4, 6, 2, 4, 3, 3]), { stride: [2, 1], bias: float([2, 4, 6]) }),
  im2col: (x) => lib.im2col(x, { kernelSize: [3, 2], stride: 2, padding: 1 }),
  col2im: (x) =>
    lib.col2im(lib.im2col(x, { kernelSize: 3, stride: 2 }), { kernelSize: 3, stride: 2, outputSize: [9, 8] }),
  convMatrix: (x) =>
    lib.matmul(
      lib.flatten(x),
      lib.transpose(lib.convMatrix(float([2, 4, 3, 3]), [4, 9, 8], { stride: 2, padding: 1 })),
    ),
  "a filter of the input": (x) => lib.conv2d(float([1, 4, 5, 5]), lib.slice(x, 0, 1), { padding: 4 }),
});

const sequences = cases([4, 11], {
  conv1d: (x) =>
    lib.conv1d(x, float([6, 2, 3]), { stride: 2, padding: [1, 2], dilation: 2, groups: 2, bias: float([6]) }),
  "conv1d padded by the edge": (x) => lib.conv1d(x, float([6, 4, 3]), { padding: 1, paddingMode: "replicate" }),
  convTranspose1d: (x) =>
    lib.convTranspose1d(x, float([4, 3, 3]), { stride: 3, padding: 1, outputPadding: 2, bias: float([3]) }),
  maxPool1d: (x) => lib.maxPool1d(x, { kernelSize: 3, stride: 2, padding: 1 }),
  minPool1d: (x) => lib.minPool1d(x, { kernelSize: 3, dilation: 2, stride: 1 }),
  averagePool1d: (x) => lib.averagePool1d(x, { kernelSize: 4, stride: 3, padding: 1, stridePolicy: "ceil" }),
  lpPool1d: (x) => lib.lpPool1d(lib.abs(x), { kernelSize: 3, normType: 3 }),
  "localResponseNorm of sequences": (x) => lib.localResponseNorm(x, { size: 3, alpha: 0.1 }),
  "upsample of sequences": (x) => lib.upsample(x, { scale: 2, mode: "linear" }),
  "upsample of sequences to a size": (x) => lib.upsample(x, { size: 7 }),
});

const poolings = cases([2, 9, 8], {
  maxPool2d: (x) => lib.maxPool2d(x, { kernelSize: 2 }),
  "maxPool2d with options": (x) =>
    lib.maxPool2d(x, {
      kernelSize: [3, 2],
      stride: 2,
      padding: [
        [1, 0],
        [0, 1],
      ],
      dilation: [1, 2],
    }),
  "maxPool2d of all windows": (x) => lib.maxPool2d(x, { kernelSize: 3, stride: 2, stridePolicy: "ceil" }),
  "maxPool2d whose windows reach far beyond": (x) =>
    lib.maxPool2d(x, { kernelSize: 2, stride: 3, dilation: 4, stridePolicy: "ceil" }),
  minPool2d: (x) => lib.minPool2d(x, { kernelSize: 3, stride: 2, padding: 1 }),
  averagePool2d: (x) => lib.averagePool2d(x, { kernelSize: 3, stride: 2, padding: 1 }),
  "averagePool2d that counts no padding": (x) =>
    lib.averagePool2d(x, { kernelSize: 3, stride: 2, padding: 1, countIncludePad: false }),
  "averagePool2d of all windows": (x) =>
    lib.averagePool2d(x, { kernelSize: 3, stride: 3, padding: 1, stridePolicy: "ceil" }),
  "averagePool2d of all windows that counts no padding": (x) =>
    lib.averagePool2d(x, { kernelSize: 3, stride: 3, padding: 1, stridePolicy: "ceil", countIncludePad: false }),
  "averagePool2d with a divisor": (x) =>
    lib.averagePool2d(x, { kernelSize: 2, stride: 3, stridePolicy: "ceil", divisorOverride: 3 }),
  lpPool2d: (x) => lib.lpPool2d(x, { kernelSize: 3, stride: 2, padding: 1, normType: 2 }),
  "lpPool2d of exponent 1": (x) => lib.lpPool2d(x, { kernelSize: 2, normType: 1 }),
  "lpPool2d of all windows": (x) => lib.lpPool2d(x, { kernelSize: 3, stride: 2, normType: 4, stridePolicy: "ceil" }),
  "lpPool2d of a broken exponent": (x) => lib.lpPool2d(lib.abs(x), { kernelSize: 3, normType: 1.5 }),
  l2Pool2d: (x) => lib.l2Pool2d(x, { kernelSize: 2 }),
  globalAveragePool2d: lib.globalAveragePool2d,
  globalMaxPool2d: lib.globalMaxPool2d,
  "adaptiveAveragePool2d to one": (x) => lib.adaptiveAveragePool2d(x, 1),
  "adaptiveAveragePool2d that divides": (x) => lib.adaptiveAveragePool2d(x, [3, 4]),
  "adaptiveAveragePool2d that does not divide": (x) => lib.adaptiveAveragePool2d(x, [4, 11]),
  "adaptiveMaxPool2d to one": (x) => lib.adaptiveMaxPool2d(x, 1),
  "adaptiveMaxPool2d that divides": (x) => lib.adaptiveMaxPool2d(x, [3, 2]),
  "adaptiveMaxPool2d that does not divide": (x) => lib.adaptiveMaxPool2d(x, [4, 11]),
  maxPool2dWithIndices: (x) => lib.maxPool2dWithIndices(x, { kernelSize: 3, stride: 2, padding: 1 }).output,
  "indices of the largest": (x) => lib.maxPool2dWithIndices(x, { kernelSize: 3, stride: 2, padding: 1 }).indices,
  maxUnpool2d: (x) => {
    const { output, indices } = lib.maxPool2dWithIndices(x, { kernelSize: 2 });
    return lib.maxUnpool2d(output, indices, { outputSize: [9, 8] });
  },
});

const normalizations = cases([6, 4, 5], {
  "batchNorm2d by its own statistics": (x) => lib.batchNorm2d(x, { weights: float([6]), bias: float([6]) }),
  layerNorm: (x) => lib.layerNorm(x, [4, 5]),
  "layerNorm with what is learned": (x) =>
    lib.layerNorm(x, 5, { weights: float([5]), bias: float([5]), epsilon: 0.01 }),
  groupNorm: (x) => lib.groupNorm(x, 3),
  "groupNorm with what is learned": (x) =>
    lib.groupNorm(x, 2, { weights: float([6]), bias: float([6]), epsilon: 0.01 }),
  instanceNorm2d: (x) => lib.instanceNorm2d(x),
  "instanceNorm2d with what is learned": (x) => lib.instanceNorm2d(x, { weights: float([6]), bias: float([6]) }),
  "localResponseNorm of an odd size": (x) => lib.localResponseNorm(x, { size: 5, alpha: 0.5, beta: 0.5, k: 2 }),
  "localResponseNorm of an even size": (x) => lib.localResponseNorm(x, { size: 4, alpha: 0.5 }),
});

const resampling = cases([2, 5, 7], {
  "upsample by a scale": (x) => lib.upsample(x, { scale: 2 }),
  "upsample by a broken scale": (x) => lib.upsample(x, { scale: [1.5, 2.3] }),
  "upsample by a scale that single precision has below": (x) =>
    lib.upsample(lib.tile(x, [1, 1, 2, 1]), { scale: [2.3, 1.1] }),
  "upsample by bilinear and such a scale": (x) =>
    lib.upsample(lib.tile(x, [1, 1, 2, 1]), { scale: [2.3, 1.1], mode: "bilinear" }),
  "upsample to a size": (x) => lib.upsample(x, { size: [9, 13] }),
  "upsample to a smaller size": (x) => lib.upsample(x, { size: [3, 4], mode: "nearest-exact" }),
  "upsample by nearest-exact": (x) => lib.upsample(x, { scale: [1.7, 3], mode: "nearest-exact" }),
  "upsample by bilinear": (x) => lib.upsample(x, { scale: 2, mode: "bilinear" }),
  "upsample by bilinear to a size": (x) => lib.upsample(x, { size: [4, 11], mode: "bilinear" }),
  "upsample by bilinear with aligned corners": (x) =>
    lib.upsample(x, { size: [9, 13], mode: "bilinear", alignCorners: true }),
  "upsample by bicubic": (x) => lib.upsample(x, { scale: [2, 1.5], mode: "bicubic" }),
  "upsample by bicubic with aligned corners": (x) => lib.upsample(x, { size: 10, mode: "bicubic", alignCorners: true }),
});

const products = cases([6], {
  linear: (x) => lib.linear(x, float([4, 6]), float([4])),
  "linear without a bias": (x) => lib.linear(x, float([4, 6])),
  linearRelu: (x) => linearRelu(x, float([4, 6]), float([4])),
  matmul: (x) => lib.matmul(x, float([6, 3])),
  "matmul with a vector": (x) => lib.matmul(x, float([6])),
  "matmul of batches": (x) => lib.matmul(float([3, 1, 2, 6]), lib.reshape(x, [-1, 6, 1])),
  "the input as it is": (x) => x,
  "a constant": () => float([2, 3]),
});

const inLayers = layers([4, 8, 8], {
  Conv2d: () => new lib.Conv2d({ inChannels: 4, outChannels: 6, kernelSize: 3, padding: "same" }),
  "layers that are computed together": () =>
    new lib.Sequential({
      conv: new lib.Conv2d({ inChannels: 4, outChannels: 6, kernelSize: 3 }),
      norm: new lib.BatchNorm2d({ channels: 6 }),
      relu: new lib.ReLU(),
      drop: new lib.Dropout(),
      pool: new lib.MaxPool2d({ kernelSize: 2 }),
      flatten: new lib.Flatten(),
      fc: new lib.Linear({ inFeatures: 54, outFeatures: 5 }),
      relu2: new lib.ReLU(),
    }),
  "BatchNorm1d that was trained": () => {
    const norm = new lib.BatchNorm1d({ features: 256 });
    norm.forward(normal([8, 256], 1, "float32"));
    return new lib.Sequential({ flatten: new lib.Flatten(), norm });
  },
  "BatchNorm2d that was trained": () => {
    const norm = new lib.BatchNorm2d({ channels: 4, epsilon: 0.01 });
    norm.forward(normal([2, 4, 3, 3], 1, "float32"));
    return norm;
  },
  Residual: () =>
    new lib.Residual({
      body: new lib.Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 3, stride: 2, padding: 1 }),
      shortcut: new lib.Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 1, stride: 2 }),
      activation: new lib.ReLU(),
    }),
  Branches: () =>
    new lib.Branches({
      narrow: new lib.Conv2d({ inChannels: 4, outChannels: 2, kernelSize: 1 }),
      wide: new lib.SeparableConv2d({ inChannels: 4, outChannels: 3, kernelSize: 5, padding: 2 }),
      pool: new lib.MaxPool2d({ kernelSize: 3, stride: 1, padding: 1 }),
    }),
  "one layer in two places": () => {
    const conv = new lib.Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 3, padding: 1 });
    return new lib.Sequential({ first: conv, relu: new lib.ReLU(), second: conv });
  },
});

const models: readonly ExportCase[] = [
  { title: "lenet5", shape: [1, 28, 28], build: () => lib.lenet5() },
  { title: "lenet1998", shape: [1, 32, 32], build: () => lib.lenet1998() },
  { title: "tinyVGG", shape: [3, 64, 64], build: () => lib.tinyVGG() },
  { title: "cifarResNet", shape: [3, 32, 32], build: () => lib.cifarResNet({ depth: 20 }) },
  { title: "cifarPlain", shape: [3, 32, 32], build: () => lib.cifarPlain({ depth: 20 }) },
  { title: "convnetjsCifar10", shape: [3, 32, 32], build: () => lib.convnetjsCifar10() },
  { title: "convnetjsMnist", shape: [1, 24, 24], build: () => lib.convnetjsMnist() },
];

/** All but the models: small ones. */
export const smallCases: readonly ExportCase[] = [
  ...elementwise,
  ...pairs,
  ...reductions,
  ...movement,
  ...convolutions,
  ...sequences,
  ...poolings,
  ...normalizations,
  ...resampling,
  ...products,
  ...inLayers,
];

export const exportCases: readonly ExportCase[] = [...smallCases, ...models];
