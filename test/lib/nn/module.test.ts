import { describe, expect, test } from "vitest";
import {
  Adam,
  add,
  BatchNorm2d,
  Branches,
  backward,
  Conv2d,
  crossEntropy,
  Flatten,
  Identity,
  Lambda,
  Linear,
  lenet5,
  linear,
  MaxPool2d,
  Module,
  multiply,
  noGrad,
  ones,
  type Parameter,
  parameter,
  Random,
  ReLU,
  Residual,
  Sequential,
  SGD,
  sum,
  summary,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

const network = () => {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, padding: 1, random }),
    norm: new BatchNorm2d({ channels: 2 }),
    relu: new ReLU(),
    flatten: new Flatten(),
    fc: new Linear({ inFeatures: 2 * 16, outFeatures: 3, random }),
  });
};
const batch = () => normal([4, 1, 4, 4], 2, "float32");
const labels = tensor([0, 1, 2, 0], [4], "int32");
const names = (net: Module) => net.namedParameters().map(([name]) => name);
const all = ["conv.filters", "conv.bias", "norm.weights", "norm.bias", "fc.weights", "fc.bias"];

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
    expect(names(net)).toEqual(all);
    expect(Object.keys(net.stateDict())).toEqual([...all, "norm.runningMean", "norm.runningVariance"]);
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
    expect(names(net)).toEqual(all);
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

describe("tying", () => {
  class Tied extends Module {
    readonly encode = new Linear({ inFeatures: 4, outFeatures: 4, bias: false, random: new Random(3) });
    readonly decode: Linear;
    constructor() {
      super();
      this.decode = new Linear({ inFeatures: 4, outFeatures: 4, bias: false });
      Object.assign(this.decode, { weights: this.encode.weights });
    }
    override forward(x: Tensor): Tensor {
      return this.decode.forward(this.encode.forward(x));
    }
  }

  test("a tensor of two layers is counted, saved and updated once, by the gradients of both uses", () => {
    const net = new Tied();
    expect(names(net)).toEqual(["encode.weights"]);
    expect(Object.keys(net.stateDict())).toEqual(["encode.weights"]);
    expect(summary(net, [4]).parameters).toBe(16);
    const x = normal([2, 4], 4, "float32");
    const before = [...net.encode.weights.data];
    backward(sum(net.forward(x)));
    const gradient = [...net.encode.weights.grad!.data];
    new SGD(net.parameters(), { learningRate: 0.5 }).step();
    net.decode.weights.data.forEach(
      (value, i) => void expect(value).toBe(Math.fround(before[i]! - 0.5 * gradient[i]!)),
    );
  });

  test("a state with the tensor under any of its names is loaded, and stays tied", () => {
    const net = new Tied();
    const weights = normal([4, 4], 5, "float32");
    expect(net.loadStateDict({ "decode.weights": weights })).toEqual({ missing: [], unexpected: [] });
    expect(net.encode.weights.data).toEqual(weights.data);
    net.loadStateDict({ "encode.weights": ones([4, 4]), "decode.weights": ones([4, 4]) });
    expect(net.decode.weights).toBe(net.encode.weights);
    expect(() => net.loadStateDict({})).toThrow(/it lacks encode.weights/);
  });
});

describe("states", () => {
  test("are copies, which put a network back, also into another of its make", () => {
    const net = network();
    net.forward(batch()); // running statistics move
    const state = net.stateDict();
    const kept = Object.values(state).map(({ data }) => [...data]);
    for (const each of net.parameters()) each.assign(zeros(each.shape as number[]));
    expect(Object.values(state).map(({ data }) => [...data])).toEqual(kept);
    const other = new Sequential({ ...network().layers });
    other.loadStateDict(state);
    net.loadStateDict(state);
    for (const loaded of [net, other]) {
      expect(Object.values(loaded.stateDict()).map(({ data }) => [...data])).toEqual(kept);
    }
  });

  test("of float64 are rounded to the network's type", () => {
    const net = new Linear({ inFeatures: 1, outFeatures: 1, bias: false });
    net.loadStateDict({ weights: tensor([0.1], [1, 1], "float64") });
    expect(net.weights.item()).toBe(Math.fround(0.1));
  });

  test("that do not fit are refused whole, with every name and both shapes", () => {
    const net = network();
    const { "conv.bias": _bias, ...rest } = net.stateDict();
    const before = net.stateDict();
    const wrong = { ...rest, "head.bias": zeros([3]), "fc.bias": zeros([10]), "conv.filters": ones([2, 1, 3, 3]) };
    expect(() => net.loadStateDict(wrong)).toThrow(
      /loadStateDict: the shapes of fc.bias differ; it lacks conv.bias; the network has no head.bias\n +fc.bias +\[3\]\n +in the state \[10\]\n +fix/,
    );
    const { "fc.bias": _wrong, ...others } = wrong;
    expect(() => net.loadStateDict(others)).toThrow(
      /it lacks conv.bias, fc.bias; the network has no head.bias\n.*strict: false/,
    );
    expect(Object.values(net.stateDict()).map(({ data }) => [...data])).toEqual(
      Object.values(before).map(({ data }) => [...data]),
    );
    expect(net.loadStateDict(others, { strict: false })).toEqual({
      missing: ["conv.bias", "fc.bias"],
      unexpected: ["head.bias"],
    });
    expect([...net.layers.conv.filters.data]).toEqual([...ones([18]).data]);
    expect(() => net.loadStateDict(wrong, { strict: false })).toThrow(/the shapes of fc.bias differ/);
  });

  test("that are none are refused", () => {
    expect(() => network().loadStateDict(undefined as never)).toThrow(/the state is undefined/);
    expect(() => network().loadStateDict({ "fc.bias": [1, 2, 3] as never })).toThrow(
      /fc.bias is a plain array, not a tensor/,
    );
    expect(() => network().loadStateDict({}, { strict: 1, loose: 2 } as never)).toThrow(/unknown option "loose"/);
  });

  test("long lists of names are cut, and say so", () => {
    expect(() => lenet5().loadStateDict({})).toThrow(/conv1.filters, .* and 2 more/);
  });
});

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

describe("containers", () => {
  const body = (channels = 4, stride = 1) =>
    new Sequential(
      new Conv2d({ inChannels: 4, outChannels: channels, kernelSize: 3, padding: 1, stride, random: new Random(8) }),
      new ReLU(),
    );

  test("a residual block adds its input, as it is or projected, before the activation", () => {
    const x = normal([2, 4, 6, 6], 9, "float32");
    const f = body();
    const plain = new Residual({ body: f, activation: new ReLU() });
    const expected = add(f.forward(x), x).data.map((value) => Math.max(value, 0));
    expect(plain.forward(x).data).toEqual(expected);
    const shortcut = new Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 1, stride: 2 });
    const block = new Residual({ body: body(8, 2), shortcut });
    expect(block.forward(x).shape).toEqual([2, 8, 3, 3]);
    expect(names(block)).toEqual(["body.0.filters", "body.0.bias", "shortcut.filters", "shortcut.bias"]);
  });

  test("one whose shapes differ names both, and the shortcut that fits", () => {
    const block = new Residual({ body: body(8, 2) });
    const x = zeros([2, 4, 6, 6]);
    expect(() => block.forward(x)).toThrow(
      /Residual: what is to be added has another shape\n +body's output \[N=2, C=8, H=3, W=3\]\n +input +\[N=2, C=4, H=6, W=6\]\n.*new Conv2d\({ inChannels: 4, outChannels: 8, kernelSize: 1, stride: 2 }\)/,
    );
    const shortcut = new Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 1, stride: 2 });
    expect(new Residual({ body: body(8, 2), shortcut }).forward(x).shape).toEqual([2, 8, 3, 3]);
    expect(() => new Residual({} as never)).toThrow(/body is undefined, not a Module/);
  });

  test("branches are joined along the channels, under their own names", () => {
    const x = normal([2, 4, 5, 5], 10, "float32");
    const narrow = new Conv2d({ inChannels: 4, outChannels: 3, kernelSize: 1 });
    const wide = new Sequential({ conv: new Conv2d({ inChannels: 4, outChannels: 2, kernelSize: 3, padding: 1 }) });
    const net = new Branches({ narrow, wide, past: new Identity() });
    expect(names(net)).toEqual(["narrow.filters", "narrow.bias", "wide.conv.filters", "wide.conv.bias"]);
    const out = net.forward(x);
    expect(out.shape).toEqual([2, 9, 5, 5]);
    expect([...out.data.slice(0, 75)]).toEqual([...narrow.forward(x).data.slice(0, 75)]);
    expect([...out.data.slice(5 * 25, 9 * 25)]).toEqual([...x.data.slice(0, 100)]);
    expect(summary(net, [4, 5, 5])).toMatchObject({
      receptiveField: { size: [3, 3], stride: [1, 1], start: [-1, -1] },
    });
  });

  test("branches that do not fit are named with their shapes", () => {
    const wide = new Conv2d({ inChannels: 4, outChannels: 2, kernelSize: 3 });
    expect(() => new Branches({ wide, past: new Identity() }).forward(zeros([1, 4, 5, 5]) as Tensor)).toThrow(
      /Branches: the branches differ in another axis than 1\n +wide \[N=1, C=2, H=3, W=3\]\n +past \[N=1, C=4, H=5, W=5\]/,
    );
    expect(() => new Branches({ past: new Identity() }, { axis: 3 }).forward(zeros([1, 4]) as Tensor)).toThrow(
      /no axis 3/,
    );
    expect(() => new Branches({})).toThrow(/there are no branches/);
    expect(() => new Branches({ f: 3 as never })).toThrow(/branch "f" is 3, not a Module/);
    expect(() => new Branches(new Identity() as never)).toThrow(/class Identity/);
  });

  test("a Sequential is indexed from both ends, and grows at its end", () => {
    const net = new Sequential(new Flatten(), new ReLU());
    expect(net.at(-1)).toBeInstanceOf(ReLU);
    expect(net.append(new Identity())).toBe(net);
    expect([net.length, net.at(2)]).toEqual([3, expect.any(Identity)]);
    expect(() => net.at(3)).toThrow(/there is no layer 3\n.*from -3 to 2/);
    const named = network();
    expect(() => named.append(new ReLU())).toThrow(/the name "5" is a number/);
    expect(named.append(new ReLU(), "last").children().at(-1)![0]).toBe("last");
    expect(() => named.append(new ReLU(), "conv")).toThrow(/a layer "conv" already/);
    expect(() => named.append(3 as never, "x")).toThrow(/layer "x" is 3, not a Module/);
  });

  test("names that JavaScript would put elsewhere are refused", () => {
    expect(() => new Sequential({ a: new ReLU(), 0: new Flatten() })).toThrow(/the name "0" is a number/);
  });

  test("the object that a Sequential is made of stays its owner's", () => {
    const layers = { relu: new ReLU() };
    new Sequential(layers).append(new Flatten(), "flatten");
    expect(Object.keys(layers)).toEqual(["relu"]);
  });

  test("a function is a layer; what is none is refused", () => {
    expect(new Lambda((x) => multiply(x, 2)).forward(ones([1])).item()).toBe(2);
    expect(() => new Lambda(3 as never)).toThrow(/Lambda: it is given 3/);
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
