import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { noGrad } from "../../../lib/autograd/apply.ts";
import { summary } from "../../../lib/display/summary.ts";
import { alexnet, alexnet2012 } from "../../../lib/models/alexnet.ts";
import { densenet } from "../../../lib/models/densenet.ts";
import { googlenet, googlenet2014 } from "../../../lib/models/googlenet.ts";
import { mobilenetV2 } from "../../../lib/models/mobilenet.ts";
import { resnet } from "../../../lib/models/resnet.ts";
import { squeezenet } from "../../../lib/models/squeezenet.ts";
import { tinyVGG } from "../../../lib/models/tiny-vgg.ts";
import { vgg } from "../../../lib/models/vgg.ts";
import { zfnet } from "../../../lib/models/zfnet.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import type { Module } from "../../../lib/nn/module.ts";
import { torchNames } from "../../../lib/nn/torch-state.ts";
import { Random } from "../../../lib/random.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";
import { hasShared, sharedPath } from "../shared.ts";

const photo = [3, 224, 224];

/** Parameters and multiplications as the papers' tables and torchvision's documentation add up to. */
const networks: readonly (readonly [string, () => Module, readonly number[], number, number])[] = [
  ["alexnet", () => alexnet(), photo, 61_100_840, 714_188_480],
  ["alexnet2012", () => alexnet2012(), [3, 227, 227], 60_965_224, 724_406_816],
  ["alexnet2012 in one group", () => alexnet2012({ groups: 1 }), [3, 227, 227], 62_378_344, 1_135_256_096],
  ["zfnet", () => zfnet(), photo, 62_357_608, 1_168_032_896],
  ["zfnet with more maps", () => zfnet({ filters: [512, 1024, 512] }), photo, 107_627_624, 2_476_704_896],
  ["vgg11", () => vgg({ depth: 11 }), photo, 132_863_336, 7_609_090_048],
  ["vgg13", () => vgg({ depth: 13 }), photo, 133_047_848, 11_308_466_176],
  ["vgg16", () => vgg(), photo, 138_357_544, 15_470_264_320],
  ["vgg19", () => vgg({ depth: 19 }), photo, 143_667_240, 19_632_062_464],
  ["vgg11_bn", () => vgg({ depth: 11, batchNorm: true }), photo, 132_868_840, 7_609_090_048],
  ["vgg13_bn", () => vgg({ depth: 13, batchNorm: true }), photo, 133_053_736, 11_308_466_176],
  ["vgg16_bn", () => vgg({ batchNorm: true }), photo, 138_365_992, 15_470_264_320],
  ["vgg19_bn", () => vgg({ depth: 19, batchNorm: true }), photo, 143_678_248, 19_632_062_464],
  ["googlenet without heads", () => googlenet(), photo, 6_624_904, 1_498_376_192],
  ["googlenet", () => googlenet({ auxiliaryHeads: true }), photo, 13_004_888, 1_498_376_192],
  ["googlenet2014", () => googlenet2014(), photo, 6_998_552, 1_582_671_872],
  ["googlenet2014 with heads", () => googlenet2014({ auxiliaryHeads: true }), photo, 13_378_280, 1_582_671_872],
  ["resnet18", () => resnet({ depth: 18 }), photo, 11_689_512, 1_814_073_344],
  ["resnet34", () => resnet({ depth: 34 }), photo, 21_797_672, 3_663_761_408],
  ["resnet50", () => resnet(), photo, 25_557_032, 4_089_184_256],
  ["resnet101", () => resnet({ depth: 101 }), photo, 44_549_160, 7_801_405_440],
  ["resnet152", () => resnet({ depth: 152 }), photo, 60_192_808, 11_513_626_624],
  ["tinyVGG", () => tinyVGG(), [3, 64, 64], 19_920, 5_608_780],
  ["squeezenet1_0", () => squeezenet(), photo, 1_248_424, 818_924_576],
  ["squeezenet1_1", () => squeezenet({ version: "1.1" }), photo, 1_235_496, 349_151_936],
  ["mobilenet_v2", () => mobilenetV2(), photo, 3_504_872, 300_774_272],
  ["densenet121", () => densenet(), photo, 7_978_856, 2_834_161_664],
  ["densenet169", () => densenet({ depth: 169 }), photo, 14_149_480, 3_359_843_328],
  ["densenet201", () => densenet({ depth: 201 }), photo, 20_013_928, 4_291_365_888],
];

/** Multiplications by the definition: a convolution uses each weight once a pixel of its maps, a linear layer once. */
function usesOfWeights(build: () => Module, { layers }: ReturnType<typeof summary>): number {
  const outputs = new Map(layers.map(({ path, outputShape }) => [path, outputShape]));
  return build()
    .namedModules()
    .filter(([path]) => outputs.has(path))
    .reduce((sum, [path, module]) => {
      const [, height = 1, width = 1] = outputs.get(path)!;
      if (module instanceof Conv2d) return sum + module.filters.size * height * width;
      return module instanceof Linear ? sum + module.weights.size : sum;
    }, 0);
}

test.each(networks)(
  "%s has the known number of parameters and multiplications",
  (_name, build, shape, parameters, macs) => {
    const counted = summary(build, shape);
    expect([counted.parameters, counted.macs]).toEqual([parameters, macs]);
    expect(counted.layers.filter(({ kind }) => kind !== "(rest)").length).toBeGreaterThan(10);
    expect(usesOfWeights(build, counted)).toBe(macs);
  },
);

/** A network of torchvision in the file beside the repository. */
interface Facts {
  readonly params: number;
  /** For each set of weights that is published; `_ops` are multiplications in thousand millions. */
  readonly weights: Readonly<Record<string, { readonly _ops: number }>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

const file = "conformance/torchvision_state_dicts.json";
/** Python writes NaN, which JSON has not. */
const read = (): object => JSON.parse(readFileSync(sharedPath(file), "utf8").replaceAll("NaN", "null")) as object;
const facts = hasShared(file) ? (Object.entries(read()) as [string, Facts][]) : [];

describe.skipIf(facts.length === 0)("torchvision's tensors (skipped without the shared file)", () => {
  test.each(facts)(
    "%s: the same names and shapes, and as many multiplications",
    (name, { tensors, params, weights }) => {
      const [, build, , , macs] = networks.find(([own]) => own === name)!;
      for (const { _ops } of Object.values(weights)) expect(Math.round(macs / 1e6) / 1e3).toBe(_ops);
      const network = build(); // large weights are not drawn, as nobody looks at them
      expect(network.countParameters()).toBe(params);
      const ours = Object.fromEntries(torchNames(network).map(([path, { shape }]) => [path, shape]));
      const counters = Object.entries(tensors).filter(([path]) => path.endsWith("num_batches_tracked"));
      expect({ ...ours, ...Object.fromEntries(counters) }).toEqual(tensors);
    },
  );
});

describe("networks of the zoo", () => {
  const random = () => new Random(1);

  /** The smallest images of one channel, and three classes. */
  const small: readonly (readonly [string, () => Module, number])[] = [
    ["alexnet", () => alexnet({ inChannels: 1, classes: 3, random: random() }), 63],
    ["vgg", () => vgg({ depth: 11, inChannels: 1, classes: 3, random: random() }), 32],
    ["resnet", () => resnet({ depth: 18, inChannels: 1, classes: 3, random: random() }), 33],
    ["bottlenecks", () => resnet({ depth: 50, inChannels: 1, classes: 3, random: random() }), 33],
    ["googlenet", () => googlenet({ inChannels: 1, classes: 3, random: random() }), 33],
    ["squeezenet", () => squeezenet({ inChannels: 1, classes: 3, random: random() }), 33],
    ["mobilenetV2", () => mobilenetV2({ inChannels: 1, classes: 3, random: random() }), 33],
    ["densenet", () => densenet({ inChannels: 1, classes: 3, random: random() }), 33],
    ["tinyVGG", () => tinyVGG({ inChannels: 1, classes: 3, random: random() }), 64],
  ];

  test.each(small)("%s takes other channels, classes and sizes", (_name, build, side) => {
    const last = summary(build, [1, side, side]).layers.findLast(({ kind }) => kind !== "(rest)")!;
    expect(last.outputShape).toEqual([3]);
  });

  test("the same seed gives the same network, another one another", () => {
    const images = normal([2, 1, 33, 33], 2, "float32");
    const scores = (seed: number): Tensor => {
      const network = squeezenet({ inChannels: 1, classes: 3, random: new Random(seed) });
      return noGrad(() => network.eval().forward(images));
    };
    expect(scores(1).data).toEqual(scores(1).data);
    expect(scores(1).data).not.toEqual(scores(2).data);
  });

  test.each<[string, () => unknown, string]>([
    ["vgg", () => vgg({ depth: 12 as never }), "vgg: depth is 12\n  fix: give 11, 13, 16 or 19"],
    ["vgg", () => vgg({ depth: "toString" as never }), 'vgg: depth is the text "toString"'],
    ["vgg", () => vgg({ batchNorm: "no" as never }), 'vgg: batchNorm is the text "no"\n  fix: give true or false'],
    ["resnet", () => resnet({ depth: 20 as never }), "resnet: depth is 20\n  fix: give 18, 34, 50, 101 or 152"],
    ["densenet", () => densenet({ depth: 161 as never }), "densenet: depth is 161\n  fix: give 121, 169 or 201"],
    ["alexnet", () => alexnet({ dropuot: 0 } as never), 'alexnet: unknown option "dropuot"'],
    ["alexnet", () => alexnet({ classes: 0 }), "alexnet: classes is 0\n  fix: give a whole number of at least 1"],
    ["alexnet2012", () => alexnet2012({ groups: 3 }), "alexnet2012: groups is 3\n  fix: give 2, as the paper, or 1"],
    ["zfnet", () => zfnet({ filters: 384 as never }), "zfnet: filters is 384\n  fix: give three numbers"],
    ["googlenet", () => googlenet({ auxiliaryHeads: 2 as never }), "googlenet: auxiliaryHeads is 2"],
    ["squeezenet", () => squeezenet({ version: "2" as never }), 'squeezenet: version is the text "2"'],
    ["tinyVGG", () => tinyVGG({ inChannels: 1.5 }), "tinyVGG: inChannels is 1.5"],
  ])("%s refuses what it does not know", (_name, build, message) => {
    expect(build).toThrow(message);
  });

  test("the sizes of ZFNet's maps are those of its figure 3", () => {
    const sides = summary(() => zfnet(), photo).layers.map(({ outputShape }) => outputShape.at(-1)!);
    expect([...new Set(sides.slice(0, 15))]).toEqual([110, 55, 26, 13, 6]);
  });

  test("AlexNet's first weights are those of its section 5", () => {
    const { layers } = alexnet2012({ random: random(), classes: 10 });
    const numbers = (name: string, field: string) =>
      torchNames(layers[name]!).find(([path]) => path === field)![1].data as Float32Array;
    for (const name of ["conv1", "conv3", "fc8"]) expect(new Set(numbers(name, "bias")), name).toEqual(new Set([0]));
    for (const name of ["conv2", "conv4", "conv5", "fc6", "fc7"]) {
      expect(new Set(numbers(name, "bias")), name).toEqual(new Set([1]));
    }
    const weights = numbers("conv1", "weight");
    const square = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    // 34,848 squares of relative deviation √2: their mean is within four of its own deviations, 3 %
    expect(Math.abs(square / 1e-4 - 1)).toBeLessThan(0.03);
  });

  test("a state goes from one to another of the same make", () => {
    const [one, other] = [squeezenet({ classes: 3 }), squeezenet({ classes: 3 })];
    other.loadStateDict(one.stateDict());
    const images = normal([1, 3, 40, 40], 3, "float32");
    expect(other.eval().forward(images).data).toEqual(one.eval().forward(images).data);
  });

  test("a network of 550 MB is built and looked at without its weights", () => {
    const before = process.memoryUsage().rss;
    const network = vgg({ depth: 19 });
    expect(network.countParameters()).toBe(143_667_240);
    expect(summary(network, photo).parameterBytes).toBe(4 * 143_667_240);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });
});
