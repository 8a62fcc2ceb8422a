import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AnyTensor,
  alexnet,
  auxiliaryScores,
  backward,
  cast,
  densenet,
  googlenet,
  googlenetLoss,
  loadSafetensors,
  loadTorchStateDict,
  type Module,
  mobilenetV2,
  noGrad,
  resnet,
  saveSafetensors,
  squeezenet,
  torchStateDict,
  vgg,
} from "../../lib/index.ts";
import { torchNames } from "../../lib/nn/torch-state.ts";
import { peek } from "../../lib/tensor/numbers.ts";
import { succeed, temporaryFolder } from "../package/command.ts";
import { torchPython } from "./tools.ts";

/** torchvision's networks and ours, without dropout. */
const networks: Readonly<Record<string, () => Module>> = {
  alexnet: () => alexnet({ dropout: 0 }),
  vgg11: () => vgg({ depth: 11, dropout: 0 }),
  vgg16_bn: () => vgg({ depth: 16, batchNorm: true, dropout: 0 }),
  googlenet: () => googlenet({ auxiliaryHeads: true, dropout: 0, auxiliaryDropout: 0 }),
  resnet18: () => resnet({ depth: 18 }),
  resnet50: () => resnet({ depth: 50 }),
  squeezenet1_0: () => squeezenet({ dropout: 0 }),
  mobilenet_v2: () => mobilenetV2({ dropout: 0 }),
  densenet121: () => densenet(),
};

const program = "test/golden/make_torchvision.py";

let python = "";

beforeAll(async () => {
  python = await torchPython();
}, 1_800_000); // PyTorch is gigabytes

/** The largest difference of two tensors, as a part of the largest number. */
function difference(actual: AnyTensor, expected: AnyTensor): number {
  expect(actual.shape).toEqual(expected.shape);
  const [ours, theirs] = [[...peek(actual)], [...peek(expected)]];
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0) / largest;
}

describe.each(Object.keys(networks))("torchvision's %s with random weights", (name) => {
  const folder = temporaryFolder(afterAll);
  const file = (part: string): string => join(folder, `${part}.safetensors`);
  const read = async (part: string) => (await loadSafetensors(file(part))).tensors;

  beforeAll(async () => {
    await succeed(python, [program, name, folder], { timeout: 600_000 });
  });

  test("loads, and gives torchvision's scores", async () => {
    const network = networks[name]!().eval();
    expect(loadTorchStateDict(network, await read("state"))).toEqual({ missing: [], unexpected: [] });
    const { images, scores } = await read("values");
    const ours = noGrad(() => network.forward(images as never));
    // A score is some twenty layers away, each a sum of k products, k at most 25,088: √k·2⁻²⁴ is 1e-5 of the largest.
    expect(difference(ours, scores!)).toBeLessThan(1e-5);
  });

  // The program leaves out what has more than 20 million parameters.
  const trained = test.skipIf(["alexnet", "vgg11", "vgg16_bn", "resnet50"].includes(name));

  // Differences of nearly equal numbers, as normalisation takes them, cost two or three of float64's sixteen digits.
  trained("is trained as there, in float64 to 1e-10: scores, loss, gradients, running statistics", async () => {
    const values = await read("values");
    const network = networks[name]!();
    loadTorchStateDict(network, await read("state"));
    network.to("float64");
    const scores = network.forward(cast(values.small!, "float64") as never);
    expect(difference(scores, values.train!)).toBeLessThan(1e-10);
    for (const [i, auxiliary] of auxiliaryScores(scores).entries()) {
      expect(difference(auxiliary, values[`aux${i + 1}`]!)).toBeLessThan(1e-10);
    }
    const loss = googlenetLoss(scores, values.labels as never);
    expect(difference(loss, values.loss!)).toBeLessThan(1e-10);
    backward(loss);
    const tensors = new Map(torchNames(network));
    for (const key of Object.keys(values)) {
      const [kind, ...path] = key.split(".");
      if (kind === "running") expect(difference(tensors.get(path.join("."))!, values[key]!), key).toBeLessThan(1e-10);
      if (kind === "grad")
        expect(difference(tensors.get(path.join("."))!.grad!, values[key]!), key).toBeLessThan(1e-10);
    }
  });

  // One of each kind of names: a start of PyTorch takes seconds.
  const back = test.runIf(["googlenet", "resnet18", "mobilenet_v2"].includes(name));

  back("goes back to Python, which loads it strictly and finds the same bits", async () => {
    const network = networks[name]!();
    loadTorchStateDict(network, await read("state"));
    await saveSafetensors(file("ours"), torchStateDict(network));
    expect((await succeed(python, [program, "--check", name, folder])).stdout.trim()).toBe("equal");
  });
});
