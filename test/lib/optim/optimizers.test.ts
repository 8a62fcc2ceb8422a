import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { InterruptedError } from "../../../lib/errors.ts";
import { multiply } from "../../../lib/ops/arithmetic.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import type { Optimizer } from "../../../lib/optim/optimizer.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Parameter } from "../../../lib/tensor/tensor.ts";
import { hasShared, readSharedJson } from "../shared.ts";

const file = "conformance/torch_golden.json";

interface Trace {
  readonly optim: string;
  readonly p0: number[];
  readonly trace: number[][];
}

// The settings that the reference file's traces were made with.
const makers: Record<string, (p: Parameter[]) => Optimizer> = {
  sgd: (p) => new SGD(p, { learningRate: 0.1 }),
  momentum: (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9 }),
  nesterov: (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
  sgd_wd: (p) => new SGD(p, { learningRate: 0.1, weightDecay: 0.01 }),
  adam: (p) => new Adam(p, { learningRate: 0.1 }),
};

const traces = hasShared(file) ? readSharedJson<{ optim: Trace[] }>(file).optim : [];
const mine = traces.filter(({ optim }) => optim in makers);

describe.skipIf(mine.length === 0)(
  "PyTorch's optimiser traces (need the reference values beside the repository)",
  () => {
    test.each(mine.map((one) => [one.optim, one] as const))("%s", (name, { p0, trace }) => {
      const p: Parameter = tensor(p0, [p0.length], "float64");
      p.requiresGrad = true;
      const scale = tensor([1, 2, 0.5], [3], "float64");
      const optimizer = makers[name]!([p]);
      for (const expected of trace) {
        optimizer.zeroGrad();
        const scaled = multiply(p, scale);
        backward(sum(multiply(scaled, scaled)));
        optimizer.step();
        // float64 on both sides; a few roundings a step, printed in full
        for (const [i, value] of expected.entries()) {
          expect(Math.abs(p.data[i]! - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
        }
      }
    });
  },
);

describe("optimisers", () => {
  const parameter = (): Parameter => Object.assign(tensor([1, 2]), { requiresGrad: true });

  test("a parameter without gradient stays as it is", () => {
    const p = parameter();
    new SGD([p], { learningRate: 0.1, weightDecay: 0.5 }).step();
    expect([...p.data]).toEqual([1, 2]);
  });

  test("zeroGrad forgets all gradients", () => {
    const p = parameter();
    backward(sum(p));
    new Adam([p]).zeroGrad();
    expect(p.grad).toBeNull();
  });

  test("the learning rate may be changed between steps", () => {
    const p = parameter();
    const sgd = new SGD([p], { learningRate: 0.5 });
    backward(sum(p));
    sgd.learningRate = 1;
    sgd.step();
    expect([...p.data]).toEqual([0, 1]);
  });

  test("settings out of range are refused by name", () => {
    expect(() => new SGD([], { learningRate: 0.1 })).toThrow(/no parameters/);
    expect(() => new SGD([parameter()], { learningRate: 0 })).toThrow(/learningRate is 0/);
    expect(() => new SGD([parameter()], {} as never)).toThrow(/learningRate is undefined/);
    expect(() => new SGD([parameter()], { learningRate: 0.1, momentum: 1 })).toThrow(/momentum is 1/);
    expect(() => new SGD([parameter()], { learningRate: 0.1, nesterov: true })).toThrow(/nesterov without momentum/);
    expect(() => new SGD([parameter()], { learningRate: 0.1, lr: 1 } as never)).toThrow(/unknown option "lr"/);
    expect(() => new Adam([parameter()], { beta2: 1 })).toThrow(/beta2 is 1/);
  });
});

test("a step that comes after the user asked to stop changes nothing, and says so", () => {
  const symbol = Symbol.for("Jupyter.interrupt");
  const parameter = Object.assign(tensor([1, 2]), { requiresGrad: true });
  backward(sum(multiply(parameter, parameter)));
  const optimizer = new SGD([parameter], { learningRate: 1 });
  Object.assign(globalThis, { [symbol]: { requested: () => true } });
  try {
    expect(() => optimizer.step()).toThrow(InterruptedError);
  } finally {
    Reflect.deleteProperty(globalThis, symbol);
  }
  expect([...parameter.data]).toEqual([1, 2]);
  optimizer.step();
  expect([...parameter.data]).toEqual([-1, -2]);
});
