import { expect, test } from "vitest";
import { noGrad } from "../../../lib/autograd/apply.ts";
import { digits } from "../../../lib/data/digits.ts";
import { maximallyActivatingPatches } from "../../../lib/interpret/activating-patches.ts";
import { activationMaximization } from "../../../lib/interpret/activation-maximization.ts";
import { blurred, rolled } from "../../../lib/interpret/image-filters.ts";
import { display } from "../../../lib/mime.ts";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { pngOf } from "../display/support.ts";
import { plain, subjectOf } from "./networks.ts";

test("what maximises a linear score is its weights' direction, at the radius where decay and steps balance", () => {
  const weights = [3, 0, -4, 0];
  const network = new Sequential(new Linear({ inFeatures: 4, outFeatures: 1 }));
  network.layers[0].weights.assign([weights]);
  const { images, activations, targets } = activationMaximization(network, [4], {
    target: 0,
    steps: 400,
    learningRate: 0.1,
    decay: 0.05,
  });
  // Each step adds 0.1 · √4 along w / |w| and takes away a twentieth: the radius tends to 0.2 / 0.05 = 4, and 0.95^400 is 1e-9.
  const expected = weights.map((weight) => (4 * weight) / 5);
  for (const [i, value] of expected.entries()) expect(Math.abs(images.data[i]! - value)).toBeLessThan(1e-5);
  expect(activations[0]).toHaveLength(401);
  expect(targets).toEqual([0]);
});

test("scores rise, one image a class; the seed fixes the images, and pixels stay within the range", () => {
  const { network } = subjectOf("plain");
  const options = { target: [0, 3], steps: 30, range: [0, 1], seed: 5 } as const;
  const found = activationMaximization(network, [1, 10, 10], options);
  expect(found.images.shape).toEqual([2, 1, 10, 10]);
  expect(found.targets).toEqual([0, 3]);
  for (const all of found.activations) expect(all.at(-1)!).toBeGreaterThan(all[0]!);
  const again = activationMaximization(network, [1, 10, 10], options);
  expect([...again.images.data]).toEqual([...found.images.data]);
  const other = activationMaximization(network, [1, 10, 10], { ...options, seed: 6 });
  expect([...other.images.data]).not.toEqual([...found.images.data]);
  expect(Math.min(...found.images.data)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...found.images.data)).toBeLessThanOrEqual(1);
  // The last of the activations is the network's own answer to the image.
  const scores = noGrad(() => network.eval().forward(found.images)) as Tensor;
  for (const [n, target] of [0, 3].entries()) {
    expect(Math.abs(scores.data[5 * n + target]! - found.activations[n]!.at(-1)!)).toBeLessThan(1e-4);
  }
});

test("for a unit in the middle of its map only what it sees is changed", () => {
  const network = plain();
  const unit = { layer: network.layers.conv1, channel: 1 };
  const { images, targets } = activationMaximization(network, [1, 10, 10], {
    unit,
    steps: 40,
    jitter: 0,
    blur: 0,
    decay: 0.5,
  });
  expect(targets).toEqual([1]);
  // Place [5, 5] of a 3 x 3 window with padding 1 sees rows and columns 4 to 6; all else has decayed from noise to nothing.
  for (const [i, value] of images.data.entries()) {
    const inside = Math.abs(Math.floor(i / 10) - 5) <= 1 && Math.abs((i % 10) - 5) <= 1;
    if (!inside) expect(Math.abs(value)).toBeLessThan(1e-9);
  }
  expect(Math.max(...images.data.map(Math.abs))).toBeGreaterThan(0.01);
});

test("activation maximisation says what it lacks", () => {
  const network = plain();
  expect(() => activationMaximization(network, [1, 10, 10], {})).toThrow("there is nothing to maximise");
  expect(() => activationMaximization(network, [1, 10, 10], { target: [] })).toThrow("target has no classes");
  expect(() => activationMaximization(network, [1, 10, 10], { target: 7 })).toThrow(
    "target is 7, and the network has 5 classes",
  );
  expect(() => activationMaximization(network, [], { target: 0 })).toThrow("this is no shape of an example");
  expect(() => activationMaximization(network, [1, 10, 10], { target: 0, range: [1, 0] })).toThrow("range is [1, 0]");
  expect(() => activationMaximization(network, [1, 10, 10], { target: 0, decay: 1 })).toThrow("decay is 1");
  expect(() => activationMaximization(network, [1, 10, 10], { target: 0, step: 3 } as never)).toThrow(
    'unknown option "step"',
  );
});

test("images are rolled around their edges and back, and smoothed without gaining or losing in the middle", () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]) as Tensor;
  expect([...rolled(x, 1, 1).data]).toEqual([6, 4, 5, 3, 1, 2]);
  expect([...rolled(rolled(x, -1, 2), 1, -2).data]).toEqual([...x.data]);
  const dot = zeros([1, 1, 9, 9]);
  dot.data[40] = 1;
  const smooth = blurred(dot as Tensor, 0.5);
  expect(Math.abs([...smooth.data].reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-6);
  expect(smooth.data[40]! / smooth.data[41]!).toBeCloseTo(Math.exp(2), 4);
});

test("patches are where the layer answers most, cut out as its receptive field sees them, one an image", async () => {
  // A filter that answers at the top left of a bright square of 3 x 3 pixels, at stride 2 with padding 1.
  const conv = new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, stride: 2, padding: 1, bias: false });
  conv.filters.assign([
    [
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
    ],
    [
      [
        [-1, -1, -1],
        [-1, -1, -1],
        [-1, -1, -1],
      ],
    ],
  ]);
  const network = new Sequential({
    conv,
    flatten: new Flatten(),
    linear: new Linear({ inFeatures: 2 * 4 * 4, outFeatures: 3 }),
  });
  const images = zeros([3, 1, 8, 8]);
  const light = (n: number, row: number, column: number, value: number) =>
    (images.data[(n * 8 + row) * 8 + column] = value);
  for (const r of [-1, 0, 1]) for (const c of [-1, 0, 1]) light(1, 4 + r, 2 + c, 2 + r + 0.1 * c);
  light(2, 0, 0, 5);
  const set = {
    count: 3,
    gather: (indices: Int32Array) => ({
      images: tensor(
        [...indices].flatMap((n) => [...images.data.subarray(64 * n, 64 * n + 64)]),
        [indices.length, 1, 8, 8],
      ) as Tensor,
    }),
  };
  const { found, patches, channels } = await maximallyActivatingPatches(network, set, {
    layer: conv,
    count: 2,
    batchSize: 2,
  });
  expect(channels).toEqual([0, 1]);
  expect(found[0]!.map(({ example, position, start }) => ({ example, position, start }))).toEqual([
    { example: 1, position: [2, 1], start: [3, 1] },
    { example: 2, position: [0, 0], start: [-1, -1] },
  ]);
  expect(found[0]![0]!.activation).toBeCloseTo(18, 4);
  expect(patches[0]!.shape).toEqual([2, 1, 3, 3]);
  const [inside, corner] = [patches[0]!.data.subarray(0, 9), patches[0]!.data.subarray(9)];
  expect([...inside].map((value) => Number(value.toFixed(3)))).toEqual([0.9, 1, 1.1, 1.9, 2, 2.1, 2.9, 3, 3.1]);
  expect([...corner]).toEqual([0, 0, 0, 0, 5, 0, 0, 0, 0]); // what lies beyond the edge is 0
  // A layer that sees everything shows whole images.
  const whole = await maximallyActivatingPatches(network, set, {
    layer: network.layers.linear,
    channels: [2],
    count: 1,
  });
  expect(whole.patches[0]!.shape).toEqual([1, 1, 8, 8]);
  expect(whole.found[0]![0]!.position).toEqual([]);
});

test("patches of many channels stay one small picture, and mistakes are said", async () => {
  const network = lenet5();
  const set = digits({ count: 40, seed: 3 });
  const layer = network.layers.conv2;
  const found = await maximallyActivatingPatches(network, set, { layer });
  expect(pngOf(found[display]()).width).toBeLessThanOrEqual(760);
  expect((found[display]()["text/html"] as string).length).toBeLessThan(60_000);
  expect(`${found}`).toContain("channel 7: ");
  const run = (options: object) => maximallyActivatingPatches(network, set, options as never);
  await expect(run({ layer, channels: [16] })).rejects.toThrow("channel 16 is asked for, and the layer has 16");
  await expect(run({ layer, channels: [] })).rejects.toThrow("channels is an empty list");
  await expect(run({ layer: plain().layers.conv1 })).rejects.toThrow("the layer is not part of the network");
  await expect(run({ layer, count: 0 })).rejects.toThrow("count is 0");
  await expect(maximallyActivatingPatches(network, set.take(0), { layer })).rejects.toThrow("there are no examples");
});
