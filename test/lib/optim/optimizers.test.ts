import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { InterruptedError } from "../../../lib/errors.ts";
import { add, multiply } from "../../../lib/ops/arithmetic.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { Adadelta } from "../../../lib/optim/adadelta.ts";
import { Adagrad } from "../../../lib/optim/adagrad.ts";
import { Adam, AdamW } from "../../../lib/optim/adam.ts";
import type { Optimizer } from "../../../lib/optim/optimizer.ts";
import { RMSProp } from "../../../lib/optim/rms-prop.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { Parameter, Tensor } from "../../../lib/tensor/tensor.ts";
import { groupTrace, traces } from "./traces.ts";

const parameterOf = (values: number[]): Parameter =>
  Object.assign(tensor(values, [values.length], "float64"), { requiresGrad: true });

/** Σ (weight · p)² with weights 1, 2, 0.5. */
const loss = (p: Parameter) => {
  const scaled = multiply(p as Tensor<Shape, "float64">, tensor([1, 2, 0.5], [3], "float64"));
  return sum(multiply(scaled, scaled));
};

/** Steps as PyTorch's: float64 on both sides, a few roundings a step, printed in full. */
function follows(p: Parameter, optimizer: Optimizer, trace: readonly (readonly number[])[]): void {
  for (const expected of trace) {
    optimizer.zeroGrad();
    backward(loss(p));
    optimizer.step();
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(p.data[i]! - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
    }
  }
}

test.each(traces)("%s steps as PyTorch's", (_, make, trace) => {
  const p = parameterOf([1, -2, 3]);
  follows(p, make([p]), trace);
});

describe("groups of parameters", () => {
  test("are trained with their own learning rate and weight decay, as PyTorch's are", () => {
    const [p, q] = [parameterOf([1, -2, 3]), parameterOf([0.5, 1.5])] as Tensor<Shape, "float64">[];
    const groups = [{ parameters: [p!] }, { parameters: [q!], learningRate: 0.02, weightDecay: 0 }];
    const optimizer = new AdamW(groups, { learningRate: 0.1, weightDecay: 0.1 });
    for (const expected of groupTrace) {
      optimizer.zeroGrad();
      backward(add(sum(multiply(p!, p!)), multiply(sum(multiply(q!, q!)), 3)));
      optimizer.step();
      for (const [i, value] of [...p!.data, ...q!.data].entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-12);
      }
    }
  });

  test("keep the ratio of their learning rate to the optimiser's when that changes", () => {
    const [p, q] = [parameterOf([1]), parameterOf([1])];
    const optimizer = new SGD([{ parameters: [p] }, { parameters: [q], learningRate: 0.5 }], { learningRate: 1 });
    optimizer.learningRate = 0.5;
    backward(sum(add(p as never, q as never)));
    optimizer.step();
    expect([p.data[0], q.data[0]]).toEqual([0.5, 0.75]);
  });

  test.each([
    [() => [{ parameters: [parameterOf([1])], lr: 1 }], /unknown option "lr"/],
    [() => [{ parameters: [parameterOf([1])], learningRate: -1 }], /a group's learningRate is -1/],
    [() => [{ parameters: undefined }], /a group's parameters are undefined/],
    [() => [parameterOf([1]), { parameters: [] }], /the options are an object of class Tensor/],
    [() => [{ parameters: [] }], /there are no parameters/],
    [() => [1], /one of the parameters is 1, not a tensor/],
    [
      () => {
        const p = parameterOf([1]);
        return [{ parameters: [p] }, { parameters: [p] }];
      },
      /parameter 1 is parameter 0 again: it would be changed twice a step/,
    ],
  ])("are refused where they are no groups (%#)", (make, message) => {
    expect(() => new SGD(make() as never, { learningRate: 0.1 })).toThrow(message);
  });
});

describe("the state of an optimiser", () => {
  test.each(traces)("of %s: what was loaded goes on with the same bits", (_, make, trace) => {
    const p = parameterOf([1, -2, 3]);
    const optimizer = make([p]);
    follows(p, optimizer, trace.slice(0, 3));
    const [state, kept] = [optimizer.state(), [...p.data]];
    const step = (q: Parameter, other: Optimizer) => {
      other.zeroGrad();
      backward(loss(q));
      other.step();
      return [...q.data];
    };
    const q = parameterOf(kept);
    const other = make([q]);
    other.load(state);
    for (let i = 0; i < 3; i++) expect(step(q, other)).toEqual(step(p, optimizer));
    expect(other.state()).toEqual(optimizer.state());
  });

  test("is a copy: later steps leave it alone", () => {
    const p = parameterOf([1, -2, 3]);
    const optimizer = new Adam([p]);
    backward(loss(p));
    optimizer.step();
    const state = optimizer.state();
    const before = [...state.memory["first.0"]!.data];
    optimizer.load(state);
    optimizer.step();
    expect([...state.memory["first.0"]!.data]).toEqual(before);
    expect(state.steps).toEqual([1]);
  });

  test("holds nothing of a parameter that never had a gradient, and loads so", () => {
    const optimizer = new Adagrad([parameterOf([1]), parameterOf([2])], { initialAccumulator: 2 });
    expect(optimizer.state()).toEqual({ optimizer: "Adagrad", learningRate: 0.01, steps: [0, 0], memory: {} });
    optimizer.load(optimizer.state());
  });

  test("is refused where it is another's", () => {
    const [p, q] = [parameterOf([1, 2, 3]), parameterOf([1])];
    const adam = new Adam([p]);
    backward(loss(p));
    adam.step();
    const state = adam.state();
    expect(() => new AdamW([p]).load(state)).toThrow(/AdamW\.load: the state is that of Adam/);
    expect(() => new Adam([p, q]).load(state)).toThrow(/the state is of 1 parameters, this optimizer has 2/);
    expect(() => new Adam([q]).load(state)).toThrow(/first\.0 is float64 \[3\], the parameter float64 \[1\]/);
    expect(() => new Adam([p]).load(undefined as never)).toThrow(/the state is undefined/);
    expect(() => new Adam([p]).load({ ...state, memory: { "third.0": p } } as never)).toThrow(/holds third\.0/);
    expect(() => new Adam([p]).load({ ...state, steps: undefined } as never)).toThrow(/lacks its learningRate, steps/);
    expect(adam.state()).toEqual(state);
  });
});

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
    expect(() => new AdamW([parameter()], { weightDecay: -1 })).toThrow(/weightDecay is -1/);
    expect(() => new RMSProp([parameter()], { alpha: 1 })).toThrow(/alpha is 1/);
    expect(() => new RMSProp([parameter()], { rho: 1 } as never)).toThrow(/unknown option "rho"/);
    expect(() => new Adagrad([parameter()], { epsilon: 0 })).toThrow(/epsilon is 0/);
    expect(() => new Adadelta([parameter()], { rho: -0.1 })).toThrow(/rho is -0.1/);
    expect(() => new SGD(undefined as never, { learningRate: 0.1 })).toThrow(/the parameters are undefined/);
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
