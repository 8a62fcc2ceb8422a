import { describe, expect, test } from "vitest";
import { apply } from "../../../lib/autograd/apply.ts";
import {
  add,
  BatchNorm2d,
  backward,
  Conv2d,
  Dropout,
  Flatten,
  GroupNorm,
  gradCheck,
  gradCheckModule,
  Linear,
  linear,
  Module,
  multiply,
  ones,
  parameter,
  ReLU,
  Residual,
  Sequential,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

const network = () =>
  new Sequential({
    conv: new Conv2d({ inChannels: 2, outChannels: 4, kernelSize: 3, padding: 1 }),
    norm: new BatchNorm2d({ channels: 4 }),
    relu: new ReLU(),
    block: new Residual({
      body: new Sequential(
        new GroupNorm({ channels: 4, groups: 2 }),
        new Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 3, padding: 1 }),
      ),
    }),
    drop: new Dropout(),
    flatten: new Flatten(),
    fc: new Linear({ inFeatures: 36, outFeatures: 3 }),
  });
const x = () => normal([3, 2, 3, 3], 1, "float32");

describe("a module's gradients", () => {
  test.each([
    ["in training", true],
    ["in evaluation", false],
  ])("pass %s, and the module is left as it was, bit by bit", (_mode, training) => {
    const net = training ? network().train() : network().eval();
    net.layers.fc.freeze();
    backward(sum(net.forward(x())));
    const all = () => ({
      state: Object.entries(net.stateDict()).map(([name, { data, dtype }]) => [name, dtype, ...data]),
      gradients: net.parameters().map(({ grad, requiresGrad }) => [requiresGrad, ...(grad?.data ?? [])]),
      streams: net.namedGenerators().map(([, { state }]) => state),
    });
    const before = all();
    const check = gradCheckModule(net, x());
    expect(check.passed, `${check}`).toBe(true);
    expect(check.checked).toBe(3 * 18 + net.countParameters());
    expect(all()).toEqual(before);
  });

  test("that are wrong are found by the parameter's name, in words too", () => {
    class Wrong extends Module {
      readonly weights = parameter(ones([2, 3]) as Tensor);
      override forward(input: Tensor): Tensor {
        const { weights } = this;
        const right = linear(input, weights);
        return apply({
          name: "wrong",
          inputs: [right, weights],
          shape: right.shape,
          dtype: right.dtype,
          forward: (out) => out.set(right.data),
          backward: (dOut) => [dOut, weights.data.map((_, i) => (i === 4 ? 1 : 0))],
        });
      }
    }
    const check = gradCheckModule(new Wrong(), normal([4, 3], 2, "float32"));
    expect(check.worst).toMatchObject({ name: "weights", index: [1, 1] });
    expect(`${check}`).toMatch(
      /^gradient check FAILED: 18 elements, tolerance 0.000001\n {2}worst at weights\[1, 1\]: error/,
    );
  });

  test("also after an error in forward the module is float32 again", () => {
    class Mixing extends Module {
      readonly weights = parameter(ones([3]) as Tensor);
      override forward(input: Tensor): Tensor {
        return add(multiply(input, this.weights), ones([3]));
      }
    }
    const mixing = new Mixing();
    expect(() => gradCheckModule(mixing, ones([3]))).toThrow(/one operand is float64, another float32/);
    expect(mixing.weights.dtype).toBe("float32");
  });

  test.each<[string, () => unknown, RegExp]>([
    ["a function", () => gradCheckModule(linear as never, ones([1])), /the module is the function linear/],
    ["no input", () => gradCheckModule(new ReLU(), undefined as never), /the input is undefined, not a tensor/],
    ["integers", () => gradCheckModule(new ReLU(), zeros([2], "int32") as never), /the input is int32/],
    ["an unknown option", () => gradCheckModule(new ReLU(), ones([1]), { eps: 1 } as never), /unknown option "eps"/],
    ["no step", () => gradCheckModule(new ReLU(), ones([1]), { step: 0 }), /step is 0/],
  ])("%s: an error that says what would fit", (_name, call, message) => {
    expect(call).toThrow(message);
  });
});

test("the report of gradCheck is a text too", () => {
  const report = gradCheck((a) => sum(multiply(a!, a!)), [tensor([1, 2], [2], "float64")]);
  expect(`${report}`).toMatch(
    /^gradient check passed: 2 elements, tolerance 0.000001\n {2}worst at input 0\[\d\]: error .*\n {2}backward gives {5}[24]\n {2}central difference \d/,
  );
  expect(`${gradCheck((a) => sum(a!), [zeros([0], "float64")])}`).toContain("nothing to compare");
});
