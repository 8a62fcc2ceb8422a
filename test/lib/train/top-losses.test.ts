import { expect, test } from "vitest";
import { LabelledImages } from "../../../lib/data/images.ts";
import { TensorDataset } from "../../../lib/data/tensor-dataset.ts";
import { display } from "../../../lib/mime.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Identity } from "../../../lib/nn/identity.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { topLosses } from "../../../lib/train/top-losses.ts";
import { expectWellFormed, formOf } from "../display/support.ts";

/** A network whose scores are the three pixels of an image. */
const network = () => new Sequential(new Flatten());
const set = () =>
  new LabelledImages(
    tensor([0, 0, 0, 5, 0, 0, 0, 9, 0, 1, 2, 0], [4, 1, 1, 3]) as never,
    tensor([0, 1, 1, 1], [4], "int32"),
  );

test("the losses are those of the cross-entropy, the largest first, whatever the batches", async () => {
  const net = network();
  for (const batchSize of [1, 3, 256]) {
    const { losses, images } = await topLosses(net, set(), { count: 2, batchSize });
    expect(losses.map(({ example }) => example)).toEqual([1, 0]);
    expect(losses.map(({ label, prediction }) => [label, prediction])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(losses[0]!.loss).toBeCloseTo(Math.log(Math.exp(5) + 2), 5);
    expect(losses[1]!.loss).toBeCloseTo(Math.log(3), 5);
    expect(losses[0]!.probabilities[0]).toBeCloseTo(Math.exp(5) / (Math.exp(5) + 2), 5);
    expect([...images.data]).toEqual([5, 0, 0, 0, 0, 0]);
  }
  expect(net.training).toBe(true);
});

test("the picture names truth and guess, and is well-formed", async () => {
  const found = await topLosses(network(), set(), { count: 1, classes: ["cat", "dog", "owl"] });
  expect(found.toString()).toContain("1: loss 5.013, true dog, taken for cat 98.7 %, dog 0.7 %, owl 0.7 %.");
  expectWellFormed(formOf(found[display](), "image/svg+xml"));
});

test("a loss of one's own is measured example by example, for labels of any kind", async () => {
  const inputs = tensor([[1], [2], [3]]) as Tensor;
  const labels = tensor([[1], [5], [2]]) as Tensor;
  const found = await topLosses(new Identity(), new TensorDataset(inputs, labels) as never, {
    loss: meanSquaredError as never,
    count: 2,
  });
  expect(found.losses.map(({ example, loss }) => [example, loss])).toEqual([
    [1, 9],
    [2, 1],
  ]);
  expect(found.toString()).toContain("1: loss 9");
});

test("NaN is the worst loss; options are checked", async () => {
  const broken = tensor([0, 0, 0, Number.NaN, 0, 0], [2, 1, 1, 3]) as never;
  const found = await topLosses(network(), new LabelledImages(broken, tensor([0, 1], [2], "int32")));
  expect(found.losses.map(({ example }) => example)).toEqual([1, 0]);
  expect(formOf(found[display](), "text/plain")).toContain("loss NaN");
  await expect(topLosses(network(), set(), { count: 0 })).rejects.toThrow("count is 0");
  await expect(topLosses(network(), set(), { number: 3 } as never)).rejects.toThrow('unknown option "number"');
  await expect(topLosses(network(), set(), { classes: ["cat"] })).rejects.toThrow("1 name for 3 classes");
  await expect(topLosses(network(), set().take(0))).rejects.toThrow("there are no examples");
});
