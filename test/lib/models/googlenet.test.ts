import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { TensorDataset } from "../../../lib/data/tensor-dataset.ts";
import { summary } from "../../../lib/display/summary.ts";
import { auxiliaryScores, googlenetLoss } from "../../../lib/models/auxiliary.ts";
import { GoogLeNet, googlenet, googlenet2014 } from "../../../lib/models/googlenet.ts";
import { Identity, Lambda } from "../../../lib/nn/identity.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { multiply } from "../../../lib/ops/arithmetic.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { Random } from "../../../lib/random.ts";
import { ones, tensor } from "../../../lib/tensor/create.ts";
import { evaluate } from "../../../lib/train/evaluate.ts";
import { fit } from "../../../lib/train/fit.ts";
import { normal } from "../random-tensors.ts";

const options = { classes: 4, auxiliaryHeads: true, dropout: 0, auxiliaryDropout: 0 };
const images = normal([2, 3, 64, 64], 1, "float32");
const labels = tensor([1, 3], [2], "int32");

describe("GoogLeNet's auxiliary heads", () => {
  test("give scores in training, to be had of the network's own; none in evaluation, or without heads", () => {
    const network = googlenet({ ...options, random: new Random(1) });
    const [first, second, ...others] = auxiliaryScores(network.forward(images));
    expect([first?.shape, second?.shape, others]).toEqual([[2, 4], [2, 4], []]);
    expect(auxiliaryScores(network.forward(images))[0]).not.toBe(first); // each pass has its own
    const prepared = new Sequential({ shade: new Lambda((x) => x), network });
    expect(auxiliaryScores(prepared.forward(images)).length).toBe(2);
    expect(auxiliaryScores(network.eval().forward(images))).toEqual([]);
    expect(auxiliaryScores(googlenet({ ...options, auxiliaryHeads: false }).forward(images))).toEqual([]);
    expect(() => auxiliaryScores([] as never)).toThrow("auxiliaryScores: the scores");
  });

  test("count three tenths in the loss, and in training all parameters get a gradient by it", () => {
    const network = googlenet({ ...options, random: new Random(1) });
    const scores = network.forward(images);
    const [first, second] = auxiliaryScores(scores).map((one) => crossEntropy(one, labels).item());
    const loss = googlenetLoss(scores, labels);
    // three sums in float32
    expect(Math.abs(loss.item() - (crossEntropy(scores, labels).item() + 0.3 * first! + 0.3 * second!))).toBeLessThan(
      1e-5,
    );
    backward(loss);
    for (const [name, { grad }] of network.namedParameters()) expect(grad, name).not.toBeNull();
  });

  test("learn with the others under fit, which then measures the scores alone", async () => {
    const network = googlenet({ ...options, random: new Random(1) });
    const photos = new TensorDataset(normal([4, 3, 31, 31], 2, "float32"), tensor([0, 1, 2, 3], [4], "int32"));
    const optimizer = new SGD(network.parameters(), { learningRate: 0.01 });
    const history = await fit(network, photos, {
      optimizer,
      loss: googlenetLoss,
      batchSize: 4,
      validation: photos,
      live: false,
    });
    const [before, after] = [history.losses[0]!, (await evaluate(network, photos)).loss];
    expect(before).toBeGreaterThan(Math.log(4)); // of three heads that know nothing
    expect((await evaluate(network, photos, { loss: googlenetLoss })).loss).toBe(after);
    for (const [name, parameter] of network.namedParameters()) {
      if (/aux\d.fc2.bias/.test(name)) expect(new Set(parameter.data), name).not.toEqual(new Set([0]));
    }
  });

  test("are nothing to the network's own scores, and the loss is then the cross-entropy", () => {
    const network = googlenet({ ...options, random: new Random(1) }).eval();
    const without = googlenet({ ...options, auxiliaryHeads: false }).eval();
    const state = network.stateDict();
    const own = Object.entries(state).filter(([name]) => !name.startsWith("aux"));
    without.loadStateDict(Object.fromEntries(own));
    const scores = network.forward(images);
    expect(without.forward(images).data).toEqual(scores.data);
    expect(googlenetLoss(scores, labels).item()).toBe(crossEntropy(scores, labels).item());
  });

  test("of a user's own run in the order of the layers they hang on, and on layers that there are", () => {
    const layer = (factor: number) => new Lambda((x) => multiply(x, factor));
    const head = new Identity();
    const layers = { one: layer(3), two: layer(5), three: layer(7) };
    const network = new GoogLeNet(layers, { late: { after: "two", head }, early: { after: "one", head } });
    const scores = network.forward(ones([1, 1, 1, 1]));
    expect([scores, ...auxiliaryScores(scores)].map((each) => each.item())).toEqual([105, 3, 15]);
    expect(() => new GoogLeNet(layers, { aux: { after: "four", head } })).toThrow(
      'GoogLeNet: the head "aux" hangs on the text "four", which is no layer\n  fix: give one of its layers: one, two, three',
    );
  });

  test("hang where the paper's figure 3 has them, on maps of 14 × 14, and see 4 × 4", () => {
    const { heads } = googlenet2014({ auxiliaryHeads: true });
    expect(Object.values(heads).map(({ after }) => after)).toEqual(["inception4a", "inception4d"]);
    const [first, second] = Object.values(heads).map(({ head }, i) => summary(head, [i === 0 ? 512 : 528, 14, 14]));
    for (const { layers } of [first!, second!]) expect(layers[0]!.outputShape.slice(1)).toEqual([4, 4]);
    expect([first!.parameters, second!.parameters]).toEqual([3_188_840, 3_190_888]);
  });
});

describe("GoogLeNet of 2014", () => {
  const maps = {
    maxpool1: 56,
    maxpool2: 28,
    inception3b: 28,
    maxpool3: 14,
    inception4e: 14,
    maxpool4: 7,
    inception5b: 7,
  };
  const { layers } = summary(() => googlenet2014(), [3, 224, 224]);

  test.each(Object.entries(maps))("%s gives the maps of table 1: %i on a side", (name, side) => {
    const last = layers.filter(({ path }) => path === name || path.startsWith(`${name}.`)).at(-1)!;
    expect(last.outputShape.at(-1)).toBe(side);
  });

  // For 5a the table says 54, and its own numbers of filters make 51.
  test.each([
    ["inception3a", 128],
    ["inception3b", 304],
    ["inception4a", 73],
    ["inception4b", 88],
    ["inception4c", 100],
    ["inception4d", 119],
    ["inception4e", 170],
    ["inception5a", 51],
    ["inception5b", 71],
  ])("%s takes %i million multiplications, as in table 1", (name, millions) => {
    const macs = layers.filter(({ path }) => path.startsWith(name)).reduce((sum, layer) => sum + layer.macs, 0);
    expect(Math.abs(macs / 1e6 - millions)).toBeLessThan(1); // whole numbers there, some cut off
  });

  test("has windows of 5 × 5, torchvision's of 3 × 3", () => {
    const wide = (network: ReturnType<typeof googlenet>) =>
      network.namedParameters().find(([name]) => name === "inception3a.branch3.1.conv.filters")![1].shape;
    expect(wide(googlenet2014())).toEqual([32, 16, 5, 5]);
    expect(wide(googlenet())).toEqual([32, 16, 3, 3]);
  });
});
