import { join } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;

/** What a user writes, each line's type as the compiler finds it. Errors that are meant are marked so. */
const cell = `
import * as lib from "stridelab";

export const images = lib.shaped(lib.zeros([4, 1, 28, 28]), ["N", 1, 28, 28]);
export const batch: lib.Tensor<readonly ["N", 1, 28, 28]> = images;
export const conv = new lib.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5, padding: 2 });
export const maps = conv.forward(images);
export const named: lib.Tensor<readonly ["N", 6, number, number]> = maps;
export const called = lib.conv2d(images, conv.filters, { bias: conv.bias });
export const pooled = lib.maxPool2d(maps, { kernelSize: 2 });
export const averaged = new lib.AveragePool2d({ kernelSize: 2 }).forward(pooled);
export const up = new lib.ConvTranspose2d({ inChannels: 6, outChannels: 3, kernelSize: 2, stride: 2 }).forward(averaged);
export const wider: lib.Tensor<readonly ["N", 3, number, number]> = up;
export const spread = lib.convTranspose2d(averaged, lib.zeros([6, 3, 2, 2]), { stride: 2 });
export const globally: lib.Tensor<readonly ["N", 6]> = new lib.GlobalAveragePool2d().forward(maps);
export const norm = new lib.BatchNorm2d({ channels: 6 });
export const normed: lib.Tensor<readonly ["N", 6, number, number]> = norm.forward(maps);
export const normal = lib.batchNorm2d(maps, { weights: norm.weights, bias: norm.bias });
export const buffers = norm.train().eval().namedBuffers();
export const rows = lib.flatten(averaged);
export const scores = new lib.Linear({ inFeatures: 294, outFeatures: 10 }).forward(rows);
export const ten: lib.Tensor<readonly ["N", 10]> = scores;
export const classes = lib.argmax(scores);
export const product = lib.matmul(lib.zeros([2, 3]), lib.zeros([3, 5]));
export const five: 5 = product.shape[1];
export const flat = product.reshape([-1, 2]);
export const first = lib.slice(images, 0, 2);
export const wide = lib.cast(images, "float64");
export const nested = lib.tensor([[1, 2], [3, 4]]);
export const shifted = nested.add(1).multiply(nested);
export const net = new lib.Sequential({ conv, relu: new lib.ReLU(), flat: new lib.Flatten() });
export const six: 6 = net.layers.conv.filters.shape[0];
export const lenet = lib.lenet5();
export const weights = lenet.layers.fc3.weights;
export const parameters = net.namedParameters();
export const check = lib.gradCheck((x) => lib.sum(x!.multiply(x!)), [lib.tensor([1], [1], "float64")]);
export const half: lib.Loss = (s, labels) => lib.crossEntropy(s, labels).multiply(0.5);
export class Block extends lib.Module {
  readonly conv = new lib.Conv2d({ inChannels: 8, outChannels: 8, kernelSize: 3, padding: 1 });
  forward(x: lib.Tensor) {
    return lib.relu(lib.add(this.conv.forward(x), x));
  }
}
export const block = new Block().forward(maps);
export async function train() {
  const set = lib.digits();
  const history = await lib.fit(net, set, { optimizer: new lib.Adam(net.parameters()), loss: half });
  for (const step of lib.batches(set, { batchSize: 4 })) lib.crossEntropy(net.forward(step.images), step.labels);
  return [history, await lib.evaluate(net, set)] as const;
}
// @ts-expect-error: the sixth filter bank is not the seventh
export const seven: 7 = net.layers.conv.filters.shape[0];
// @ts-expect-error: labels are integers
lib.crossEntropy(scores, lib.tensor([1]));
`;

test("cells need no annotations: every type that a variable can have is named by the package's root, under 5.0.4", () => {
  const file = join(root, "test/lib/cell.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    declaration: true, // as tslab does, to hand the types of one cell to the next
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, cell, version, true) : read(name, version);
  const program = ts.createProgram([file], options, host);
  const found = [...ts.getPreEmitDiagnostics(program), ...program.getDeclarationDiagnostics()];
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});
