import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import * as lib from "../../../lib/index.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";

type T = lib.Tensor<lib.Shape, lib.FloatDType>;

interface Case {
  readonly op: string;
  readonly options: { readonly padding?: lib.PadSides; readonly outputSize?: lib.Pair };
  readonly inputs: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly output: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

const file = new URL("torch-windows.json", import.meta.url);
const { source, cases } = JSON.parse(readFileSync(file, "utf8")) as { source: string; cases: readonly Case[] };

// Operations whose options are no last argument by themselves; all others are called by their names.
const others: Record<string, (inputs: readonly T[], options: Case["options"]) => T> = {
  pad: ([x], { padding, ...options }) => lib.pad(x!, padding!, options as lib.PadOptions),
  adaptiveAveragePool2d: ([x], { outputSize }) => lib.adaptiveAveragePool2d(x!, outputSize!),
  adaptiveMaxPool2d: ([x], { outputSize }) => lib.adaptiveMaxPool2d(x!, outputSize!),
  unpool: ([x]) => {
    const { output, indices } = lib.maxPool2dWithIndices(x!, { kernelSize: 2 });
    return lib.maxUnpool2d(output, indices, { outputSize: [5, 4] });
  },
};

const byName = new Map<string, unknown>(Object.entries(lib));

/** Largest difference relative to the size of the values, so that sums near zero are not judged by themselves. */
function difference(found: ArrayLike<number>, expected: readonly number[]): number {
  const size = Math.max(1, ...expected.map(Math.abs));
  return Math.max(0, ...expected.map((value, i) => Math.abs(value - found[i]!) / size));
}

/** Numbers of all sizes and both signs, the same as in the script that made the file. */
function wave(shape: readonly number[], phase: number, dtype: lib.FloatDType): T {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + phase) * (1 + ((i * 7) % 5)));
  return Object.assign(lib.tensor(values, shape, dtype), { requiresGrad: true });
}

beforeEach(() => spoilFreeMemory());

// float64: PyTorch's values are printed to 12 digits. float32: sums of up to 30 products at 2⁻²⁴ each, and cubes of them.
describe.each([
  ["float64", 1e-9],
  ["float32", 1e-4],
] as const)(`values and gradients in %s of ${source}`, (dtype, tolerance) => {
  test.each(cases.map((one, i) => [`${i} ${one.op} ${JSON.stringify(one.options)}`, one] as const))("%s", (_, one) => {
    const inputs = one.inputs.map((shape, k) => wave(shape, 0.3 + k, dtype));
    const run = others[one.op];
    const plain = byName.get(one.op) as (...args: unknown[]) => T;
    const out = run ? run(inputs, one.options) : plain(...inputs, one.options);
    expect(out.shape).toEqual(one.shape);
    expect(difference(out.data, one.output)).toBeLessThan(tolerance);
    const dOut = Array.from(one.output, (_value, i) => Math.cos(0.9 * i));
    lib.backward(out, lib.tensor(dOut, one.shape, dtype));
    for (const [k, gradient] of one.gradients.entries()) {
      expect(difference(inputs[k]!.grad!.data, gradient), `gradient of input ${k}`).toBeLessThan(tolerance);
    }
  });
});
