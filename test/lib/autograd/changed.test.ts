import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  add,
  backward,
  crossEntropy,
  detach,
  GradientError,
  Linear,
  lenet5,
  MaxPool2d,
  maxPool2d,
  multiply,
  parameter,
  relu,
  SGD,
  sum,
  type Tensor,
  tensor,
  wrap,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

const message = (what: RegExp) => what;
const large = () => normal([64, 64], 1, "float32");

describe("numbers that a gradient needs, changed between forward and backward, are an error that says whose", () => {
  test("by assign", () => {
    const [x, w] = [parameter(tensor([1, 2])), parameter(tensor([3, 4]))];
    const loss = sum(multiply(x, w));
    w.assign([5, 6]);
    expect(() => backward(loss)).toThrow(GradientError);
    const again = sum(multiply(x, w));
    w.assign([5, 6]);
    expect(() => backward(again)).toThrow(
      message(/multiply needs the numbers of its operand 2, \[2\], and they were changed[\s\S]*only after backward/),
    );
  });

  test("by a step of an optimiser", () => {
    const net = new Linear({ inFeatures: 4, outFeatures: 3 });
    const x = parameter(normal([2, 4], 2, "float32"));
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
    backward(sum(net.forward(x)));
    const late = sum(net.forward(x));
    optimizer.step();
    expect(() => backward(late)).toThrow(/linear needs the numbers of its operand 2, \[3, 4\]/);
  });

  test.each([
    ["before it", true],
    ["after it", false],
  ])("through an array that was read %s", (_when, before) => {
    const [x, w] = [parameter(normal([4, 4], 3, "float32")), parameter(normal([4, 4], 4, "float32"))];
    let data = before ? w.data : null;
    const loss = sum(multiply(x, w));
    data ??= w.data;
    data[5] = 42;
    expect(() => backward(loss)).toThrow(/multiply needs the numbers of its operand 2, \[4, 4\]/);
  });

  test("in a large array, where the change is more than a number here and there", () => {
    const [x, w] = [parameter(large()), parameter(large())];
    const loss = sum(multiply(x, w));
    for (let i = 0; i < 4096; i++) w.data[i]! *= 0.99;
    expect(() => backward(loss)).toThrow(GradientError);
  });

  test("the array around which a tensor was wrapped", () => {
    const data = new Float32Array([1, 2, 3]);
    const loss = sum(multiply(parameter(tensor([1, 1, 1])), wrap(data, [3])));
    data[2] = 9;
    expect(() => backward(loss)).toThrow(/multiply needs the numbers of its operand 2, \[3\]/);
  });

  test("the result, where the gradient is computed from that", () => {
    const x = parameter(tensor([1, -2]));
    const y = relu(x);
    y.data[0] = 0;
    expect(() => backward(sum(y))).toThrow(/relu needs the numbers of its result, \[2\]/);
  });

  test("through another tensor of the same numbers", () => {
    const w = parameter(tensor([1, 2]));
    const loss = sum(multiply(parameter(tensor([1, 1])), w));
    detach(w).assign([3, 4]);
    expect(() => backward(loss)).toThrow(GradientError);
  });

  test("also in a float64 tensor, in either half of a number", () => {
    const w = parameter(normal([600], 5));
    const loss = sum(multiply(parameter(normal([600], 6)), w));
    for (let i = 0; i < 600; i++) w.data[i]! += 2 ** -40;
    expect(() => backward(loss)).toThrow(GradientError);
  });
});

describe("it is no error", () => {
  test("to look at numbers", () => {
    const [x, w] = [parameter(large()), parameter(large())];
    const loss = sum(relu(multiply(x, w)));
    void [x.data[0], w.data[0], loss.data[0], `${w}`];
    backward(loss);
    expect(x.grad!.data[0]).not.toBeNaN();
  });

  test("to write what is there already", () => {
    const w = parameter(tensor([1, Number.NaN]));
    const loss = sum(multiply(parameter(tensor([1, 1])), w));
    w.data[1] = Number.NaN;
    backward(loss);
    expect(w.grad!.data[1]).toBe(1);
  });

  test("to change what no gradient needs", () => {
    const x: Tensor = parameter(tensor([1, 2]));
    const y = add(x, 1);
    const loss = sum(y);
    x.assign([7, 7]);
    y.assign([7, 7]);
    backward(loss);
    const images = parameter(zeros([1, 1, 2, 2]));
    const pooled = sum(maxPool2d(images, { kernelSize: 2 }));
    images.data[3] = 5;
    backward(pooled); // goes where the largest was
    expect([x.grad!.data[0], images.grad!.data[0]]).toEqual([1, 1]);
    expect(new MaxPool2d({ kernelSize: 2 }).settings.kernelSize).toBe(2);
  });

  test("after an error: the next pass is clean", () => {
    const [x, w] = [parameter(tensor([1])), parameter(tensor([3]))];
    const loss = sum(multiply(x, w));
    w.assign([5]);
    expect(() => backward(loss)).toThrow(GradientError);
    w.assign([6]);
    backward(sum(multiply(x, w)));
    expect(x.grad!.item()).toBe(6);
  });

  test("after a backward that was broken off where it stood, without its finally", () => {
    const [x, w] = [parameter(tensor([1])), parameter(tensor([3]))];
    const endless = multiply(x, w);
    const forever = (): never => {
      for (;;);
    };
    endless.origin = { ...endless.origin!, backward: forever };
    expect(() => runInNewContext("f()", { f: () => backward(endless) }, { timeout: 50 })).toThrow(/timed out/);
    w.assign([5]);
    backward(sum(multiply(x, w)));
    expect(x.grad!.item()).toBe(5);
  });

  test("to train", () => {
    const net = lenet5();
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
    const x = normal([4, 1, 28, 28], 7, "float32");
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      backward(crossEntropy(net.forward(x), tensor([0, 1, 2, 3], [4], "int32")));
      optimizer.step();
      for (const each of net.parameters()) each.data[0]! *= 0.999;
    }
    expect(net.layers.fc3.weights.data[1]).not.toBeNaN();
  });
});
