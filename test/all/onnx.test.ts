import { expect, test } from "vitest";
import { type AnyTensor, formatOnnx, type Module, noGrad, seed, type Tensor } from "../../lib/index.ts";
import { exportCases } from "../lib/onnx/export-cases.ts";
import { normal } from "../lib/random-tensors.ts";
import { npmPackage } from "./tools.ts";

/** What of onnxruntime is used here. */
interface Runtime {
  readonly env: { logLevel: string; wasm: { numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
interface Session {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Result>>>;
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
    return (await session.run({ input: new runtime.Tensor("float32", x.data, x.shape as never) }))["output"]!;
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
    const x = normal([3, ...shape], 2, "float32") as Tensor;
    try {
      const expected = compute(network, x);
      const found = await results(formatOnnx(network, shape, { opset }), x);
      const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const difference = expected.data.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0);
      // Either rounds sums of up to some thousand products, in its own order.
      const sameShape = JSON.stringify(found.dims) === JSON.stringify(expected.shape);
      if (found.type !== expected.dtype || !sameShape || !(difference <= 1e-5 * largest)) {
        wrong.push(`${title}: ${found.type} [${found.dims}] for ${expected.dtype} [${expected.shape}], off by ${difference} of ${largest}`);
      }
    } catch (error) {
      wrong.push(`${title}: ${error instanceof Error ? error.message : error}`);
    }
  }
  expect(wrong).toEqual([]);
});
