// Matrix multiplication: blocked against the definition.
import { gemm } from "../../dist/lib/compute/blocked/gemm.js";
import * as reference from "../../dist/lib/compute/reference.js";
import { duel, report, uniform } from "./duel.mjs";

const cases = [
  ["gemm 192³", 192, 192, 192],
  ["gemm 512³", 512, 512, 512],
  ["LeNet-5 F6, batch 64", 64, 120, 400],
];

for (const [name, m, n, k] of cases) {
  const a = uniform(m * k, 1);
  const b = uniform(k * n, 2);
  const c = new Float32Array(m * n);
  const { best, median, rate } = duel(
    () => reference.gemm(m, n, k, a, k, 1, b, n, 1, c, false),
    () => gemm(m, n, k, a, k, 1, b, n, 1, c, false),
  );
  report({ name, over: "the definition", best, median, gflops: (2 * m * n * k) / rate / 1e6 });
}
