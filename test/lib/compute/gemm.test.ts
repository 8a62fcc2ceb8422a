import { expect, test } from "vitest";
import { gemm } from "../../../lib/compute/gemm.ts";
import { expectClose, goldenCases } from "./support.ts";

test("a 2×3 by 3×2 product by hand", () => {
  const c = Float32Array.of(9, 9, 9, 9);
  gemm(2, 2, 3, Float32Array.of(1, 2, 3, 4, 5, 6), 3, 1, Float32Array.of(1, 0, 0, 1, 1, 1), 2, 1, c, false);
  expect([...c]).toEqual([4, 5, 10, 11]);
});

test.skipIf(goldenCases("linear").length === 0)(
  "a linear layer as in PyTorch (skipped without the shared golden file)",
  () => {
    for (const { inputs, gradOut, output, grads } of goldenCases("linear")) {
      const [rows, from] = inputs.x!.shape as [number, number];
      const to = inputs.w!.shape[0]!;
      const x = Float64Array.from(inputs.x!.data);
      const weights = Float64Array.from(inputs.w!.data);
      const dOut = Float64Array.from(gradOut.data);
      const out = Float64Array.from({ length: rows * to }, (_, i) => inputs.b!.data[i % to]!);
      gemm(rows, to, from, x, from, 1, weights, 1, from, out, true); // x · weightsᵀ
      expectClose(out, output.data, 1e-9);
      const dX = new Float64Array(x.length);
      gemm(rows, from, to, dOut, to, 1, weights, from, 1, dX, false);
      expectClose(dX, grads.x!.data, 1e-9);
      const dWeights = new Float64Array(weights.length);
      gemm(to, from, rows, dOut, 1, to, x, from, 1, dWeights, false); // dOutᵀ · x
      expectClose(dWeights, grads.w!.data, 1e-9);
    }
  },
);
