import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AnyTensor, cast, formatOnnx, type Module, noGrad, seed, type Tensor } from "../../lib/index.ts";
import { exportCases, inDoublePrecision, smallCases } from "../lib/onnx/export-cases.ts";
import { normal } from "../lib/random-tensors.ts";
import { succeed } from "../package/command.ts";
import { npmPackage, pythonPrograms } from "./tools.ts";

/** What of onnxruntime is used here. */
interface Runtime {
  readonly env: { logLevel: string; wasm: { numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
interface Session {
  run(feeds: Readonly<Record<string, unknown>>): Promise<{ readonly output?: Result }>;
  release(): Promise<void>;
}
interface Result {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

const folder = await npmPackage("onnxruntime-web@1.30.0");
const runtime = (await import(`${folder}/dist/ort.node.min.mjs`)) as Runtime;
runtime.env.logLevel = "error";
runtime.env.wasm.numThreads = 1;

async function results(bytes: Uint8Array, x: Tensor): Promise<Result> {
  const session = await runtime.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    return (await session.run({ input: new runtime.Tensor("float32", x.data, x.shape as never) })).output!;
  } finally {
    await session.release();
  }
}

function compute(network: Module, x: Tensor): AnyTensor {
  network.eval();
  return noGrad(() => network.forward(x)) as AnyTensor;
}

test.each([13, 17, 22])("onnxruntime gives what we give, in operators of version %i", async (opset) => {
  const wrong: string[] = [];
  for (const { title, shape, build } of exportCases) {
    seed(1);
    const network = build();
    const x = normal([4, ...shape], 2, "float32") as Tensor; // a number of examples that no export looked at
    try {
      const expected = compute(network, x);
      const found = await results(formatOnnx(network, shape, { opset }), x);
      const values = Array.from(expected.data);
      const largest = Math.max(...values.map(Math.abs));
      const difference = Math.max(...values.map((value, i) => Math.abs(value - found.data[i]!)));
      // Either rounds sums of up to some thousand products, in its own order.
      const sameShape = JSON.stringify(found.dims) === JSON.stringify(expected.shape);
      if (found.type !== expected.dtype || !sameShape || !(difference <= 1e-5 * largest)) {
        wrong.push(
          `${title}: ${found.type} [${found.dims}] for ${expected.dtype} [${expected.shape}], off by ${difference} of ${largest}`,
        );
      }
    } catch (error) {
      wrong.push(`${title}: ${error instanceof Error ? error.message : error}`);
    }
  }
  expect(wrong).toEqual([]);
});

const folderOf = (): string => mkdtempSync(join(tmpdir(), "stridelab-onnx-"));
const fileName = (title: string): string => title.replaceAll(" ", "-");

/** What ONNX's checker, and its evaluator where there is input, have to say against the files of a folder. */
async function objections(files: string): Promise<string> {
  const python = join(await pythonPrograms(), "python");
  const { stdout } = await succeed(python, ["test/all/check_onnx.py", files], { timeout: 550_000 });
  rmSync(files, { recursive: true });
  return stdout;
}

test.each([13, 17, 22])("ONNX's checker accepts what is written in operators of version %i", async (opset) => {
  const files = folderOf();
  for (const { title, shape, build } of exportCases) {
    seed(1);
    writeFileSync(join(files, `${fileName(title)}.onnx`), formatOnnx(build(), shape, { opset }));
  }
  expect(await objections(files)).toBe("");
});

/**
 * Where ONNX's evaluator (1.20) errs and onnxruntime does not: by padding of the output, cuts by `Pad`, and `LRN`. And where
 * it weighs neighbours in single precision, `Resize`, whose scales are of that precision too.
 */
const evaluatedOtherwise = [
  "upsample by bicubic",
  "upsample by bicubic with aligned corners",
  "upsample by bilinear and such a scale",
  "col2im",
  "convTranspose2d with options",
  "pad that cuts off",
  "localResponseNorm of an odd size",
];

test("ONNX's evaluator gives the same in double precision", async () => {
  const files = folderOf();
  for (const { title, shape, build } of smallCases.filter((each) => !evaluatedOtherwise.includes(each.title))) {
    inDoublePrecision(() => {
      seed(1);
      const network = build().to("float64");
      const x = normal([4, ...shape], 2) as unknown as Tensor;
      const name = join(files, fileName(title));
      writeFileSync(`${name}.onnx`, formatOnnx(network, shape, { opset: 22, dtype: "float64" }));
      writeFileSync(`${name}.input`, x.data);
      writeFileSync(`${name}.output`, cast(compute(network, x), "float64").data);
    });
  }
  expect(await objections(files)).toBe("");
});
