import { describe, expect, test } from "vitest";
import {
  add,
  backward,
  Conv2d,
  crossEntropy,
  Flatten,
  Identity,
  Lambda,
  Linear,
  MaxPool2d,
  MaxUnpool2d,
  Module,
  maxPool2dWithIndices,
  multiply,
  noGrad,
  ones,
  parameter,
  Random,
  ReLU,
  Sequential,
  sum,
  summary,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";
import { batch, labels, network } from "./small-network.ts";

describe("hooks", () => {
  test("see input and output of each pass until they are taken away, in their order", () => {
    const net = network();
    const seen: string[] = [];
    const first = net.layers.conv.onForward((module, input, output) => {
      seen.push(`1 ${module.constructor.name} ${input.shape} ${output.shape}`);
    });
    const second = net.layers.conv.onForward(() => seen.push("2"));
    net.forward(batch());
    first();
    first();
    net.forward(batch());
    second();
    net.forward(batch());
    expect(seen).toEqual(["1 Conv2d 4,1,4,4 4,2,4,4", "2", "2"]);
    expect(Object.hasOwn(net.layers.conv, "forward")).toBe(false);
  });

  test("on a layer that is given more than one tensor, as unpooling is, leave it all of them", () => {
    class Back extends Module {
      readonly unpool = new MaxUnpool2d({ kernelSize: 2 });
      override forward(x: Tensor): Tensor {
        const { output, indices } = maxPool2dWithIndices(x, { kernelSize: 2 });
        return this.unpool.forward(output, indices);
      }
    }
    const net = new Back();
    const x = tensor([[[[1, 9, 7, 3]], [[2, 4, 6, 5]]]]).reshape([1, 1, 2, 4]) as Tensor;
    const expected = net.forward(x);
    const shapes: string[] = [];
    net.unpool.onForward((_module, input, output) => shapes.push(`${input.shape} ${output.shape}`));
    expect(net.forward(x).data).toEqual(expected.data);
    expect(shapes).toEqual(["1,1,1,2 1,1,2,4"]);
    expect(summary(net, [1, 2, 4]).toString()).toContain("MaxUnpool2d");
  });

  test("may put another output in its place", () => {
    const net = new Sequential(new Identity(), new Identity());
    net.at(0).onForward((_module, _input, output) => multiply(output, 3));
    expect(net.forward(ones([2])).data[0]).toBe(3);
  });

  test("on a layer and on its rectifier see what each gives, and change no bit of a training step", () => {
    const convolutions = () =>
      new Sequential({
        conv: new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 3, padding: 1, random: new Random(6) }),
        relu: new ReLU(),
        pool: new MaxPool2d({ kernelSize: 2 }),
        flatten: new Flatten(),
        fc: new Linear({ inFeatures: 16, outFeatures: 3, random: new Random(7) }),
        last: new ReLU(),
      });
    const results = (net: Sequential) => {
      const out = net.forward(batch());
      backward(crossEntropy(out, labels));
      return [out, ...net.parameters().map(({ grad }) => grad!)].map(({ data }) => [...data]);
    };
    const expected = results(convolutions());
    for (const hooked of ["conv", "relu", "fc", "last"] as const) {
      const net = convolutions();
      const outputs: Tensor[] = [];
      net.layers[hooked].onForward((_module, _input, output) => outputs.push(output));
      expect(results(net)).toEqual(expected);
      const negative = outputs[0]!.data.some((value) => value < 0);
      expect(negative).toBe(hooked === "conv" || hooked === "fc");
    }
  });

  test("what a hook keeps stays as it was: the layer's numbers are not given back", () => {
    const net = network();
    const kept: Tensor[] = [];
    net.layers.relu.onForward((_module, input, output) => kept.push(input, output));
    noGrad(() => net.forward(batch()));
    const before = kept.map(({ data }) => [...data]);
    for (let i = 0; i < 20; i++) noGrad(() => network().forward(batch()));
    expect(kept.slice(0, 2).map(({ data }) => [...data])).toEqual(before);
    expect(before[0]!.some((value) => value < 0)).toBe(true);
  });

  test("on the way back see the gradient that arrives at the output, and may put another in its place", () => {
    const scale = new Lambda((x) => multiply(x, 2));
    const net = new Sequential(scale, new Lambda((x) => multiply(x, 5)));
    const seen: number[] = [];
    const remove = scale.onBackward((_module, gradient) => {
      seen.push(gradient.data[0]!);
      return multiply(gradient, 10);
    });
    const x = parameter(ones([3]));
    backward(sum(net.forward(x)));
    expect([seen, [...x.grad!.data]]).toEqual([[5], [100, 100, 100]]);
    remove();
    x.grad = null;
    backward(sum(net.forward(x)));
    expect([seen, [...x.grad!.data]]).toEqual([[5], [10, 10, 10]]);
  });

  test("on a layer that gives its input back see that layer's gradient alone", () => {
    const identity = new Identity();
    const seen: number[] = [];
    identity.onBackward((_module, gradient) => void seen.push(gradient.item()));
    const x = parameter(ones([1]));
    backward(sum(add(multiply(identity.forward(x), 2), multiply(x, 7))));
    expect([seen, x.grad!.item()]).toEqual([[2], 9]);
  });

  test("are not called where nothing is computed; the watched network is left as it was", () => {
    const net = network();
    let calls = 0;
    net.layers.conv.onForward(() => calls++);
    summary(net, [1, 4, 4]);
    expect(calls).toBe(0);
    net.forward(batch());
    expect(calls).toBe(1);
  });

  test("that are no functions are refused", () => {
    expect(() => new ReLU().onForward(undefined as never)).toThrow(/onForward: the hook is undefined/);
    expect(() => new ReLU().onBackward(3 as never)).toThrow(/onBackward: the hook is 3/);
  });
});
