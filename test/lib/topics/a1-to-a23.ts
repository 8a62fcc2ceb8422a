/** The worked examples A1 to A23 of five lectures, computed through the public surface. */
import { expect } from "vitest";
import {
  averagePool2d,
  backward,
  Conv2d,
  conv2d,
  convTranspose2d,
  explainOutputSize,
  halfSquaredError,
  locallyConnected2d,
  maxPool2d,
  minPool2d,
  outputSize,
  type Parameter,
  relu,
  SGD,
  summary,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { alexNet, googLeNet, traced } from "./networks.ts";
import { image, normal, parameter, parametersOf, shows, sides, type Topic } from "./support.ts";
import {
  d11,
  d12,
  d21,
  d22,
  f11,
  f12,
  f21,
  f22,
  filter,
  small,
  trueConvolution,
  upstream,
  x11,
  x12,
  x13,
  x21,
  x22,
  x23,
  x31,
  x32,
  x33,
} from "./true-convolution.ts";

export const first: Readonly<Record<string, Topic>> = {
  A1: {
    state: "computed",
    what: "a vertical edge in 6 × 6, all 16 cells",
    check: () => {
      const x = [
        [4, 9, 2, 5, 8, 3],
        [5, 6, 2, 4, 0, 3],
        [2, 4, 5, 4, 5, 2],
        [5, 6, 5, 4, 7, 8],
        [5, 7, 7, 9, 2, 1],
        [5, 8, 5, 3, 8, 4],
      ];
      const edge = [1, 2, 3].map(() => [1, 0, -1]);
      shows(conv2d(image(x), image(edge)), [
        [2, 6, -4, 5],
        [0, 4, 0, -1],
        [-5, 0, 3, 6],
        [-2, 5, 0, 3],
      ]);
    },
  },
  A2: {
    state: "source lost",
    what: "max, min and average pooling of one picture; no 2 × 2 window has the maximum 5, the minimum 0 and the mean 1",
    check: () => {
      const x = image([
        [3, -4, 4, -2],
        [1, 0, 3, -1],
        [6, -1, 5, 0],
        [2, 1, 0, 0],
      ]);
      const pooled = [
        maxPool2d(x, { kernelSize: 2 }),
        minPool2d(x, { kernelSize: 2 }),
        averagePool2d(x, { kernelSize: 2 }),
      ];
      shows(pooled[0]!, [3, 4, 6, 5]);
      shows(pooled[1]!, [-4, -2, -1, 0]);
      shows(pooled[2]!, [0, 1, 2, 1.25]); // 5/4 at least, where the slide has 1
    },
  },
  A3: {
    state: "computed",
    what: "a diagonal of 2 × 2 on 4 × 4",
    check: () => {
      const x = [
        [1, 1, 1, 3],
        [4, 6, 4, 8],
        [30, 0, 1, 5],
        [0, 2, 2, 4],
      ];
      shows(
        conv2d(
          image(x),
          image([
            [1, 0],
            [0, 1],
          ]),
        ),
        [7, 5, 9, 4, 7, 9, 32, 2, 5],
      );
    },
  },
  A4: {
    state: "computed",
    what: "a neuron of 5 × 5 on 32 × 32 × 3 has 75 weights and a bias",
    check: () => {
      const layer = new Conv2d({ inChannels: 3, outChannels: 1, kernelSize: 5 });
      expect([layer.filters.size, layer.bias!.size]).toEqual([75, 1]);
    },
  },
  A5: {
    state: "computed",
    what: "12 filters on 32 × 32 × 3 give 32 × 32 × 12, by the padding of 2 that the slide leaves out",
    check: () => {
      expect(conv2d(zeros([1, 3, 32, 32]), zeros([12, 3, 5, 5]), { padding: 2 }).shape).toEqual([1, 12, 32, 32]);
      expect(conv2d(zeros([1, 3, 32, 32]), zeros([12, 3, 5, 5])).shape).toEqual([1, 12, 28, 28]);
    },
  },
  A6: {
    state: "computed",
    what: "7 × 7 by 3 × 3: 5 at stride 1, 3 at stride 2",
    check: () => expect([sides(7, 3, 1, 0), sides(7, 3, 2, 0)]).toEqual([5, 3]),
  },
  A7: {
    state: "computed",
    what: "(W - F + 2P) / S + 1 with its numbers",
    check: () => {
      expect(explainOutputSize(7, { kernelSize: 3 })).toBe("(7 - 3 + 2·0) / 1 + 1 = 5");
      expect(explainOutputSize(7, { kernelSize: 3, stride: 2 })).toBe("(7 - 3 + 2·0) / 2 + 1 = 3");
    },
  },
  A8: {
    state: "erratum",
    what: "same padding is (F - 1) / 2, so (3 - 1) / 2 = 1 where the slide writes (3 - 2) / 2",
    check: () => {
      expect(outputSize(7, { kernelSize: 3, padding: (3 - 1) / 2 })).toBe(7);
      expect(() => outputSize(7, { kernelSize: 3, padding: (3 - 2) / 2 })).toThrow(/padding is 0\.5/);
    },
  },
  A9: {
    state: "erratum",
    what: "W=5, F=3, P=1: 5, 3 and 2.33, which is no size; the slide calls the sizes S",
    check: () => {
      expect([sides(5, 3, 1, 1), sides(5, 3, 2, 1)]).toEqual([5, 3]);
      expect(() => sides(5, 3, 3, 1)).toThrow(/2\.33 windows/);
    },
  },
  A10: {
    state: "computed",
    what: "a stride must divide: refused with strides and paddings that do, or rounded down on request",
    check: () => {
      expect(() => sides(5, 3, 3, 1)).toThrow(/fix: use stride 1 or 2 or 4, or padding 2/);
      expect(outputSize(5, { kernelSize: 3, stride: 3, padding: 1 })).toBe(2);
    },
  },
  A11: {
    state: "computed",
    what: "AlexNet's first layer: 227 gives 55 × 55 × 96, the paper's 224 does not",
    check: () => {
      const layer = () => new Conv2d({ inChannels: 3, outChannels: 96, kernelSize: 11, stride: 4 });
      expect(summary(layer, [3, 227, 227]).layers[0]!.outputShape).toEqual([96, 55, 55]);
      expect(() => sides(224, 11, 4, 0)).toThrow(/54\.25/);
    },
  },
  A12: {
    state: "computed",
    what: "without shared weights: 290,400 neurons of 364 weights are 105,705,600 (364 is of one neuron)",
    check: () => {
      const [p, q, f] = [sides(227, 11, 4, 0), sides(227, 11, 4, 0), 96];
      const neuron = 11 * 11 * 3 + 1;
      expect([neuron, p * q * f, p * q * f * neuron]).toEqual([364, 290_400, 105_705_600]);
    },
  },
  A13: {
    state: "computed",
    what: "with shared weights 34,848 and 96 biases, 3025 times fewer; a shared weight's gradient is the sum over the map",
    check: () => {
      const layer = new Conv2d({ inChannels: 3, outChannels: 96, kernelSize: 11 });
      expect([layer.filters.size, layer.filters.size + layer.bias!.size]).toEqual([34_848, 34_944]);
      expect(105_705_600 / 34_944).toBe(55 ** 2);
      const [x, f] = [normal(1, [1, 2, 4, 4]), parameter(normal(2, [3, 2, 2, 2]))];
      const dOut = normal(3, [1, 3, 3, 3]);
      backward(conv2d(x, f), dOut);
      const own = parameter(tensor(Array.from({ length: 9 }, () => [...f.data]).flat(), [3, 3, 3, 2, 2, 2], "float64"));
      backward(locallyConnected2d(x, own), dOut);
      const sums = Array.from({ length: 24 }, (_, i) =>
        Array.from({ length: 9 }, (_, place) => own.grad!.data[place * 24 + i]!).reduce((sum, each) => sum + each, 0),
      );
      shows(f.grad!, sums);
    },
  },
  A14: {
    state: "erratum",
    what: "cs231n's demonstration: the first filter's bias is 1, where the slide reads 0",
    check: () => {
      const x = tensor(
        [
          ...[2, 1, 0, 2, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 2, 1, 0, 0, 0, 1, 1, 1, 2, 2, 0],
          ...[2, 0, 2, 2, 2, 1, 1, 0, 2, 1, 0, 0, 1, 2, 2, 2, 0, 1, 2, 0, 2, 1, 2, 1, 0],
          ...[0, 1, 0, 2, 1, 1, 0, 1, 0, 0, 1, 2, 2, 1, 1, 0, 0, 0, 1, 1, 2, 2, 0, 1, 2],
        ],
        [1, 3, 5, 5],
      );
      const filters = tensor(
        [
          ...[-1, -1, 1, 1, 1, 1, -1, 0, 0, 1, -1, 0, 0, 1, 0, 0, 0, 1, 1, -1, -1, 0, 0, -1, 1, 0, 1],
          ...[0, 1, -1, 1, -1, -1, 1, 1, -1, 1, -1, 0, 1, -1, -1, -1, -1, -1, -1, 1, 1, 0, -1, 0, 0, -1, 0],
        ],
        [2, 3, 3, 3],
      );
      const out = conv2d(x, filters, { stride: 2, padding: 1, bias: tensor([1, 0]) });
      shows(out, [6, 6, 6, -2, 4, 7, 0, 5, 4, -8, -8, -2, -3, -6, -2, -8, -5, 4]);
    },
  },
  A15: {
    state: "computed",
    what: "the rectifier's gradient: 8 becomes 0 at -2, and stays 8 at 5",
    check: () => {
      const x = parameter(tensor([-2, 5]));
      backward(relu(x), tensor([8, 8]));
      shows(x.grad!, [0, 8]);
    },
  },
  A16: {
    state: "computed",
    what: "a true convolution reads its filter from the end",
    check: () =>
      shows(conv2d(small, filter, { flip: true }), [
        f22 * x11 + f21 * x12 + f12 * x21 + f11 * x22,
        f22 * x12 + f21 * x13 + f12 * x22 + f11 * x23,
        f22 * x21 + f21 * x22 + f12 * x31 + f11 * x32,
        f22 * x22 + f21 * x23 + f12 * x32 + f11 * x33,
      ]),
  },
  A17: {
    state: "erratum",
    what: "its filter's gradient is the cross-correlation of the image with the output's, turned; the slide does not turn it",
    check: () => {
      const { dFilter } = trueConvolution();
      const right = [
        d11 * x22 + d12 * x23 + d21 * x32 + d22 * x33,
        d11 * x21 + d12 * x22 + d21 * x31 + d22 * x32,
        d11 * x12 + d12 * x13 + d21 * x22 + d22 * x23,
        d11 * x11 + d12 * x12 + d21 * x21 + d22 * x22,
      ];
      shows(dFilter, right);
      shows(conv2d(small, upstream), right.toReversed());
      expect([...conv2d(small, upstream, { flip: true }).data]).not.toEqual(right);
    },
  },
  A18: {
    state: "erratum",
    what: "its image's gradient; the slide's X11 has three terms too many and its X32 one for two",
    check: () => {
      const { dX } = trueConvolution();
      const rows = [
        [d11 * f22, d11 * f21 + d12 * f22, d12 * f21],
        [d11 * f12 + d21 * f22, d11 * f11 + d12 * f12 + d21 * f21 + d22 * f22, d12 * f11 + d22 * f21],
        [d21 * f12, d21 * f11 + d22 * f12, d22 * f11],
      ];
      shows(dX, rows);
      shows(conv2d(upstream, filter, { padding: 1 }), rows); // full, with the filter not turned once more
      shows(convTranspose2d(upstream, tensor([...filter.data].reverse(), [1, 1, 2, 2], "float64")), rows);
    },
  },
  A19: {
    state: "erratum",
    what: "a whole network forward: 1.3 1.7 2.5 2.9, the largest 2.9, 0.947846, which rounds to 0.948 and not to 0.947",
    check: () => {
      const { x, maps, pooled, out } = traced();
      shows(maps, [1.3, 1.7, 2.5, 2.9]);
      shows(pooled, [2.9]);
      shows(out, [0.947846], 5e-7);
      shows(
        conv2d(
          x,
          image([
            [1, 1],
            [2, 0],
          ]),
        ),
        [1.1, 1.5, 2.3, 2.7],
      ); // as libraries have it, without turning
    },
  },
  A20: {
    state: "source lost",
    what: "the same backward, for targets 1 and 0, and a step of learning rate 1",
    check: () => {
      for (const target of [1, 0]) {
        const { f, weight, out } = traced();
        const s = out.item();
        backward(halfSquaredError(out, tensor([[target]], undefined, "float64")));
        const delta = (target - s) * s * (1 - s);
        expect(s * (1 - s)).toBeCloseTo(0.049434, 6);
        shows(f.grad!, [0.9 * -delta, 0.8 * -delta, 0.6 * -delta, 0.5 * -delta]);
        shows(weight.grad!, [-delta * 2.9]);
        new SGD([f as Parameter], { learningRate: 1 }).step();
        if (target === 0) continue;
        expect([1 - s, delta].map((each) => each.toFixed(6))).toEqual(["0.052154", "0.002578"]);
        shows(f, [1.00232, 1.00206, 2.00155, 0.00129], 5e-6);
      }
    },
  },
  A21: {
    state: "concept",
    what: "the sum of halves of squared differences",
    check: () => shows(halfSquaredError(tensor([1, 2, 3]), tensor([1, 4, 2])), [0.5 * (0 + 4 + 1)]),
  },
  A22: {
    state: "quoted",
    what: "errors on ImageNet, plain and residual: 27.94 and 27.88 at 18 layers, 28.54 and 25.03 at 34",
    check: () => {
      const [plain, residual] = [
        [27.94, 28.54],
        [27.88, 25.03],
      ] as const;
      expect(plain[1] > plain[0] && residual[1] < residual[0]).toBe(true);
    },
  },
  A23: {
    state: "erratum",
    what: "AlexNet has 61 million parameters, GoogLeNet 6 to 7 million, 13 with its side branches; the slide says 4",
    check: () => {
      const of = (...network: Parameters<typeof alexNet>) => parametersOf(() => alexNet(...network), [3, 227, 227]);
      expect(of([96, 256, 384, 384, 256], 2)).toBe(60_965_224);
      expect(of([96, 256, 384, 384, 256], 1)).toBe(62_378_344);
      expect(of([64, 192, 384, 256, 256], 1)).toBe(61_100_840);
      const head = 1024 * 1000 + 1000;
      const paper = googLeNet(5);
      expect(paper.weights + paper.channels + head).toBe(6_998_552);
      // torchvision: batch normalisation's two parameters a channel instead of a bias, and 3 × 3 where the paper has 5 × 5
      const theirs = googLeNet(3);
      expect(theirs.weights + 2 * theirs.channels + head).toBe(6_624_904);
      const side = (channels: number) => channels * 128 + 2 * 128 + (2048 * 1024 + 1024) + head;
      expect(theirs.weights + 2 * theirs.channels + head + side(512) + side(528)).toBe(13_004_888);
    },
  },
};
