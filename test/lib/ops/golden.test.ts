import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { checkCase, checkFile, checkTrace, titleOf, titleOfTrace } from "../../golden/check.ts";
import { type GoldenFile, parseGolden } from "../../golden/format.ts";
import { root, run, temporaryFolder } from "../../package/command.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { hasShared, sharedPath } from "../shared.ts";

const written = join(root, "test/golden/values.json");
const beside = "conformance/torch_golden.json";
const read = (path: string): GoldenFile => parseGolden(readFileSync(path, "utf8"));

const files: readonly (readonly [string, GoldenFile])[] = [
  ["test/golden/values.json", read(written)],
  ...(hasShared(beside) ? [["the file beside the repository", read(sharedPath(beside))] as const] : []),
];

beforeEach(() => spoilFreeMemory());

describe.each(files)("PyTorch's values and gradients, in float64 to 1e-9 and in float32 to 1e-4: %s", (_name, file) => {
  test.each(file.cases.map((one, i) => [titleOf(one, i), one] as const))("%s", (_title, one) => {
    expect(checkCase(one)).toEqual([]);
  });

  test.each(file.optim.map((one, i) => [titleOfTrace(one, i), one] as const))("%s", (_title, one) => {
    expect(checkTrace(one)).toEqual([]);
  });
});

describe("npm run golden", () => {
  const [relu] = [{ shape: [2, 2], data: [1, -2, 3, -4] }];
  const right = {
    op: "relu",
    attr: {},
    inputs: { x: relu },
    gradOut: { shape: [2, 2], data: [5, 6, 7, 8] },
    output: { shape: [2, 2], data: [1, 0, 3, 0] },
    grads: { x: { shape: [2, 2], data: [5, 0, 7, 0] } },
  };
  const verdict = (...cases: object[]) => checkFile(parseGolden(JSON.stringify({ cases, optim: [] })));

  test("says which number of which tensor is worst, with both values", () => {
    const wrong = { ...right, grads: { x: { shape: [2, 2], data: [5, 0, 7.5, 1e-8] } } };
    expect(verdict(right, wrong)).toEqual({
      passed: 1,
      failures: [
        "case 1 relu {}\n" +
          "  float64: gradient of x [1, 0] is 7, expected 7.5 (2 of 4 differ)\n" +
          "  float32: gradient of x [1, 0] is 7, expected 7.5 (1 of 4 differ)",
      ],
    });
  });

  test.each([
    [{ ...right, output: { shape: [4], data: [1, 0, 3, 0] } }, "output has shape [2, 2], expected [4]"],
    [
      { ...right, output: { shape: [2, 2], data: [1, 0, "NaN", 0] } },
      "output [1, 0] is 3, expected NaN (1 of 4 differ)",
    ],
    [{ ...right, op: "relu7" }, 'there is no operation "relu7" in the table of operations'],
    [{ ...right, attr: { slope: 1 } }, 'nothing is known about "slope" of relu'],
    [{ ...right, op: "conv2d" }, 'Error: the case has no "w" or "weight" or "gamma"'],
    [{ ...right, op: "softmax", attr: { dim: 5 } }, "ShapeError: softmax: axis 5 of a tensor with 2 axes"],
  ])("counts what it cannot compute as failed: %#", (one, words) => {
    const { passed, failures } = verdict(one);
    expect(passed).toBe(0);
    expect(failures[0]).toContain(words);
  });

  test("knows operations by PyTorch's longer names, and options by their other spellings", () => {
    const x = { shape: [1, 1, 2, 2], data: [1, 2, 3, 4] };
    const pooled = { shape: [1, 1, 1, 1], data: [4] };
    const grads = { x: { shape: [1, 1, 2, 2], data: [0, 0, 0, 1] } };
    const one = { inputs: { x }, gradOut: { shape: [1, 1, 1, 1], data: [1] }, output: pooled, grads };
    const names = ["max_pool2d", "F.max_pool2d", "torch.nn.functional.max_pool2d", "max_pool2d(largest)"];
    const cases = names.flatMap((op) => [
      { ...one, op, attr: { kernel: 2 } },
      { ...one, op, attr: { kernel_size: [2, 2], stride: null, ceil_mode: false } },
    ]);
    expect(verdict(...cases)).toEqual({ passed: 8, failures: [] });
  });

  test("reads what Python writes for numbers that are none", () => {
    const file = parseGolden(
      '{"cases": [{"op": "exp", "inputs": {"x": {"shape": [3], "data": [-Infinity, Infinity, NaN]}},' +
        '"output": {"shape": [3], "data": [0.0, Infinity, NaN]}}]}',
    );
    expect(checkFile(file)).toEqual({ passed: 1, failures: [] });
  });

  test("ends with the line that counts, and with exit code 1 if any failed", async () => {
    const main = join(root, "dist/test/golden/main.js");
    const bad = join(temporaryFolder(), "bad.json");
    writeFileSync(bad, JSON.stringify({ cases: [right, { ...right, op: "none" }], optim: [] }));
    const failing = await run(process.execPath, [main, bad]);
    expect(failing.stdout).toMatch(/^case 1 none \{\}\n {2}there is no operation "none"[^\n]*\n1 passed, 1 failed\n$/);
    expect(failing.code).toBe(1);
    const passing = await run(process.execPath, [main, written]);
    expect(passing.stdout).toMatch(/^\d+ passed, 0 failed\n$/);
    expect(passing.code).toBe(0);
    const missing = await run(process.execPath, [main, `${bad}.not`]);
    expect(missing.stdout).toMatch(/no such file[\s\S]*\n0 passed, 1 failed\n$/);
  });
});
