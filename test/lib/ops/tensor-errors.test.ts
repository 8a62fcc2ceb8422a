import { describe, expect, test } from "vitest";
import * as library from "../../../lib/index.ts";

// Wrong on purpose, as in JavaScript or behind an `any`.
// biome-ignore lint/suspicious/noExplicitAny: the compiler would refuse some of the calls
const lib = library as any;
const { tensor, zeros } = library;
const x = zeros([2, 3]);
const maps = zeros([2, 6, 4, 4]);
const labels = tensor([0, 1], [2], "int32");
const whole = tensor([1, 2], [2], "int32");

const refused: [code: string, call: () => unknown, message: RegExp][] = [
  // Shapes that do not go together: both are shown, and what would fit.
  [
    "add, one a channel",
    () => lib.add(maps, zeros([6])),
    /add: axis 3 of a is 4, axis 0 of b is 6\n +a \[2, 6, 4, 4\]\n +b \[6\]\n +fix: reshape b to \[6, 1, 1\]/,
  ],
  [
    "multiply, one an image",
    () => lib.multiply(zeros([2]), maps),
    /axis 0 of a is 2, axis 3 of b is 4[\s\S]*reshape a to \[2, 1, 1, 1\]/,
  ],
  [
    "subtract, other sizes",
    () => lib.subtract(x, zeros([2, 4])),
    /axis 1 of a is 3, axis 1 of b is 4[\s\S]*give b the shape \[2, 3\], with 1 for any of these sizes, or a plain number/,
  ],
  [
    "where, a condition of another shape",
    () => lib.where(zeros([4]), x, 0),
    /where: axis 0 of condition is 4, axis 1 of a is 3/,
  ],
  ["broadcastTo, smaller", () => lib.broadcastTo(x, [3]), /broadcastTo: the input is larger than the shape/],
  ["broadcastTo, not fitting", () => lib.broadcastTo(x, [2, 4]), /axis 1 of shape is 4, axis 1 of input is 3/],
  [
    "matmul of batches",
    () => lib.matmul(zeros([2, 3, 4]), zeros([3, 4, 5])),
    /the batches do not fit each other\n +a \[B=2, M=3, K=4\]\n +b \[B=3, K=4, N=5\]/,
  ],
  ["matmul of a vector", () => lib.matmul(x, zeros([2])), /a has 3 columns, b 2 rows\n +a \[M=2, K=3\]\n +b \[K=2\]/],
  ["matmul of a scalar", () => lib.matmul(tensor(2), x), /matmul: a is a scalar\n.*\n.*scale with multiply/],
  [
    "concat, another size",
    () => lib.concat([x, zeros([2, 4])]),
    /concat: axis 1 of input 0 is 3, of input 1 4\n +input 0 \[2, 3\]\n +input 1 \[2, 4\]\n.*equal but for axis 0/,
  ],
  ["concat, more axes", () => lib.concat([x, zeros([2])]), /input 0 has 2 axes, input 1 1/],
  [
    "stack, another shape",
    () => lib.stack([x, zeros([3, 2])]),
    /stack: axis 1 of input 0 is 2.*\n +input 0 \[2, 3\]\n +input 1 \[3, 2\]\n.*the shape of input 0/,
  ],
  [
    "split, not even",
    () => lib.split(zeros([10]), 3),
    /3 equal parts do not make up 10, axis 0\n.*\n.*give the sizes: \[4, 3, 3\]/,
  ],
  [
    "split, too much",
    () => lib.split(zeros([10]), [4, 5]),
    /the sizes add up to 9, and axis 0 is 10\n.*\n.*make it 10/,
  ],
  [
    "gather of another batch",
    () => lib.gather(x, zeros([3, 1], "int32")),
    /gather: the shapes differ beside axis 1\n[\s\S]*indices of shape \[2, 1\]/,
  ],
  ["squeeze of more than 1", () => lib.squeeze(x, 0), /axis 0 is 2, not 1\n.*\n.*mean\(x, \{ axis: 0 \}\)/],
  [
    "prelu, another number",
    () => lib.prelu(maps, zeros([4])),
    /6 channels in axis 1, and 4 weights\n[\s\S]*\[1\], or \[6\]/,
  ],
  ["maxout that does not divide", () => lib.maxout(maps, 4), /4 pieces do not divide 6 channels\n.*\n.*8 channels/],
  [
    "transpose, an axis too few",
    () => lib.transpose(maps, [0, 1, 2]),
    /\[0, 1, 2\] is no order of 4 axes\n.*\n.*name each axis from 0 to 3 once/,
  ],
  ["transpose, an axis twice", () => lib.transpose(x, [0, 0]), /\[0, 0\] is no order of 2 axes/],
  // Axes.
  [
    "sum over an axis too many",
    () => lib.sum(x, { axis: 3 }),
    /sum: axis 3 of a tensor with 2 axes\n +input \[2, 3\]\n +fix: give an axis from 0 to 1, or from -1 for the last one to -2/,
  ],
  [
    "max over an axis of a scalar",
    () => lib.max(tensor(1), { axis: 0 }),
    /axis 0 of a tensor with 0 axes\n.*\n.*give a tensor that has one/,
  ],
  ["mean over an axis twice", () => lib.mean(x, { axis: [1, -1] }), /mean: axis 1 is named twice/],
  ["mean over half an axis", () => lib.mean(x, { axis: 0.5 }), /mean: axis is 0.5\n.*from 0 to 1/],
  ["sum over a named axis", () => lib.sum(x, { axis: "rows" }), /sum: axis is the text "rows"/],
  ["sum(x, 0)", () => lib.sum(x, 0), /sum: the options are 0\n.*axis, keepDims/],
  ["sum with dim", () => lib.sum(x, { dim: 0 }), /sum: unknown option "dim"\n.*axis, keepDims/],
  ["sum with keepDims: 1", () => lib.sum(x, { axis: 0, keepDims: 1 }), /keepDims is 1\n.*true or false/],
  ["softmax along axis 2", () => lib.softmax(x, { axis: 2 }), /softmax: axis 2 of a tensor with 2 axes/],
  ["softmax of a scalar", () => lib.softmax(tensor(1)), /a scalar has no classes/],
  ["argmax of a scalar", () => lib.argmax(tensor(1)), /argmax: a scalar has no axis/],
  ["argmax along two axes", () => lib.argmax(x, { axis: [0, 1] }), /argmax: axis names 2 axes/],
  ["expandDims beyond", () => lib.expandDims(x, 3), /axis 3 of a tensor with 3 axes/],
  ["flip without axes", () => lib.flip(x), /flip: axis is undefined/],
  [
    "variance of one",
    () => lib.variance(zeros([2, 1]), { axis: 1 }),
    /1 element, and a correction of 1\n.*\n.*correction: 0/,
  ],
  ["variance with ddof", () => lib.variance(x, { ddof: 0 }), /unknown option "ddof"\n.*correction/],
  ["norm with p: 0", () => lib.norm(x, { p: 0 }), /norm: p is 0\n.*1, 2 or Infinity/],
  // Bounds and indices.
  ["slice before the first", () => lib.slice(x, -3), /slice: it begins at row -3, and there are 2\n.*\n.*-2 or more/],
  [
    "slice behind the last",
    () => lib.slice(x, 0, 4, { axis: 1 }),
    /it ends at 4, and axis 1 has 3\n.*\n.*end at 3 or before/,
  ],
  ["slice backwards", () => lib.slice(x, 1, 0), /end is 0, before start, 1/],
  ["slice with step: 0", () => lib.slice(x, 0, 2, { step: 0 }), /step is 0/],
  ["slice of a text", () => lib.slice(x, "1"), /start is the text "1"/],
  ["take beyond", () => lib.take(x, [0, 2]), /take: index 1 is 2, and axis 0 has 2 in the input\n.*from 0 to 1/],
  ["take half", () => lib.take(x, [0.5]), /index 0 is 0.5/],
  ["take one number", () => lib.take(x, 1), /the indices are 1\n.*in an array/],
  ["take by floats", () => lib.take(x, zeros([1])), /the indices are float32\n.*cast/],
  [
    "gather beyond",
    () => lib.gather(x, tensor([[3], [0]], undefined, "int32")),
    /gather: index 0 is 3, and axis 1 has 3/,
  ],
  ["oneHot of too few classes", () => lib.oneHot(whole, 2), /oneHot: label 1 is 2, and classes are 2/],
  ["oneHot of floats", () => lib.oneHot(x, 2), /the labels are float32/],
  // Options.
  ["leakyRelu(x, 0.1)", () => lib.leakyRelu(x, 0.1), /leakyRelu: the options are 0.1\n.*negativeSlope/],
  ["leakyRelu with alpha", () => lib.leakyRelu(x, { alpha: 0.1 }), /unknown option "alpha"/],
  ["gelu with approximate: true", () => lib.gelu(x, { approximate: true }), /approximate is true\n.*"none" or "tanh"/],
  ["softplus with beta: 0", () => lib.softplus(x, { beta: 0 }), /softplus: beta is 0/],
  ["elu with a text", () => lib.elu(x, { alpha: "1" }), /elu: alpha is the text "1"/],
  ["clip without bounds", () => lib.clip(x, {}), /clip: there is no bound\n.*min, max or both/],
  ["clip(x, 0, 1)", () => lib.clip(x, 0, 1), /clip: the options are 0/],
  ["clip at NaN", () => lib.clip(x, { min: Number.NaN }), /min is NaN/],
  ["maxout without pieces", () => lib.maxout(maps), /maxout: pieces is undefined/],
  // Losses.
  [
    "crossEntropy, smoothing 2",
    () => lib.crossEntropy(x, labels, { labelSmoothing: 2 }),
    /labelSmoothing is 2\n.*from 0 to 1/,
  ],
  [
    "crossEntropy, two weights",
    () => lib.crossEntropy(x, labels, { classWeights: [1, 2] }),
    /2 classWeights for 3 classes\n.*3 numbers/,
  ],
  [
    "crossEntropy, no list of weights",
    () => lib.crossEntropy(x, labels, { classWeights: 3 }),
    /classWeights are no list/,
  ],
  [
    "crossEntropy, reduction avg",
    () => lib.crossEntropy(x, labels, { reduction: "avg" }),
    /reduction is the text "avg"\n.*"mean", "sum" or "none"/,
  ],
  [
    "crossEntropy, an ignored text",
    () => lib.crossEntropy(x, labels, { ignoreIndex: "255" }),
    /ignoreIndex is the text "255"/,
  ],
  [
    "crossEntropy, a label left out by mistake",
    () => lib.crossEntropy(x, tensor([0, -100], [2], "int32")),
    /label 1 is -100, and the scores have classes 0 to 2\n.*correct the label/,
  ],
  [
    "crossEntropy of pixels, a label an image",
    () => lib.crossEntropy(zeros([2, 3, 4, 4]), labels),
    /1 axis in the labels, not the 3 of \[N, H, W\]/,
  ],
  [
    "crossEntropy of pixels of another size",
    () => lib.crossEntropy(zeros([2, 3, 4]), zeros([2, 5], "int32")),
    /the labels have not the scores' pixels\n.*scores \[N=2, K=3, L=4\]\n.*labels \[N=2, L=5\]\n.*one label a pixel: shape \[2, 4\]/,
  ],
  [
    "crossEntropy of probabilities, ignoring",
    () => lib.crossEntropy(x, x, { ignoreIndex: 0 }),
    /probabilities have no label to ignore/,
  ],
  [
    "crossEntropy of probabilities of another type",
    () => lib.crossEntropy(x, zeros([2, 3], "float64")),
    /crossEntropy: one operand is float32, another float64/,
  ],
  [
    "crossEntropy with numbers to be met",
    () => lib.crossEntropy(x, tensor([0.5, 0.5, 0, 7, 0, 0], [2, 3])),
    /number 3 of the labels is 7, no probability\n.*use meanSquaredError/,
  ],
  [
    "crossEntropy with one number to be met",
    () => lib.crossEntropy(zeros([2, 1]), zeros([2, 1])),
    /the labels are fractions, and there is a single class/,
  ],
  [
    "crossEntropy of a vector",
    () => lib.crossEntropy(zeros([3]), zeros([3])),
    /crossEntropy: 1 axis in the scores, not the 2 of \[N, K\]/,
  ],
  [
    "negativeLogLikelihood of probabilities",
    () => lib.negativeLogLikelihood(x, x),
    /one number a class, not one an example/,
  ],
  ["hingeLoss of pixels", () => lib.hingeLoss(maps, labels), /hingeLoss: 4 axes in the scores/],
  ["hingeLoss with delta", () => lib.hingeLoss(x, labels, { delta: 1 }), /unknown option "delta"\n.*margin/],
  [
    "meanSquaredError with broadcasting",
    () => lib.meanSquaredError(x, zeros([3])),
    /the shapes differ[\s\S]*reshape the target to \[2, 3\]/,
  ],
  ["huberLoss with delta: 0", () => lib.huberLoss(x, x, { delta: 0 }), /huberLoss: delta is 0/],
  [
    "binaryCrossEntropy of scores",
    () => lib.binaryCrossEntropy(tensor([0.5, 1.5]), zeros([2])),
    /number 1 is 1.5, which is no probability\n.*WithLogits/,
  ],
  [
    "binaryCrossEntropyWithLogits, too many weights",
    () => lib.binaryCrossEntropyWithLogits(zeros([2]), zeros([2]), { positiveWeights: zeros([3, 2]) }),
    /the weights are larger than the input/,
  ],
  // No tensors, or of other types.
  ["add(1, 2)", () => lib.add(1, 2), /add: an operand is 1, not a tensor/],
  [
    "multiply(x, [1])",
    () => lib.multiply(x, [1, 2, 3]),
    /multiply: an operand is a plain array, not a tensor\n.*tensor\(\.\.\.\)/,
  ],
  ["add of two types", () => lib.add(x, zeros([2, 3], "float64")), /one operand is float32, another float64/],
  ["add of integers", () => lib.add(whole, 1), /float32 or float64, not int32/],
  ["equal of two types", () => lib.equal(x, zeros([3], "int32")), /equal: one operand is float32, another int32/],
  ["where of two numbers", () => lib.where(x, 1, 0), /both values are numbers[\s\S]*full\(\[\], 1\)/],
  ["where(true, x, x)", () => lib.where(true, x, x), /where: the condition is true, not a tensor/],
  ["exp of an array", () => lib.exp([1]), /exp: an operand is a plain array/],
  ["sum of nothing", () => lib.sum(), /sum: the input is undefined, not a tensor/],
  ["concat(a, b)", () => lib.concat(x, x), /concat/],
  ["concat of none", () => lib.concat([]), /concat: there are no tensors/],
  ["concat of a number", () => lib.concat([x, 1]), /concat: the input 1 is 1, not a tensor/],
  ["concat of two types", () => lib.concat([x, zeros([2, 3], "int32")]), /input 0 is float32, input 1 int32/],
  ["transpose(x, 1, 0)", () => lib.transpose(x, 1, 0), /axes is 1\n.*in an array/],
  ["tile(x, 2)", () => lib.tile(x, 2), /the repetitions are 2\n.*\[2, 1\]/],
  ["repeat(x)", () => lib.repeat(x), /repeat: count is undefined/],
  ["power(x)", () => lib.power(x), /power: an operand is undefined/],
  ["new LeakyReLU(0.1)", () => new lib.LeakyReLU(0.1), /LeakyReLU: the options are 0.1/],
  ["new PReLU with init", () => new lib.PReLU({ init: 1 }), /PReLU: unknown option "init"\n.*channels, negativeSlope/],
  ["new Softmax(1)", () => new lib.Softmax(1), /Softmax: the options are 1\n.*axis/],
  ["new Maxout()", () => new lib.Maxout(), /Maxout: the options are missing\n.*pieces/],
  [
    "new GELU({ approximate: 'erf' })",
    () => new lib.GELU({ approximate: "erf" }),
    /GELU: approximate is the text "erf"/,
  ],
];

describe("what does not fit is refused, with the change that would", () => {
  test.each(refused)("%s", (_code, call, message) => {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    expect((error as Error | undefined)?.name).toMatch(/^(Option|Shape)Error$/);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain("\n  fix: ");
  });
});
