import { describe, expect, test } from "vitest";
import * as library from "../../lib/index.ts";

// What a newcomer may write in JavaScript, or behind an `any`, where no compiler says a word.
// biome-ignore lint/suspicious/noExplicitAny: the calls are wrong on purpose
const lib = library as any;
const image = library.zeros([2, 3, 8, 8]);
const network = () =>
  new library.Sequential(new library.Flatten(), new library.Linear({ inFeatures: 784, outFeatures: 10 }));
const examples = library.digits({ count: 10 });
const sgd = (net: library.Module) => new library.SGD(net.parameters(), { learningRate: 0.1 });
const fit = (change: object) => {
  const net = network();
  return () => lib.fit(net, examples, { optimizer: sgd(net), live: false, ...change });
};

const mistakes: [code: string, call: () => unknown, message: RegExp][] = [
  ["new Conv2d()", () => new lib.Conv2d(), /Conv2d: the options are missing\n.*inChannels, outChannels, kernelSize/],
  ["new Conv2d(1, 6, 5)", () => new lib.Conv2d(1, 6, 5), /Conv2d: the options are 1\n.*inChannels/],
  ["new Conv2d without side", () => new lib.Conv2d({ inChannels: 1, outChannels: 2 }), /kernelSize is undefined/],
  [
    'new Conv2d({ padding: "SAME" })',
    () => new lib.Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, padding: "SAME" }),
    /Conv2d: padding is the text "SAME"[\s\S]*"valid" or "same"/,
  ],
  [
    "new ConvTranspose2d(6, 1, 5)",
    () => new lib.ConvTranspose2d(6, 1, 5),
    /ConvTranspose2d: the options are 6\n.*inCh/,
  ],
  [
    "new ConvTranspose2d without side",
    () => new lib.ConvTranspose2d({ inChannels: 1, outChannels: 2 }),
    /ConvTranspose2d: kernelSize is undefined/,
  ],
  [
    "new ConvTranspose2d with a size",
    () => new lib.ConvTranspose2d({ inChannels: 1, outChannels: 2, kernelSize: 2, outputPadding: "same" }),
    /ConvTranspose2d: outputPadding is the text "same"/,
  ],
  ["new BatchNorm2d(6)", () => new lib.BatchNorm2d(6), /BatchNorm2d: the options are 6\n.*channels, affine/],
  ["new BatchNorm1d({})", () => new lib.BatchNorm1d({}), /BatchNorm1d: features is undefined/],
  [
    "new BatchNorm2d with a text",
    () => new lib.BatchNorm2d({ channels: 6, momentum: "0.1" }),
    /BatchNorm2d: momentum is the text "0.1"/,
  ],
  ["new Linear(2, 3)", () => new lib.Linear(2, 3), /Linear: the options are 2\n.*inFeatures/],
  ["new MaxPool2d(2)", () => new lib.MaxPool2d(2), /MaxPool2d: the options are 2\n.*kernelSize/],
  ["new AveragePool2d({})", () => new lib.AveragePool2d({}), /AveragePool2d: kernelSize is missing/],
  ["new Sequential(relu)", () => new lib.Sequential(lib.relu), /layer "0" is the function relu, not a Module/],
  ["new SGD(net)", () => new lib.SGD(network(), { learningRate: 0.1 }), /SGD: .*class Sequential\n.*model.parameters/],
  ["new SGD(parameters)", () => new lib.SGD(network().parameters()), /SGD: the options are missing/],
  [
    'new SGD with momentum: "0.9"',
    () => new lib.SGD(network().parameters(), { learningRate: 0.1, momentum: "0.9" }),
    /SGD: momentum is the text "0.9"/,
  ],
  ["new Adam(p, 0.1)", () => new lib.Adam(network().parameters(), 0.1), /Adam: the options are 0.1\n.*learningRate/],
  [
    "new Adam(namedParameters)",
    () => new lib.Adam(network().namedParameters()),
    /one of the parameters is a plain array/,
  ],
  ["fit(net, data)", () => lib.fit(network(), examples), /fit: the options are missing\n.*optimizer/],
  ["fit(net, data, sgd)", () => lib.fit(network(), examples, sgd(network())), /the options are .* class SGD/],
  ['fit with optimizer: "adam"', fit({ optimizer: "adam" }), /optimizer is the text "adam"/],
  ["fit with another's optimiser", fit({ optimizer: sgd(network()) }), /changes none of the network's parameters/],
  ['fit with loss: "mse"', fit({ loss: "mse" }), /the loss is the text "mse"\n.*crossEntropy/],
  [
    "fit with a loss without return",
    fit({ loss: () => {} }),
    /the loss is undefined, not a tensor\n.*lacks its return/,
  ],
  ["fit with a loss an example", fit({ loss: (x: unknown) => x }), /the loss is not one number\n.*\n.*mean/],
  ["fit with validation: 0.1", fit({ validation: 0.1 }), /the examples are 0.1, not a dataset/],
  [
    "fit on [images, labels]",
    () => lib.fit(network(), [1, 2], { optimizer: sgd(network()) }),
    /LabelledImages\(images/,
  ],
  ["evaluate(net)", () => lib.evaluate(network()), /the examples are undefined, not a dataset/],
  ["evaluate on nothing", () => lib.evaluate(network(), examples.slice(0, 0)), /there are no examples/],
  ["conv2d(x)", () => lib.conv2d(image), /conv2d: the filters is undefined, not a tensor/],
  ["conv2d of arrays", () => lib.conv2d([[1]], [[1]]), /conv2d: the input is a plain array.*\n.*tensor\(\.\.\.\)/],
  ["maxPool2d(x, 2)", () => lib.maxPool2d(image, 2), /maxPool2d: the options are 2/],
  ["convTranspose2d(x)", () => lib.convTranspose2d(image), /convTranspose2d: the filters is undefined, not a tensor/],
  ["globalAveragePool2d([1])", () => lib.globalAveragePool2d([1]), /globalAveragePool2d: the input is a plain array/],
  ["batchNorm2d(3)", () => lib.batchNorm2d(3), /batchNorm2d: the input is 3, not a tensor/],
  [
    "batchNorm2d of an array as mean",
    () => lib.batchNorm2d(image, { runningMean: [0, 0, 0] }),
    /batchNorm2d: an operand is a plain array, not a tensor/,
  ],
  ["layerNorm(x)", () => lib.layerNorm(image), /layerNorm: the shape is undefined/],
  ["groupNorm(x)", () => lib.groupNorm(image), /groupNorm: groups is undefined/],
  ["groupNorm([1], 2)", () => lib.groupNorm([1], 2), /groupNorm: the input is a plain array/],
  ["localResponseNorm(x)", () => lib.localResponseNorm(image), /localResponseNorm: the options are missing\n.*size/],
  ["dropout(x, 0.5)", () => lib.dropout(image, 0.5), /dropout: the options are 0.5\n.*probability/],
  ["dropout(3)", () => lib.dropout(3), /dropout: an operand is 3, not a tensor/],
  [
    "new Dropout({ probability: '0.5' })",
    () => new lib.Dropout({ probability: "0.5" }),
    /probability is the text "0.5"/,
  ],
  ["new LayerNorm(120)", () => new lib.LayerNorm(120), /LayerNorm: the options are 120\n.*normalizedShape/],
  ["new GroupNorm(2, 4)", () => new lib.GroupNorm(2, 4), /GroupNorm: the options are 2\n.*channels, groups/],
  ["new Residual(layer)", () => new lib.Residual(new library.ReLU()), /Residual: the options are .*class ReLU\n.*body/],
  ["new Branches([a])", () => new lib.Branches([new library.ReLU(), 3]), /branch "1" is 3/],
  ["initialize(net)", () => lib.initialize(network()), /the initializer is undefined\n.*heNormal\(\)/],
  ["loadStateDict([])", () => lib.lenet5().loadStateDict([]), /the state is a plain array/],
  ["grad(x)", () => lib.grad(image), /grad: it is given .*class Tensor/],
  ["clipGradNorm(net)", () => lib.clipGradNorm(network(), 1), /class Sequential\n.*network.parameters\(\)/],
  ["buildArchitecture(text)", () => lib.buildArchitecture("FC"), /buildArchitecture: the options are missing/],
  ["parseArchitecture()", () => lib.parseArchitecture(), /parseArchitecture: it is given undefined/],
  ["gradCheckModule(net)", () => lib.gradCheckModule(network()), /the input is undefined, not a tensor/],
  ["relu(3)", () => lib.relu(3), /relu: an operand is 3, not a tensor/],
  ["add(x)", () => lib.add(image), /add: an operand is undefined/],
  ["matmul with rows", () => lib.matmul(library.zeros([2, 3]), [[1]]), /matmul: the b is a plain array/],
  ["labels as an array", () => lib.crossEntropy(library.zeros([2, 3]), [0, 1]), /the labels is a plain array/],
  [
    "labels as floats",
    () => lib.crossEntropy(library.zeros([2, 3]), library.tensor([0, 1])),
    /the labels are float32\n.*cast\(labels, "int32"\)/,
  ],
  [
    "one-hot labels",
    () => lib.crossEntropy(library.zeros([1, 2]), library.tensor([[0, 1]], undefined, "int32")),
    /one number a class, not one an example\n[\s\S]*argmax\(cast\(labels, "float32"\)\)/,
  ],
  ["zeros(2, 3)", () => lib.zeros(2, 3), /zeros: the shape is 2\n.*\[2, 3\]/],
  ["tensor of text", () => lib.tensor("abc"), /values is the text "abc", not a number/],
  ['tensor(x, "float64")', () => lib.tensor([1, 2], "float64"), /the shape is the text "float64"/],
  ["tensor(nested, shape)", () => lib.tensor([[1, 2]], [1, 2]), /values\[0\] is a plain array, not a number/],
  ["reshape(x, 2, 192)", () => lib.reshape(image, 2, 192), /the shape is 2/],
  ['cast(x, "float16")', () => lib.cast(image, "float16"), /no dtype the text "float16"\n.*float32, float64/],
  ["batches with shuffle: true", () => lib.batches(examples, { batchSize: 2, shuffle: true }), /new Random\(0\)/],
  ["new LabelledImages(arrays)", () => new lib.LabelledImages([1], [2]), /images is a plain array, not a tensor/],
  ["mnist()", () => lib.mnist(), /the folder is undefined\n.*path as text/],
  ["digits(100)", () => lib.digits(100), /digits: the options are 100\n.*count/],
  ['seed("a")', () => lib.seed("a"), /the seed is the text "a"/],
  ["summary(net)", () => lib.summary(network()), /summary: the shape is undefined/],
  ["imageGrid(set)", () => lib.imageGrid(examples), /class LabelledImages, not a tensor/],
  ["gradCheck in float32", () => lib.gradCheck(lib.sum, [library.tensor([1])]), /input 0 is float32/],
  ["gradCheck without array", () => lib.gradCheck(lib.sum, library.tensor([1])), /give them in an array/],
  ["noGrad(async)", () => lib.noGrad(async () => {}), /the function is async/],
  ["backward(number)", () => lib.backward(3), /what it starts from is 3, not a tensor/],
];

describe("a mistake that no compiler caught is answered with what was given and what would fit", () => {
  test.each(mistakes)("%s", async (_code, call, message) => {
    const error = await Promise.resolve()
      .then(call)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toMatch(/^(Option|Shape)Error$/);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain("\n  fix: ");
  });
});

test("console.log shows a tensor's numbers and a network's layers, not the fields behind them", async () => {
  const { inspect } = await import("node:util");
  const x = Object.assign(library.tensor([1, 2]), { requiresGrad: true });
  expect(inspect(library.sum(x))).toBe("Tensor float32 []\n3");
  expect(inspect(network())).toMatch(/Flatten[\s\S]*Linear[\s\S]*7,850/);
});

test("more numbers than there is memory for are refused with how much they would take", () => {
  expect(() => library.zeros([100_000, 100_000])).toThrow(/10000000000 numbers of type float32, 37.3 GiB/);
});
