/** The check values printed in the exercises of Stanford's course cs231n, those of its layers with windows apart. */
import { describe, expect, test } from "vitest";
import {
  Adam,
  crossEntropy,
  type FloatDType,
  flatten,
  linear,
  multiply,
  type Optimizer,
  type Parameter,
  RMSProp,
  relu,
  SGD,
  type Shape,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../../lib/index.ts";

/** NumPy's linspace in float64. */
function linspace<const S extends readonly number[]>(from: number, to: number, shape: S): Tensor<S, "float64"> {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  return tensor(values, shape, "float64") as Tensor<S, "float64">;
}

/** The transpose of a matrix: the course's weights are `[I, O]`. */
function turned(x: Tensor<readonly [number, number], "float64">): Tensor<readonly [number, number], "float64"> {
  const [rows, columns] = x.shape;
  const values = Array.from({ length: x.size }, (_, i) => x.data[(i % rows) * columns + Math.floor(i / rows)]!);
  return tensor(values, [columns, rows], "float64");
}

/** To the digits that the course prints: half a unit of the eighth decimal. */
function close(x: Tensor<Shape, FloatDType>, expected: readonly number[]): void {
  expect(x.size).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(x.data[i]! - value), `number ${i}`).toBeLessThan(5.1e-9);
}

describe("layers", () => {
  test("affine_forward", () => {
    const x = flatten(linspace(-0.1, 0.5, [2, 4, 5, 6]));
    const out = linear(x, turned(linspace(-0.2, 0.3, [120, 3])), linspace(-0.3, 0.1, [3]));
    close(out, [1.49834967, 1.70660132, 1.91485297, 3.25553199, 3.5141327, 3.77273342]);
  });

  test("relu_forward", () => {
    const printed = [0, 0, 0, 0, 0, 0, 0.04545455, 0.13636364, 0.22727273, 0.31818182, 0.40909091, 0.5];
    close(relu(linspace(-0.5, 0.5, [3, 4])), printed);
  });

  test("before training, the loss of ten classes is -log(0.1)", () => {
    const loss = crossEntropy(zeros([50, 10], "float64"), tensor(new Array(50).fill(3), [50], "int32"));
    expect(Math.abs(loss.item() + Math.log(0.1))).toBeLessThan(1e-14); // the sum of 50 roundings
  });
});

describe("a network of two layers, 5 to 50 to 7", () => {
  const x = turned(linspace(-5.5, 4.5, [5, 3]));
  const [w1, w2] = [linspace(-0.7, 0.3, [5, 50]), linspace(-0.3, 0.4, [50, 7])];
  const hidden = relu(linear(x, turned(w1), linspace(-0.1, 0.9, [50])));
  const scores = linear(hidden, turned(w2), linspace(-0.9, 0.1, [7]));

  test("scores", () => {
    close(scores, [
      ...[11.53165108, 12.2917344, 13.05181771, 13.81190102, 14.57198434, 15.33206765, 16.09215096],
      ...[12.05769098, 12.74614105, 13.43459113, 14.1230412, 14.81149128, 15.49994135, 16.18839143],
      ...[12.58373087, 13.20054771, 13.81736455, 14.43418138, 15.05099822, 15.66781506, 16.2846319],
    ]);
  });

  test("the loss, without and with half the squares of the weights", () => {
    const loss = crossEntropy(scores, tensor([0, 5, 1], [3], "int32")).item();
    expect(Math.abs(loss - 3.4702243556)).toBeLessThan(5e-11);
    const squares = sum(multiply(w1, w1)).item() + sum(multiply(w2, w2)).item();
    expect(Math.abs(loss + 0.5 * squares - 26.5948426952)).toBeLessThan(5e-11);
  });
});

describe("updates of 4 × 5 weights", () => {
  function updated(
    make: (p: Parameter[]) => Optimizer,
    memory: Record<string, Tensor<Shape, FloatDType>>,
    steps: number,
  ) {
    const w: Parameter = linspace(-0.4, 0.6, [4, 5]);
    w.requiresGrad = true;
    w.grad = linspace(-0.6, 0.4, [4, 5]);
    const optimizer = make([w]);
    optimizer.load({ ...optimizer.state(), steps: [steps], memory: memory as never });
    optimizer.step();
    return { w, memory: optimizer.state().memory };
  }

  test("sgd_momentum", () => {
    // The course's velocity is minus the learning rate times ours.
    const velocity = linspace(0.6, 0.9, [4, 5]);
    velocity.assign(velocity.data.map((value) => value / -1e-3));
    const { w, memory } = updated(
      (p) => new SGD(p, { learningRate: 1e-3, momentum: 0.9 }),
      { "velocity.0": velocity },
      1,
    );
    close(w, [
      ...[0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789],
      ...[0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526],
      ...[0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263],
      ...[1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096],
    ]);
    const theirs = multiply(memory["velocity.0"]!, -1e-3);
    expect(Math.abs(theirs.data[1]! - 0.55475789)).toBeLessThan(5e-9);
  });

  test("rmsprop", () => {
    const { w, memory } = updated(
      (p) => new RMSProp(p, { learningRate: 1e-2, alpha: 0.99 }),
      { "square.0": linspace(0.6, 0.9, [4, 5]) },
      1,
    );
    close(w, [
      ...[-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247],
      ...[-0.132737, -0.08078555, -0.02881884, 0.02316247, 0.07515774],
      ...[0.12716641, 0.17918792, 0.23122175, 0.28326742, 0.33532447],
      ...[0.38739248, 0.43947102, 0.49155973, 0.54365823, 0.59576619],
    ]);
    expect(Math.abs(memory["square.0"]!.data[1]! - 0.6126277)).toBeLessThan(5e-8);
  });

  test("adam, at its sixth step", () => {
    const { w } = updated(
      (p) => new Adam(p, { learningRate: 1e-2 }),
      { "first.0": linspace(0.6, 0.9, [4, 5]), "second.0": linspace(0.7, 0.5, [4, 5]) },
      5,
    );
    close(w, [
      ...[-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977],
      ...[-0.1380274, -0.08544591, -0.03286534, 0.01971428, 0.0722929],
      ...[0.1248705, 0.17744702, 0.23002243, 0.28259667, 0.33516969],
      ...[0.38774145, 0.44031188, 0.49288093, 0.54544852, 0.59801459],
    ]);
  });
});
