import { describe, expect, test } from "vitest";
import {
  add,
  Branches,
  Conv2d,
  Flatten,
  Identity,
  Lambda,
  multiply,
  ones,
  Random,
  ReLU,
  Residual,
  Sequential,
  summary,
  type Tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";
import { names, network } from "./small-network.ts";

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
