import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noGrad, shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { settings } from "../../../lib/compute/settings.ts";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { ReLU } from "../../../lib/nn/activation.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { watchLayers } from "../../../lib/nn/watch.ts";
import { relu } from "../../../lib/ops/activation.ts";
import { add, multiply } from "../../../lib/ops/arithmetic.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { reshape } from "../../../lib/ops/reshape.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { Random } from "../../../lib/random.ts";
import { ones, tensor, wrap, zeros } from "../../../lib/tensor/create.ts";
import { numbers, peek, sourceOf } from "../../../lib/tensor/numbers.ts";
import { beginOperation, memoryBudget, memoryInUse, setMemoryBudget } from "../../../lib/tensor/residents.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { workMemory } from "../../../lib/wasm/jobs.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";

/** Enough numbers that they get a block; fewer stay in ordinary arrays. */
const COUNT = 1000;
const usual = memoryBudget();

beforeEach(() => spoilFreeMemory());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  settings.instructions = "fused";
  setMemoryBudget(usual);
});

const liesInMemory = (x: Tensor): boolean => workMemory()!.addressOf(peek(x)) > 0;
const parameter = (): Tensor => Object.assign(ones([COUNT]), { requiresGrad: true });

/** A small training run: LeNet-5 with Adam on random digits. `step` gives the loss. */
function training(batch = 4): { step: () => number; weights: () => number[]; scores: () => Tensor } {
  const random = new Random(1);
  const network = lenet5({ random });
  const optimizer = new Adam(network.parameters());
  let scores: Tensor;
  return {
    step() {
      const images = wrap(
        Float32Array.from({ length: batch * 784 }, () => random.uniform()),
        [batch, 1, 28, 28],
      );
      const labels = tensor(
        Array.from({ length: batch }, () => random.integer(10)),
        [batch],
        "int32",
      );
      optimizer.zeroGrad();
      scores = network.forward(images);
      const loss = crossEntropy(scores, labels);
      backward(loss);
      optimizer.step();
      return loss.item();
    },
    weights: () => network.parameters().flatMap((p) => [...peek(p)]),
    scores: () => scores,
  };
}

describe("numbers stay where they were computed until somebody looks", () => {
  test("results lie in the memory of the jobs; after .data in an array that stays the tensor's own", () => {
    const y = relu(ones([COUNT]));
    expect(liesInMemory(y)).toBe(true);
    const { data } = y;
    expect(liesInMemory(y)).toBe(false);
    data[7] = -5;
    expect(relu(y).data[7]).toBe(0);
    expect(multiply(y, 2).data[7]).toBe(-10);
    expect(y.data).toBe(data);
  });

  test("reading one number, printing and checking leave them there", () => {
    const y = sum(relu(ones([COUNT])));
    const z = relu(ones([COUNT]));
    expect([y.item(), z.toString().length > 0, liesInMemory(z)]).toEqual([COUNT, true, true]);
  });

  test("an array given to wrap stays the tensor's: what is written there later is computed with", () => {
    const array = new Float32Array(COUNT).fill(1);
    const x = wrap(array, [COUNT]);
    expect(add(x, 1).data[3]).toBe(2);
    array[3] = 41;
    expect(add(x, 1).data[3]).toBe(42);
  });

  test("numbers that the library made move in at their first use, and integers too", () => {
    const x = zeros([COUNT]);
    const labels = zeros([COUNT], "int32");
    expect(liesInMemory(x)).toBe(false);
    beginOperation();
    for (const moved of [numbers(x), numbers(labels)]) expect(workMemory()!.addressOf(moved)).toBeGreaterThan(0);
    expect([...peek(x), ...peek(labels)].every((value) => value === 0)).toBe(true);
  });

  test("float64 and a few numbers are ordinary arrays", () => {
    expect(workMemory()!.addressOf(peek(relu(ones([16]))))).toBe(0);
    expect(peek(relu(ones([COUNT], "float64"))).buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("shapes alone take no memory", () => {
    const before = memoryInUse();
    const y = shapesOnly(() => lenet5().forward(zeros([64, 1, 28, 28])));
    expect([y.shape, memoryInUse()]).toEqual([[64, 10], before]);
  });
});

describe("arrays in somebody's hands", () => {
  test("a kept .data never changes: scores of 50 steps after 1,000 further ones", () => {
    setMemoryBudget(2 ** 20);
    const { step, scores } = training(1);
    const kept: { data: Float32Array; copy: number[] }[] = [];
    for (let i = 0; i < 50; i++) {
      step();
      const { data } = scores();
      kept.push({ data, copy: [...data] });
    }
    for (let i = 0; i < 1000; i++) step();
    for (const { data, copy } of kept) expect([...data]).toEqual(copy);
  });

  test("a kept tensor keeps its numbers while others come and go, whether .data was read or not", () => {
    setMemoryBudget(64 * 1024);
    const kept = Array.from({ length: 20 }, (_, i) => multiply(ones([COUNT]), i));
    for (let i = 0; i < 500; i++) relu(ones([COUNT]));
    expect(kept.some(liesInMemory)).toBe(false);
    kept.forEach((x, i) => void expect(new Set(multiply(x, 2).data)).toEqual(new Set([2 * i])));
  });

  test("a gradient that somebody holds outlives zeroGrad; one that nobody saw gives its memory back at once", () => {
    const [seen, unseen] = [parameter(), parameter()];
    backward(sum(multiply(seen, 3)));
    backward(sum(multiply(unseen, 3)));
    const held = seen.grad!;
    const before = memoryInUse();
    seen.grad = null;
    expect(memoryInUse()).toBe(before);
    new Adam([unseen]).zeroGrad();
    expect(memoryInUse()).toBe(before - 4 * COUNT);
    spoilFreeMemory();
    for (let i = 0; i < 10; i++) relu(ones([COUNT]));
    expect(new Set(held.data)).toEqual(new Set([3]));
  });

  test("a gradient that flows on is not the one that is kept", () => {
    setMemoryBudget(0); // whatever may move out does
    const x = parameter();
    const middle = Object.assign(reshape(multiply(x, 1), [COUNT]), { requiresGrad: true });
    backward(sum(multiply(middle, middle)));
    expect(new Set(middle.grad!.data)).toEqual(new Set([2]));
    middle.grad!.data.fill(9);
    expect(new Set(x.grad!.data)).toEqual(new Set([2]));
  });

  test("what is written to a parameter's .data between two steps is what the next forward pass uses", () => {
    const x = parameter();
    const optimizer = new Adam([x], { learningRate: 0.5 });
    backward(sum(multiply(x, x)));
    optimizer.step(); // Adam's first step is the learning rate
    expect(x.data[0]).toBeCloseTo(0.5, 6);
    x.data.fill(10);
    optimizer.zeroGrad();
    backward(sum(multiply(x, x)));
    expect(x.grad!.data[5]).toBe(20);
  });
});

describe("memory is bounded though nothing is disposed of", () => {
  test("moving out changes no bit of a training run", () => {
    const run = (budget: number): number[] => {
      setMemoryBudget(budget);
      const { step, weights } = training();
      return [...Array.from({ length: 20 }, step), ...weights()];
    };
    expect(run(0)).toEqual(run(2 ** 30));
  });

  test("what is in use stays within the budget, with gradients and without", () => {
    setMemoryBudget(2 ** 20);
    for (let i = 0; i < 200; i++) {
      const x = parameter();
      backward(sum(relu(multiply(x, 2))));
      noGrad(() => relu(multiply(x, 2)));
      expect(memoryInUse()).toBeLessThanOrEqual(2 ** 20);
    }
    expect(memoryBudget()).toBe(2 ** 20);
  });

  test("an operation larger than the budget is computed all the same", () => {
    setMemoryBudget(1024);
    const x = parameter();
    backward(sum(multiply(x, x)));
    expect(new Set(x.grad!.data)).toEqual(new Set([2]));
  });

  test("the budget grows for what is used again and again, not for garbage", () => {
    setMemoryBudget(64 * 1024);
    for (let i = 0; i < 1000; i++) relu(ones([COUNT]));
    expect(memoryBudget()).toBe(64 * 1024);
    const live = Array.from({ length: 32 }, () => relu(ones([COUNT]))); // twice the budget
    for (let i = 0; i < 20; i++) for (const x of live) relu(x);
    expect(memoryBudget()).toBeGreaterThanOrEqual(32 * 4 * COUNT);
    expect(memoryBudget()).toBeLessThanOrEqual(16 * 32 * 4 * COUNT);
  });

  test("a backward pass that ends in an error leaves nothing behind once the next one ran", () => {
    const x = parameter();
    const run = (): void => backward(sum(multiply(relu(x), 2)));
    run();
    for (let i = 0; i < 20; i++) {
      const shared = relu(x);
      backward(sum(shared));
      expect(() => backward(sum(multiply(shared, 2)))).toThrow(/freed/);
    }
    setMemoryBudget(0);
    run();
    // x, its gradient and what the last operation used: the loans of twenty broken passes are gone
    expect(memoryInUse()).toBeLessThan(10 * 4 * COUNT);
  });

  test("code that is broken off anywhere leaves memory whole: later steps compute the same bits", () => {
    setMemoryBudget(2 ** 20);
    const reference = Array.from({ length: 3 }, training().step);
    const doomed = training();
    const key = Symbol.for("a training loop to break off");
    (globalThis as { [key]?: () => void })[key] = () => {
      for (;;) doomed.step();
    };
    const script = new vm.Script(`globalThis[Symbol.for("a training loop to break off")]()`);
    let terminations = 0;
    vi.stubGlobal(Symbol.for("Jupyter.interrupt") as unknown as string, {
      requested: () => false,
      get terminations() {
        return terminations;
      },
    });
    for (; terminations < 400; terminations++) {
      expect(() => script.runInThisContext({ timeout: 1 + (terminations % 5) })).toThrow(/timed out/);
    }
    expect(Array.from({ length: 3 }, training().step)).toEqual(reference);
    setMemoryBudget(0);
    backward(sum(parameter())); // ends the loans of the last one, and moves everything out
    expect(memoryInUse()).toBeLessThan(10 * 4 * COUNT);
  });

  test("where the memory refuses, ordinary arrays give the same numbers", () => {
    settings.instructions = "typescript"; // SIMD passes need memory of their own
    const reference = Array.from({ length: 3 }, training().step);
    vi.spyOn(workMemory()!, "reserve").mockReturnValue(0);
    const { step, scores } = training();
    expect(Array.from({ length: 3 }, step)).toEqual(reference);
    expect(peek(scores()).buffer).toBeInstanceOf(ArrayBuffer);
  });
});

describe("large parameters last", () => {
  const MEBIBYTE = 2 ** 20;
  const layer = () => new Linear({ inFeatures: 512, outFeatures: 1024, bias: false, random: new Random(1) }); // 2 MiB

  test("they are assigned where operations use them, and stay there beside any budget: nothing lies twice", () => {
    setMemoryBudget(0);
    const { weights } = layer();
    weights.assign(new Float32Array(512 * 1024).fill(2));
    expect(liesInMemory(weights)).toBe(true);
    const before = memoryInUse();
    for (let i = 0; i < 100; i++) noGrad(() => relu(ones([COUNT])));
    expect([liesInMemory(weights), memoryInUse() - before]).toEqual([true, 2 * 4 * COUNT]); // the last operand and result
    expect([noGrad(() => sum(weights)).item(), liesInMemory(weights)]).toEqual([2 ** 20, true]);
  });

  test("those that start at random stay from their first use on, also where they are drawn only then", () => {
    setMemoryBudget(0);
    const drawnLater = new Linear({ inFeatures: 2048, outFeatures: 2048, bias: false, random: new Random(1) }).weights;
    for (const weights of [layer().weights, drawnLater]) {
      noGrad(() => sum(weights));
      for (let i = 0; i < 3; i++) noGrad(() => relu(ones([COUNT])));
      expect(liesInMemory(weights)).toBe(true);
    }
  });

  test("small ones and those that a user has looked at do as other tensors do", () => {
    const [small, seen] = [new Linear({ inFeatures: 100, outFeatures: 100 }).weights, layer().weights];
    expect([liesInMemory(small), seen.data.length, liesInMemory(seen)]).toEqual([false, 512 * 1024, false]);
  });

  test("those of networks that nobody uses any more leave as others do, once new ones come", () => {
    setMemoryBudget(MEBIBYTE);
    const before = memoryInUse();
    const inUse = () => {
      const { weights } = layer();
      noGrad(() => sum(weights));
      return weights;
    };
    const forgotten = Array.from({ length: 4 }, inUse);
    for (let i = 0; i <= 10_000; i++) beginOperation();
    const used = inUse();
    noGrad(() => relu(ones([COUNT])));
    expect([...forgotten, used].map(liesInMemory)).toEqual([false, false, false, false, true]);
    expect(memoryInUse() - before).toBeLessThan(3 * MEBIBYTE);
  });
});

describe("dispose", () => {
  test("gives the memory back at once; what is used afterwards says why it is gone, in a gradient too", () => {
    const x = parameter();
    const y = relu(x);
    const loss = sum(y);
    const before = memoryInUse();
    y.dispose();
    y.dispose();
    expect(memoryInUse()).toBe(before - 4 * COUNT);
    for (const use of [() => relu(y), () => y.data, () => String(y), () => backward(loss)]) {
      expect(use).toThrow(/disposed of/);
    }
  });

  test("leaves a user's array and other tensors alone, and costs no number of a loop", () => {
    const x = ones([COUNT]);
    const y = multiply(x, 3);
    const { data } = y;
    y.dispose();
    const sums = Array.from({ length: 50 }, (_, i) => {
      const z = multiply(x, i);
      const total = sum(z);
      z.dispose();
      return total.item();
    });
    expect([new Set(data), sums]).toEqual([new Set([3]), sums.map((_, i) => COUNT * i)]);
  });
});

describe("assign", () => {
  test("sets all numbers from flat ones, nested arrays and tensors, where they lie", () => {
    const x = relu(zeros([2, 500]));
    x.assign(Float32Array.from({ length: COUNT }, (_, i) => i));
    expect([liesInMemory(x), peek(x)[999]]).toEqual([true, 999]);
    x.assign(ones([2, 500]));
    expect(new Set(peek(x))).toEqual(new Set([1]));
    const small = zeros([2, 2]);
    small.assign([
      [1, 2],
      [3, 4],
    ]);
    expect([...small.data]).toEqual([1, 2, 3, 4]);
    small.assign([5, 6, 7, 8]);
    expect([...small.data]).toEqual([5, 6, 7, 8]);
    const scalar = sum(small);
    scalar.assign(3);
    expect(scalar.item()).toBe(3);
  });

  test("writes to the array that a user has", () => {
    const x = zeros([3]);
    const { data } = x;
    x.assign([1, 2, 3]);
    expect([...data]).toEqual([1, 2, 3]);
  });

  test("refuses other shapes and numbers of values, and what is none", () => {
    expect(() => zeros([2, 3]).assign([1, 2])).toThrow(/2 numbers for a tensor of 6/);
    expect(() => zeros([2, 3]).assign(zeros([3, 2]))).toThrow(/another shape/);
    expect(() => zeros([2, 3]).assign("abc" as never)).toThrow(/the values are/);
  });
});

test("a tensor's version tells of changes in place, and of nothing where a user may make them unnoticed", () => {
  const x = parameter();
  backward(sum(multiply(x, x)));
  const { id, version } = sourceOf(x);
  expect(sourceOf(x).version).toBe(version);
  new Adam([x]).step();
  const second = sourceOf(x).version;
  expect(second).not.toBe(version);
  x.assign(zeros([COUNT]));
  expect(sourceOf(x).version).not.toBe(second);
  expect([sourceOf(x).id, sourceOf(parameter()).id !== id]).toEqual([id, true]);
  void x.data;
  expect(sourceOf(x).version).toBeNaN();
});

describe("what passes between layers that show it to nobody", () => {
  /** A layer of a user's, who looks at what comes by. */
  class Spy extends Module {
    readonly seen: Tensor[] = [];
    override forward(x: Tensor): Tensor {
      this.seen.push(x);
      return relu(x);
    }
  }

  test("gives its memory back with the graph, or at once where no graph is recorded", () => {
    const random = new Random(3);
    const network = lenet5({ random });
    const images = wrap(
      Float32Array.from({ length: 8 * 784 }, () => random.uniform()),
      [8, 1, 28, 28],
    );
    const step = (): void => backward(sum(network.forward(images)));
    step(); // weights move in, gradients get their place
    const before = memoryInUse();
    step();
    const passed = memoryInUse() - before;
    noGrad(() => network.forward(images));
    const scores = 4 * 8 * 10;
    expect([passed, memoryInUse() - before]).toEqual([scores, 2 * scores]);
  });

  test("stays a user's where one of the layers is", () => {
    const [before, spy, after] = [new ReLU(), new Spy(), new ReLU()];
    const network = new Sequential(new ReLU(), before, spy, after, new ReLU());
    const outputs: Tensor[] = [];
    watchLayers(
      network,
      ({ output }) => outputs.push(output),
      () => backward(sum(network.forward(parameter()))),
    );
    noGrad(() => network.forward(parameter()));
    backward(sum(network.forward(parameter())));
    spoilFreeMemory();
    for (let i = 0; i < 20; i++) multiply(ones([COUNT]), 7);
    for (const x of [...outputs, ...spy.seen]) expect(new Set(x.data)).toEqual(new Set([1]));
  });

  test("does not change the numbers of a training run", () => {
    const run = (watched: boolean): number[] => {
      const random = new Random(5);
      const network = lenet5({ random });
      const optimizer = new Adam(network.parameters());
      const images = wrap(
        Float32Array.from({ length: 4 * 784 }, () => random.uniform()),
        [4, 1, 28, 28],
      );
      const labels = tensor([1, 2, 3, 4], [4], "int32");
      const step = (): number => {
        optimizer.zeroGrad();
        const loss = crossEntropy(network.forward(images), labels);
        backward(loss);
        optimizer.step();
        return loss.item();
      };
      // a watched layer is not known to keep what it sees to itself
      const steps = (): number[] => Array.from({ length: 5 }, step);
      return watched ? watchLayers(network, () => {}, steps) : steps();
    };
    expect(run(false)).toEqual(run(true));
  });
});
