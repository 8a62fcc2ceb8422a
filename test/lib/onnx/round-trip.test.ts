import { expect, test } from "vitest";
import { formatOnnx, type Module, noGrad, parseOnnx, Sequential, seed, type Tensor } from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";
import { type ExportCase, exportCases } from "./export-cases.ts";

/** What is read back as other operations than were written: its numbers are rounded elsewhere, or in single precision. */
const madeOfOthers = new Set([
  // an attribute, which has single precision
  "leakyRelu",
  // a number of double precision beside a tensor, which is a tensor there
  ...["multiply by a number", "lenet1998"],
  // several operators for one operation
  ...["gelu", "gelu by tanh", "silu", "locallyConnected2d", "adaptiveAveragePool2d that does not divide"],
  ...["variance", "variance without correction", "standardDeviation", "norm of exponent 2", "norm of exponent 3"],
  ...["lpPool1d", "lpPool2d", "lpPool2d of exponent 1", "lpPool2d of a broken exponent", "l2Pool2d"],
  ...["lpPool2d of all windows", "averagePool2d with a divisor", "averagePool2d of all windows that counts no padding"],
  ...["batchNorm2d by its own statistics", "layerNorm", "layerNorm with what is learned"],
  ...["groupNorm with what is learned", "localResponseNorm of sequences", "localResponseNorm of an even size"],
  // read as products with matrices of shares
  ...["upsample of sequences", "upsample by bilinear", "upsample by bilinear to a size", "upsample by bicubic"],
  ...["upsample by bilinear with aligned corners", "upsample by bicubic with aligned corners"],
  "upsample by bilinear and such a scale",
]);

function prepared({ shape, build }: ExportCase): { readonly network: Module; readonly x: Tensor } {
  seed(1);
  return { network: build().eval(), x: normal([4, ...shape], 2, "float32") as Tensor };
}

const results = (network: Module, x: Tensor): Tensor => noGrad(() => network.forward(x));

test.each([13, 17, 22])("what is written in operators of version %i is read with the same results", (opset) => {
  const wrong: string[] = [];
  for (const each of exportCases) {
    const { network, x } = prepared(each);
    const expected = Array.from(results(network, x).data);
    const found = results(parseOnnx(formatOnnx(network, each.shape, { opset })), x);
    const largest = Math.max(...expected.map(Math.abs));
    const difference = Math.max(...expected.map((value, i) => Math.abs(value - found.data[i]!)));
    // Sums of some hundred numbers, rounded in another order, and scales of single precision, which move places by a
    // millionth of an image's size; the same operations give the same bits.
    const bound = madeOfOthers.has(each.title) ? 1e-5 * largest : 0;
    if (!(difference <= bound)) wrong.push(`${each.title}: off by ${difference} of ${largest}`);
  }
  expect(wrong).toEqual([]);
});

test("what was read is not written again: its operators are not the library's operations", () => {
  const { network } = prepared(exportCases[0]!);
  const read = parseOnnx(formatOnnx(network, exportCases[0]!.shape));
  const fix = /the network was read from an ONNX file.*\n {2}fix: keep that file/s;
  expect(() => formatOnnx(read, exportCases[0]!.shape)).toThrow(fix);
  expect(() => formatOnnx(new Sequential({ read }), exportCases[0]!.shape)).toThrow(/^formatOnnx: read was read from/);
});
