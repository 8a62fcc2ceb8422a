/** The worked examples A24 to A45 of five lectures, computed through the public surface. */
import { expect } from "vitest";
import {
  backward,
  Conv2d,
  conv1d,
  conv2d,
  convMatrix,
  convTranspose2d,
  crossEntropy,
  Flatten,
  flatten,
  im2col,
  Linear,
  MaxPool2d,
  maskedConv2d,
  maxPool2d,
  outputSize,
  pixelMask,
  reshape,
  Sequential,
  softmax,
  summary,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { image, parameter, parametersOf, shows, sides, type T, type Topic } from "./support.ts";
import { f11, f12, f21, f22, filter, upstream } from "./true-convolution.ts";

export const second: Readonly<Record<string, Topic>> = {
  A24: {
    state: "computed",
    what: "patches of 75 numbers by 75 × 10 are 28 × 28 × 10",
    check: () => {
      expect(im2col(zeros([1, 3, 32, 32]), { kernelSize: 5 }).shape).toEqual([1, 75, 784]);
      for (const filters of [1, 10] as const) {
        expect(conv2d(zeros([1, 3, 32, 32]), zeros([filters, 3, 5, 5])).shape).toEqual([1, filters, 28, 28]);
      }
    },
  },
  A25: {
    state: "computed",
    what: "stacked: 32 × 32 × 3, 28 × 28 × 10, 24 × 24 × 10",
    check: () => {
      const first = conv2d(zeros([1, 3, 32, 32]), zeros([10, 3, 5, 5]));
      expect(conv2d(first, zeros([10, 10, 5, 5])).shape).toEqual([1, 10, 24, 24]);
    },
  },
  A26: {
    state: "computed",
    what: "16 filters give 16 maps, pooling halves 32 × 32",
    check: () => {
      const maps = conv2d(zeros([1, 3, 32, 32]), zeros([16, 3, 3, 3]), { padding: "same" });
      expect(maxPool2d(maps, { kernelSize: 2 }).shape).toEqual([1, 16, 16, 16]);
    },
  },
  A27: {
    state: "computed",
    what: "3 × 3 at strides 1, 2 and 3, same and valid",
    check: () => {
      const of = (stride: number, padding: "same" | "valid") => outputSize(9, { kernelSize: 3, stride, padding });
      expect([1, 2, 3].map((stride) => of(stride, "valid"))).toEqual([7, 4, 3]);
      expect([1, 2, 3].map((stride) => of(stride, "same"))).toEqual([9, 5, 3]);
    },
  },
  A28: {
    state: "computed",
    what: "no padding, stride 1: 4 × 4 to 2 × 2",
    check: () => expect(sides(4, 3, 1, 0)).toBe(2),
  },
  A29: {
    state: "computed",
    what: "padding 1, stride 1: 5 × 5 to 5 × 5",
    check: () => expect(sides(5, 3, 1, 1)).toBe(5),
  },
  A30: {
    state: "erratum",
    what: 'no padding, stride 2: 5 × 5 to 2 × 2, which the caption calls "with padding"',
    check: () => expect([sides(5, 3, 2, 0), sides(5, 3, 2, 1)]).toEqual([2, 3]),
  },
  A31: {
    state: "erratum",
    what: "the trace in one dimension is a cross-correlation, its formula a convolution that has lost a letter",
    check: () => {
      const h = tensor([0, 0, 1, 1, 1, 0, 0], [1, 1, 7]);
      const of = (weights: number[], flip = false) => conv1d(h, tensor(weights, [1, 1, 3]), { flip });
      shows(of([0, 1, 0]), [0, 1, 1, 1, 0]);
      shows(of([0, 1, 1]), [1, 2, 2, 1, 0]);
      shows(of([1, 1, 1]), [1, 2, 3, 2, 1]);
      shows(of([0, 1, 1], true), [0, 1, 2, 2, 1]);
    },
  },
  A32: {
    state: "computed",
    what: "two maps of 4 × 4, pooled by overlapping windows; the image and the filters they came from are lost",
    check: () => {
      const maps = tensor(
        [...[1, 3, 1, 0, 1, 3, 1, 0, 2, 3, 2, 0, 1, 3, 1, 0], ...[1, 1, 1, 0, 2, 2, 1, 1, 1, 1, 1, 0, 1, 2, 2, 1]],
        [1, 2, 4, 4],
      );
      const pooled = maxPool2d(maps, { kernelSize: 2, stride: 1 });
      shows(pooled, [3, 3, 1, 3, 3, 2, 3, 3, 2, 2, 2, 1, 2, 2, 1, 2, 2, 2]);
      expect(conv2d(zeros([1, 1, 6, 6]), zeros([2, 1, 3, 3])).shape).toEqual(maps.shape);
    },
  },
  A33: {
    state: "computed",
    what: "32 × 32 × 3 stretched is 3072",
    check: () => expect(flatten(zeros([1, 3, 32, 32])).shape).toEqual([1, 3072]),
  },
  A34: {
    state: "computed",
    what: "6 filters of 5 × 5 give 28 × 28 × 6",
    check: () => expect(conv2d(zeros([1, 3, 32, 32]), zeros([6, 3, 5, 5])).shape).toEqual([1, 6, 28, 28]),
  },
  A35: {
    state: "computed",
    what: "what keeps 7 × 7: padding 1, 2 and 3 for windows of 3, 5 and 7",
    check: () => expect([sides(7, 3, 1, 1), sides(7, 5, 1, 2), sides(7, 7, 1, 3)]).toEqual([7, 7, 7]),
  },
  A36: {
    state: "computed",
    what: "a layer of K filters: (W - F + 2P) / S + 1 wide, K deep, F·F·D weights a filter and K biases",
    check: () => {
      const layer = new Conv2d({ inChannels: 5, outChannels: 8, kernelSize: 3, stride: 2, padding: 1 });
      const [row] = summary(layer, [5, 9, 9]).layers;
      expect(row).toMatchObject({ outputShape: [8, (9 - 3 + 2) / 2 + 1, 5], parameters: 3 * 3 * 5 * 8 + 8 });
    },
  },
  A37: {
    state: "computed",
    what: "the largest of each 2 × 2, and where its gradient goes",
    check: () => {
      const x = parameter(
        image([
          [1, 1, 2, 4],
          [5, 6, 7, 8],
          [3, 2, 1, 0],
          [1, 2, 3, 4],
        ]),
      );
      const out = maxPool2d(x, { kernelSize: 2 });
      shows(out, [6, 8, 3, 4]);
      backward(
        out,
        image([
          [1, 2],
          [3, 4],
        ]),
      );
      shows(x.grad!, [0, 0, 0, 0, 0, 1, 0, 2, 3, 0, 0, 0, 0, 0, 0, 4]);
    },
  },
  A38: {
    state: "computed",
    what: "softmax, and the mean of -log of what the right class gets; large scores do not overflow",
    check: () => {
      const scores = tensor([1, 2, 3, 1000, 1001, 999], [2, 3], "float64");
      const shares = (powers: number[]) => {
        const e = powers.map(Math.exp);
        return e.map((each) => each / e.reduce((sum, other) => sum + other, 0));
      };
      const expected = [...shares([1, 2, 3]), ...shares([-1, 0, -2])];
      shows(softmax(scores), expected);
      const loss = -(Math.log(expected[0]!) + Math.log(expected[3]!)) / 2;
      shows(crossEntropy(scores, tensor([0, 0], [2], "int32")), [loss]);
    },
  },
  A39: {
    state: "computed",
    what: "two, three and four layers of 3 × 3 see 5 × 5, 7 × 7 and 9 × 9, by 18, 27 and 36 weights for 25, 49 and 81",
    check: () => {
      for (const layers of [2, 3, 4]) {
        const x = parameter(zeros([1, 1, 11, 11], "float64"));
        let out: T = x;
        for (let i = 0; i < layers; i++)
          out = conv2d(
            out,
            image([
              [1, 1, 1],
              [1, 1, 1],
              [1, 1, 1],
            ]),
            { padding: 1 },
          );
        const middle = Array.from({ length: 121 }, (_, i) => Number(i === 60));
        backward(out, tensor(middle, [1, 1, 11, 11], "float64"));
        const side = 2 * layers + 1;
        expect(x.grad!.data.filter((each) => each !== 0)).toHaveLength(side ** 2);
        const stack = () =>
          Array.from(
            { length: layers },
            () => new Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, bias: false }),
          );
        expect(parametersOf(() => new Sequential(...stack()), [6, 11, 11])).toBe(9 * layers * 6 ** 2);
        const one = () => new Conv2d({ inChannels: 6, outChannels: 6, kernelSize: side, bias: false });
        expect(parametersOf(one, [6, 11, 11])).toBe(side ** 2 * 6 ** 2);
        expect(summary(() => new Sequential(...stack()), [6, 11, 11]).receptiveField!.size).toEqual([side, side]);
      }
    },
  },
  A40: {
    state: "computed",
    what: "16 × 15 × 15 is 3600",
    check: () => expect(flatten(zeros([1, 16, 15, 15])).shape).toEqual([1, 3600]),
  },
  A41: {
    state: "concept",
    what: "pooling generalises: what moves within a window changes nothing",
    check: () => {
      const at = (place: number) =>
        tensor(
          Array.from({ length: 16 }, (_, i) => Number(i === place)),
          [1, 1, 4, 4],
        );
      const pooled = [0, 1, 4, 5].map((place) => [...maxPool2d(at(place), { kernelSize: 2 }).data]);
      expect(pooled).toEqual([1, 2, 3, 4].map(() => [1, 0, 0, 0]));
    },
  },
  A42: {
    state: "computed",
    what: "the homework network: 822,923,393 parameters, 44 billion multiplications, described without a number of them",
    check: () => {
      const network = () =>
        new Sequential({
          conv1: new Conv2d({ inChannels: 3, outChannels: 256, kernelSize: 5, padding: 2 }),
          conv2: new Conv2d({ inChannels: 256, outChannels: 128, kernelSize: 5, padding: 2 }),
          pool: new MaxPool2d({ kernelSize: 5, stride: 2 }),
          flat: new Flatten(),
          fc1: new Linear({ inFeatures: 112 * 112 * 128, outFeatures: 512 }),
          fc2: new Linear({ inFeatures: 512, outFeatures: 1 }),
        });
      const { layers, parameters, macs, parameterBytes } = summary(network, [3, 227, 227]);
      expect(layers.map((layer) => layer.outputShape).slice(0, 3)).toEqual([
        [256, 227, 227],
        [128, 227, 227],
        [128, 112, 112],
      ]);
      const counts = layers.map((layer) => layer.parameters).filter((count) => count > 0);
      expect(counts).toEqual([19_456, 819_328, 822_084_096, 513]);
      expect(parameters).toBe(822_923_393);
      expect((parameterBytes / 2 ** 30).toFixed(2)).toBe("3.07");
      expect(layers.filter(({ macs: each }) => each > 1e6).map(({ macs: each }) => (each / 1e9).toFixed(2))).toEqual([
        "0.99",
        "42.21",
        "0.82",
      ]);
      expect((macs / 1e9).toFixed(0)).toBe("44");
    },
  },
  A43: {
    state: "computed",
    what: "the matrix of a 2 × 2 filter on 3 × 3; its transpose is the transposed convolution",
    check: () => {
      const a = convMatrix(reshape(filter, [2, 2]), [3, 3]);
      shows(a, [
        [f11, f12, 0, f21, f22, 0, 0, 0, 0],
        [0, f11, f12, 0, f21, f22, 0, 0, 0],
        [0, 0, 0, f11, f12, 0, f21, f22, 0],
        [0, 0, 0, 0, f11, f12, 0, f21, f22],
      ]);
      const transposed = Array.from({ length: 9 }, (_, j) =>
        [0, 1, 2, 3].reduce((sum, i) => sum + a.data[9 * i + j]! * upstream.data[i]!, 0),
      );
      shows(convTranspose2d(upstream, filter), transposed);
    },
  },
  A44: {
    state: "erratum",
    what: 'the 9 × 9 matrix has zeros at the right and below, "same"; the text calls it "valid"',
    check: () => {
      const a = convMatrix(reshape(filter, [2, 2]), [3, 3], { padding: "same" });
      const row = (i: number) => [...a.data.slice(9 * i, 9 * i + 9)];
      expect(a.shape).toEqual([9, 9]);
      expect(row(2)).toEqual([0, 0, f11, 0, 0, f21, 0, 0, 0]); // rows 3 and 6 lose the second column
      expect(row(5)).toEqual([0, 0, 0, 0, 0, f11, 0, 0, f21]);
      expect(row(6)).toEqual([0, 0, 0, 0, 0, 0, f11, f12, 0]); // rows 7 and 8 the second row
      expect(row(7)).toEqual([0, 0, 0, 0, 0, 0, 0, f11, f12]);
      expect(row(8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, f11]);
      expect(convMatrix(reshape(filter, [2, 2]), [3, 3], { padding: "valid" }).shape).toEqual([4, 9]);
    },
  },
  A45: {
    state: "concept",
    what: "a mask of zeros and ones: on the filter, as in a PixelCNN, or on the input",
    check: () => {
      shows(pixelMask(3, "A"), [1, 1, 1, 1, 0, 0, 0, 0, 0]);
      shows(pixelMask(3, "B"), [1, 1, 1, 1, 1, 0, 0, 0, 0]);
      const mask = tensor([1, 0, 1, 1], [2, 2], "uint8");
      const x = image([
        [1, 2],
        [3, 4],
      ]);
      const ones = image([
        [1, 1],
        [1, 1],
      ]);
      shows(maskedConv2d(x, ones, { mask, on: "input" }), [8]);
      shows(maskedConv2d(x, ones, { mask }), [8]);
    },
  },
};
