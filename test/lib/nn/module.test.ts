import { describe, expect, test } from "vitest";
import {
  Adam,
  backward,
  crossEntropy,
  Linear,
  linear,
  Module,
  multiply,
  ones,
  type Parameter,
  parameter,
  SGD,
  summary,
  type Tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";
import { batch, labels, names, network, parameterNames } from "./small-network.ts";

describe("fields", () => {
  test("are searched through arrays, plain objects, Maps and Sets at any depth, and nothing else", () => {
    const layer = () => new Linear({ inFeatures: 2, outFeatures: 2, bias: false });
    class Deep extends Module {
      readonly rows = [[layer(), layer()], [layer()]];
      readonly heads = { left: layer(), options: { right: layer() } };
      readonly byName = new Map([["a", layer()]]);
      readonly some = new Set([layer()]);
      readonly own = [parameter(ones([2]))];
      readonly foreign = new (class {
        readonly hidden = layer();
      })();
      readonly itself: unknown[] = [];
      constructor() {
        super();
        this.itself.push(this.itself, 1, "text", null, () => 1);
      }
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(names(new Deep())).toEqual([
      "own.0",
      "rows.0.0.weights",
      "rows.0.1.weights",
      "rows.1.0.weights",
      "heads.left.weights",
      "heads.options.right.weights",
      "byName.a.weights",
      "some.0.weights",
    ]);
  });

  test("that hold what was computed hold neither a parameter nor a buffer", () => {
    class Keeper extends Module {
      readonly weights = parameter(ones([3]));
      last: Tensor | null = null;
      override forward(x: Tensor): Tensor {
        this.last = multiply(x, this.weights);
        this.last.requiresGrad = true; // to look at its gradient
        return this.last;
      }
    }
    const keeper = new Keeper();
    keeper.forward(ones([3]));
    expect(names(keeper)).toEqual(["weights"]);
    expect(keeper.namedBuffers()).toEqual([]);
  });

  test("parameter refuses what has no fractions", () => {
    expect(() => parameter(zeros([2], "int32") as never)).toThrow(/the tensor is int32\n.*cast/);
    expect(() => parameter([1] as never)).toThrow(/a plain array, not a tensor/);
  });
});

describe("freezing", () => {
  test("keeps parameters parameters, under their names, and has optimisers pass them over, momentum and decay too", () => {
    const net = network();
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 });
    const step = () => {
      optimizer.zeroGrad();
      backward(crossEntropy(net.forward(batch()), labels));
      optimizer.step();
    };
    step();
    net.layers.conv.freeze();
    const before = [...net.layers.conv.filters.data];
    const fc = [...net.layers.fc.weights.data];
    step();
    expect([...net.layers.conv.filters.data]).toEqual(before);
    expect([...net.layers.fc.weights.data]).not.toEqual(fc);
    expect(net.layers.conv.filters.grad).toBeNull();
    expect(names(net)).toEqual(parameterNames);
    expect(Object.keys(net.stateDict())).toEqual([...parameterNames, "norm.runningMean", "norm.runningVariance"]);
    net.unfreeze();
    step();
    expect([...net.layers.conv.filters.data]).not.toEqual(before);
  });

  test("right after backward keeps the step that follows from changing anything", () => {
    const net = network();
    const optimizer = new Adam(net.parameters());
    backward(crossEntropy(net.forward(batch()), labels));
    const before = net.stateDict();
    net.freeze();
    optimizer.step();
    for (const [name, tensor] of net.namedParameters()) expect(tensor.data).toEqual(before[name]!.data);
  });

  test("by hand, as PyTorch's users do it, comes to the same", () => {
    const net = network();
    for (const each of net.parameters()) each.requiresGrad = false;
    expect(names(net)).toEqual(parameterNames);
    class Own extends Module {
      readonly weights: Tensor = Object.assign(ones([2, 2]), { requiresGrad: true });
      override forward(x: Tensor): Tensor {
        return linear(x, this.weights);
      }
    }
    const own = new Own();
    for (const each of own.parameters()) each.requiresGrad = false;
    expect([names(own), own.namedBuffers()]).toEqual([["weights"], []]);
  });

  test("everything leaves nothing to differentiate, which is said", () => {
    const net = network().freeze();
    expect(() => backward(crossEntropy(net.forward(batch()), labels))).toThrow(/asks for a gradient[\s\S]*unfreeze/);
  });

  test("is counted by the summary", () => {
    const net = network();
    net.layers.conv.freeze();
    const { parameters, frozen, trainable } = summary(net, [1, 4, 4]);
    expect([parameters, frozen, trainable]).toEqual([20 + 4 + 99, 20, 4 + 99]);
    expect(net.countParameters()).toBe(123);
  });
});

describe("apply and to", () => {
  test("apply reaches every part with its path, and gives the module back", () => {
    const paths: string[] = [];
    const net = network();
    expect(net.apply((module, path) => paths.push(`${path}:${module.constructor.name}`))).toBe(net);
    expect(paths.slice(0, 2)).toEqual([":Sequential", "conv:Conv2d"]);
    expect(() => net.apply(undefined as never)).toThrow(/apply: it is given undefined/);
  });

  test("to float64 and back keeps tensors, names and numbers; forward then works on float64", () => {
    const net = network();
    const before = net.stateDict();
    const tensors = net.parameters();
    const expected = net.forward(batch()).data;
    net.loadStateDict(before);
    net.to("float64");
    expect(net.parameters()).toEqual(tensors);
    expect(net.parameters().every(({ dtype }) => dtype === "float64")).toBe(true);
    const found = net.forward(normal([4, 1, 4, 4], 2) as never) as unknown as Parameter;
    expect(found.dtype).toBe("float64");
    // scores of size 1, computed in float32 through three layers
    found.data.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
    net.loadStateDict(before);
    net.to("float32");
    for (const [name, each] of net.namedParameters()) expect(each.data).toEqual(before[name]!.data);
    expect(() => net.to("int32" as never)).toThrow(/the type is the text "int32"/);
  });
});
