import { createContext, runInContext } from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { noGrad } from "../../../lib/autograd/apply.ts";
import { detach, grad } from "../../../lib/autograd/grad.ts";
import { fastGradientSign } from "../../../lib/interpret/fast-gradient-sign.ts";
import { gradCam } from "../../../lib/interpret/grad-cam.ts";
import { integratedGradients } from "../../../lib/interpret/integrated-gradients.ts";
import { occlusion } from "../../../lib/interpret/occlusion.ts";
import { quadratures } from "../../../lib/interpret/quadrature.ts";
import { deconvnet, guidedBackpropagation } from "../../../lib/interpret/rectifier-rules.ts";
import { saliency, smoothGrad } from "../../../lib/interpret/saliency.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Dropout } from "../../../lib/nn/dropout.ts";
import { Identity, Lambda } from "../../../lib/nn/identity.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import type { Module } from "../../../lib/nn/module.ts";
import { ReLU6 } from "../../../lib/nn/rectifiers.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { add, multiply } from "../../../lib/ops/arithmetic.ts";
import { mean, sum } from "../../../lib/ops/reduce.ts";
import { Random } from "../../../lib/random.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { fill } from "../formula.ts";
import { plain, ResidualNetwork, subjectOf } from "./networks.ts";

type Method = (network: ReturnType<typeof plain>, images: Tensor, target?: number | readonly number[]) => unknown;
const methods: Readonly<Record<string, Method>> = {
  saliency: (network, images, target) => saliency(network, images, { target: target! }),
  smoothGrad: (network, images, target) => smoothGrad(network, images, { target: target!, samples: 2 }),
  guidedBackpropagation: (network, images, target) => guidedBackpropagation(network, images, { target: target! }),
  deconvnet: (network, images, target) => deconvnet(network, images, { target: target! }),
  gradCam: (network, images, target) => gradCam(network, images, { target: target!, layer: network.layers.conv2 }),
  integratedGradients: (network, images, target) => integratedGradients(network, images, { target: target!, steps: 2 }),
  fastGradientSign: (network, images, target) =>
    fastGradientSign(network, images, { labels: target as never, epsilon: 0.1 }),
  occlusion: (network, images, target) => occlusion(network, images, { target: target!, window: 5, stride: 5 }),
};
const images = () => subjectOf("plain").images;

describe.each(Object.entries(methods))("%s", (_, method) => {
  test("leaves modes, gradients and layers as they were", () => {
    const network = plain();
    network.layers.conv2.eval();
    const given = tensor([1, 2, 3, 4, 5, 6, 7, 8], [8]);
    network.layers.linear1.bias!.grad = given as never;
    method(network, images(), 1);
    expect(network.namedModules().map(([path, { training }]) => [path, training])).toEqual(
      network.namedModules().map(([path]) => [path, path !== "conv2"]),
    );
    expect(network.layers.linear1.bias!.grad).toBe(given);
    expect(network.parameters().filter(({ grad: gradient }) => gradient !== null)).toHaveLength(1);
    for (const [, part] of network.namedModules()) expect(Object.hasOwn(part, "forward")).toBe(false);
  });

  test("takes its hooks away where the network fails", () => {
    const network = plain();
    const wide = zeros([1, 1, 12, 12]); // linear1 takes what 10 x 10 pixels become
    expect(() => method(network, wide as Tensor, 1)).toThrow("96");
    for (const [, part] of network.namedModules()) {
      expect(Object.hasOwn(part, "forward")).toBe(false);
      expect(part.training).toBe(true);
    }
  });

  test("refuses classes that there are not, with the numbers of this call", () => {
    const network = plain();
    expect(() => method(network, images(), 5)).toThrow(
      "target is 5, and the network has 5 classes\n  fix: give a whole number from 0 to 4",
    );
    expect(() => method(network, images(), [0, -1])).toThrow("target[1] is -1");
    expect(() => method(network, images(), [0, 1, 2])).toThrow("target has 3 classes, there are 2 examples");
    expect(() => method(network, images(), "three" as never)).toThrow('target is the text "three"');
  });

  test("refuses what is no network, no batch, or no fractions", () => {
    expect(() => method({ layers: {} } as never, images(), 0)).toThrow("the network is a plain object");
    expect(() => method(plain(), zeros([10]) as Tensor, 0)).toThrow("axes, this input 1");
    expect(() => method(plain(), zeros([1, 1, 10, 10], "int32") as never, 0)).toThrow("the input is int32");
    expect(() => method(plain(), zeros([0, 1, 10, 10]) as Tensor, 0)).toThrow("the input has no numbers");
    expect(() => method(plain(), [[1]] as never, 0)).toThrow("not a tensor");
  });
});

test("an example's attribution does not depend on the batch it comes in, nor its class on the others", () => {
  const { network, images: both } = subjectOf("plain");
  const all = saliency(network, both);
  for (const n of [0, 1]) {
    const one = tensor(both.data.subarray(100 * n, 100 * (n + 1)), [1, 1, 10, 10]);
    const alone = saliency(network, one as Tensor);
    // Sums of up to 96 terms, which other sizes of batches add up in another order, in float32.
    for (let i = 0; i < 100; i++) {
      expect(Math.abs(alone.attributions.data[i]! - all.attributions.data[100 * n + i]!)).toBeLessThan(1e-6);
    }
    expect(alone.targets).toEqual([all.targets[n]]);
  }
});

test("without a target it is the class of largest score; a tensor of labels is a target, too", () => {
  const { network, images: both } = subjectOf("plain");
  const scores = noGrad(() => network.eval().forward(both)) as Tensor;
  const best = [0, 1].map((n) => {
    const row = [...scores.data.subarray(5 * n, 5 * n + 5)];
    return row.indexOf(Math.max(...row));
  });
  expect(saliency(network, both).targets).toEqual(best);
  expect(saliency(network, both, { target: tensor([4, 2], [2], "int32") }).targets).toEqual([4, 2]);
});

test("a unit's gradient is that of this one number, and its default place the most active one", () => {
  const { network, images: both } = subjectOf("plain");
  const layer = (network as ReturnType<typeof plain>).layers.conv2;
  const seen: Tensor[] = [];
  const stop = layer.onForward((_module, _input, output) => void seen.push(output));
  const found = saliency(network, both, { unit: { layer, channel: 2 } });
  stop();
  const [all] = seen;
  const plane = 4 * 4;
  for (const n of [0, 1]) {
    const map = [...all!.data.subarray((n * 6 + 2) * plane, (n * 6 + 3) * plane)];
    expect(found.scores[n]).toBe(Math.max(...map));
    const place = map.indexOf(Math.max(...map));
    const position = [Math.floor(place / 4), place % 4];
    const there = saliency(network, both, { unit: { layer, channel: 2, position } });
    const size = 100;
    expect([...there.attributions.data.subarray(n * size, (n + 1) * size)]).toEqual([
      ...found.attributions.data.subarray(n * size, (n + 1) * size),
    ]);
  }
  expect(found.targets).toEqual([2, 2]);
});

test("SmoothGrad is the mean gradient at the noisy inputs, of noise that the seed fixes", () => {
  const { network, images: both } = subjectOf("plain");
  const samples = 3;
  const random = new Random(7);
  const mean = new Float64Array(200);
  for (let sample = 0; sample < samples; sample++) {
    const noisy = Float32Array.from(both.data);
    for (const n of [0, 1]) {
      const own = both.data.subarray(100 * n, 100 * (n + 1));
      const range = Math.max(...own) - Math.min(...own);
      for (let i = 0; i < 100; i++) noisy[100 * n + i]! += 0.2 * range * random.normal();
    }
    const { attributions } = saliency(network, tensor(noisy, [2, 1, 10, 10]) as Tensor, {
      target: [3, 1],
      absolute: false,
    });
    for (let i = 0; i < 200; i++) mean[i]! += attributions.data[i]! / samples;
  }
  const options = { target: [3, 1], samples, noise: 0.2, seed: 7 };
  const smooth = smoothGrad(network, both, { ...options, absolute: false }).attributions.data;
  // Three numbers are added in float32; noise before rounding differs in the last bit at most.
  const largest = Math.max(...mean.map(Math.abs));
  for (let i = 0; i < 200; i++) expect(Math.abs(smooth[i]! - mean[i]!)).toBeLessThan(1e-5 * largest);
  expect([...smoothGrad(network, both, options).attributions.data]).toEqual([...smooth].map(Math.abs));
});

test("the fast gradient sign method moves every number by epsilon, against the class or towards one, within the range", () => {
  const network = new Sequential(new Linear({ inFeatures: 2, outFeatures: 2 }));
  network.layers[0].weights.assign([
    [1, -1],
    [-1, 1],
  ]);
  const inputs = tensor([[0.5, 0.25]]) as Tensor;
  const away = fastGradientSign(network, inputs, { epsilon: 0.25, classes: ["cat", "dog"] });
  expect([...away.examples.data]).toEqual([0.25, 0.5]);
  expect([away.before, away.after]).toEqual([[0], [1]]);
  expect(away.toString()).toContain("cat became dog\n1 of 1 example taken for another class than before");
  const towards = fastGradientSign(network, inputs, { epsilon: 0.25, labels: [0], targeted: true, range: [0, 0.625] });
  expect([...towards.examples.data]).toEqual([0.625, 0]);
  expect(() => fastGradientSign(network, inputs, { epsilon: 0.1, targeted: true })).toThrow("targeted, but no labels");
  expect(() => fastGradientSign(network, inputs, { epsilon: 0 })).toThrow("epsilon is 0");
  expect(() => fastGradientSign(network, inputs, { epsilon: 0.1, range: "unit" as never })).toThrow(
    'range is the text "unit"',
  );
});

test("for a linear network, attributions are its weights times the way, whatever the steps", () => {
  const weights = [1, -2, 3, 0.5];
  const network = new Sequential(new Linear({ inFeatures: 4, outFeatures: 1 }));
  network.layers[0].weights.assign([weights]);
  const inputs = tensor([[1, 2, 3, 4]]) as Tensor;
  const { attributions, convergenceDelta } = integratedGradients(network, inputs, { steps: 1, baseline: 1 });
  expect([...attributions.data]).toEqual([0, -2, 6, 1.5]);
  expect(convergenceDelta[0]).toBeCloseTo(0, 5);
});

test("integrated gradients' sum is the score's rise, the closer the more steps", () => {
  const { network, images: both, target } = subjectOf("plain", "float64");
  const deltas = [8, 32, 128].map((steps) =>
    Math.max(
      ...integratedGradients(network, both, { target, steps, method: "riemann-middle" }).convergenceDelta.map(Math.abs),
    ),
  );
  // Score and gradient are piecewise linear: the error falls as 1 / steps between the kinks.
  expect(deltas[1]).toBeLessThan(deltas[0]! / 1.5);
  expect(deltas[2]).toBeLessThan(deltas[1]! / 1.5);
});

test("Gauss and Legendre's n places are exact up to degree 2n - 1, and every method's weights add up to 1", () => {
  for (const n of [1, 2, 5, 20, 50]) {
    const { places, weights } = quadratures["gauss-legendre"](n);
    for (const degree of [0, 1, 2 * n - 1]) {
      const integral = places.reduce((total, place, i) => total + weights[i]! * place ** degree, 0);
      expect(Math.abs(integral - 1 / (degree + 1))).toBeLessThan(1e-14);
    }
    for (const method of Object.values(quadratures)) {
      expect(Math.abs(method(n).weights.reduce((total, weight) => total + weight, 0) - 1)).toBeLessThan(1e-14);
    }
  }
});

test("rules at rectifiers: what is negative stops; guided, also where the rectifier let nothing through", () => {
  // Two hidden units: 1·x0 and -1·x1 (which is off), then scores 2·h0 - 3·h1 and -2·h0 + 3·h1.
  const network = new Sequential(
    new Linear({ inFeatures: 2, outFeatures: 2 }),
    new ReLU6(),
    new Linear({ inFeatures: 2, outFeatures: 2 }),
  );
  network.layers[0].weights.assign([
    [1, 0],
    [0, -1],
  ]);
  network.layers[2].weights.assign([
    [2, -3],
    [-2, 3],
  ]);
  const inputs = tensor([[1, 1]]) as Tensor;
  const of = (method: typeof deconvnet, target: number) => [...method(network, inputs, { target }).attributions.data];
  expect(of(saliency, 0)).toEqual([2, 0]);
  expect(of(deconvnet, 0)).toEqual([2, 0]); // -3 stops
  expect(of(deconvnet, 1)).toEqual([0, -3]); // 3 passes, though the unit is off
  expect(of(guidedBackpropagation, 0)).toEqual([2, 0]);
  expect(of(guidedBackpropagation, 1).map(Math.abs)).toEqual([0, 0]);
});

test("a layer that gives its input back is looked at apart from what runs beside it", () => {
  /** `same` stands before the convolution alone; the shortcut reads what it was given. */
  class Beside extends ResidualNetwork {
    readonly same: Module;
    constructor(same: Module) {
      super();
      this.same = same;
    }
    override forward(input: Tensor): Tensor {
      const x = this.conv1.forward(input) as Tensor;
      const y = add(this.conv2.forward(this.same.forward(x)), x) as Tensor;
      return this.linear.forward(mean(y, { axis: [2, 3] }) as Tensor);
    }
  }
  const { images: one } = subjectOf("residual");
  const [given, copied] = [new Beside(new Identity()), new Beside(new Lambda((x: Tensor) => multiply(x, 1)))].map(
    (network) => {
      fill(network);
      return [...gradCam(network, one, { layer: network.same, relu: false, target: 0 }).map.data];
    },
  );
  expect(given).toEqual(copied);
});

describe("what cannot be looked into is said", () => {
  const network = plain();
  const layer = network.layers.conv2;

  test("layers", () => {
    const foreign = plain().layers.conv1;
    const listed = "conv1, relu1, pool, conv2, relu2, flatten, linear1, relu3, ... (9 layers)";
    expect(() => gradCam(network, images(), { layer: foreign })).toThrow(
      `the layer is not part of the network\n  fix: give one of the network's own modules: ${listed}`,
    );
    expect(() => gradCam(network, images(), { layer: "conv2" as never })).toThrow('the layer is the text "conv2"');
    expect(() => gradCam(network, images(), {} as never)).toThrow("layer is undefined");
    expect(() => gradCam(network, images(), { layer: network.layers.linear1 })).toThrow(
      "the output of linear1 has 2 axes",
    );
    expect(() => saliency(network, images(), { unit: { layer, channel: 6 } })).toThrow(
      "unit.channel is 6, and the layer has 6 channels",
    );
    expect(() => saliency(network, images(), { unit: { layer, channel: 0, position: [4, 0] } })).toThrow(
      "unit.position is [4, 0], and the layer's maps are [4, 4]",
    );
    expect(() => saliency(network, images(), { target: 0, unit: { layer, channel: 0 } })).toThrow(
      "both target and unit",
    );
    expect(() => saliency(network, images(), { unit: { layer, chanel: 0 } as never })).toThrow(
      'unknown option "chanel"',
    );
    const twice = new Sequential(network, new Lambda((x: Tensor) => x));
    const idle = Object.assign(new Sequential(network), { spare: new Dropout() });
    idle.children = () => [
      ["0", network],
      ["spare", idle.spare],
    ];
    expect(() => gradCam(idle, images(), { layer: idle.spare })).toThrow("the layer spare does not run");
    const { relu1 } = network.layers;
    const again = new Sequential({
      a: network.layers.conv1,
      b: relu1,
      c: relu1,
      d: new Flatten(),
      e: new Linear({ inFeatures: 400, outFeatures: 2 }),
    });
    expect(() => gradCam(again, images(), { layer: relu1 })).toThrow("the layer b runs 2 times");
    expect(gradCam(twice, images(), { layer }).map.shape).toEqual([2, 1, 4, 4]);
  });

  test("scores that are no scores, and gradients that are not there", () => {
    const maps = new Sequential(network.layers.conv1);
    expect(() => saliency(maps, images())).toThrow(
      "the network's output has 4 axes: it is not one score a class, [N, K]",
    );
    const cut = new Sequential(new Lambda((x: Tensor) => detach(x)), network);
    expect(() => saliency(cut, images())).toThrow("saliency: the score does not depend on the input");
    const late = new Sequential({
      conv1: network.layers.conv1,
      stop: new Lambda((x: Tensor) => detach(x)),
      flatten: new Flatten(),
      linear: new Linear({ inFeatures: 400, outFeatures: 2 }),
    });
    expect(() => gradCam(late, images(), { layer: network.layers.conv1 })).toThrow(
      "gradCam: the score does not depend on what conv1 gives",
    );
    const smooth = new Sequential(new Flatten(), new Linear({ inFeatures: 100, outFeatures: 2 }));
    expect(() => deconvnet(smooth, images())).toThrow("no relu lies between");
    expect(() => grad((x: Tensor) => sum(saliency(network, x).attributions))(images())).toThrow(
      "gradients of gradients are not computed",
    );
    expect(grad((x: Tensor) => sum(noGrad(() => saliency(network, x).attributions)))(images()).data[0]).toBe(0);
  });

  test("options", () => {
    expect(() => saliency(network, images(), { traget: 1 } as never)).toThrow('unknown option "traget"');
    expect(() => saliency(network, images(), { classes: "ab" as never })).toThrow('classes is the text "ab"');
    expect(() => smoothGrad(network, images(), { samples: 0 })).toThrow("samples is 0");
    expect(() => smoothGrad(network, images(), { noise: -1 })).toThrow("noise is -1");
    expect(() => integratedGradients(network, images(), { method: "simpson" as never })).toThrow(
      'method is the text "simpson"',
    );
    expect(() => integratedGradients(network, images(), { baseline: zeros([1, 1, 9, 9]) as Tensor })).toThrow(
      "give it as [2, 1, 10, 10] or [1, 1, 10, 10]",
    );
    expect(() => integratedGradients(network, images(), { baseline: "black" as never })).toThrow(
      'baseline is the text "black"',
    );
    expect(() => occlusion(network, images(), { window: 11 })).toThrow("a window of 11 × 11 is larger than the input");
    expect(() => occlusion(network, images(), { window: 2, stride: 3 })).toThrow(
      "stride 3 is larger than the window's 2",
    );
    expect(() => occlusion(network, images(), {} as never)).toThrow("window is undefined");
    expect(() => occlusion(network, zeros([1, 100]) as Tensor, { window: 2 })).toThrow("this input has 2 axes");
  });
});

describe("a cell that is broken off within a pass, where no finally runs", () => {
  const symbol = Symbol.for("Jupyter.interrupt") as unknown as string;
  afterEach(() => vi.unstubAllGlobals());

  test.each(["guidedBackpropagation", "gradCam", "saliency"])(
    "leaves the layers of %s without hooks when they run next, and in the modes that they had at once",
    (name) => {
      const breaks = { terminations: 0, requested: () => false };
      vi.stubGlobal(symbol, breaks);
      const network = plain();
      network.layers.linear1.eval();
      const modes = () => network.namedModules().map(([, { training }]) => training);
      const had = modes();
      expect(had).toContain(true);
      const before = noGrad(() => network.forward(images()));
      const own = () => network.namedModules().filter(([, module]) => Object.hasOwn(module, "forward")).length;
      const { forward } = network.layers.linear1;
      const endless = () => {
        for (;;);
      };
      Object.defineProperty(network.layers.linear1, "forward", { value: endless, configurable: true });
      // V8 ends code that takes longer as a kernel does: without its finally blocks.
      const cell = createContext({ run: () => methods[name]!(network, images(), 1) });
      expect(() => runInContext("run()", cell, { timeout: 100 })).toThrow("timed out");
      breaks.terminations++;
      expect(modes()).toEqual(had);
      if (name !== "saliency") expect(own(), "hooks are left behind").toBeGreaterThan(1);
      Object.defineProperty(network.layers.linear1, "forward", { value: forward, configurable: true });
      expect(noGrad(() => network.forward(images())).data).toEqual(before.data);
      expect(own(), "the one that this test put there").toBe(1);
      expect(() => methods[name]!(network, images(), 1)).not.toThrow();
    },
  );
});
