import { expect, test } from "vitest";
import { type Played, placeOf, stepsOf } from "../../../../lib/display/player/played.ts";
import { reckon, seenBy } from "../../../../lib/display/player/terms.ts";
import {
  AdaptiveAveragePool2d,
  AdaptiveMaxPool2d,
  AveragePool1d,
  AveragePool2d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  convolutionPlayer,
  DepthwiseConv2d,
  GlobalAveragePool2d,
  L2Pool2d,
  LocallyConnected2d,
  LpPool2d,
  MaskedConv2d,
  MaxPool1d,
  MaxPool2d,
  type Module,
  Random,
  ReLU,
  Sequential,
  type Tensor,
  tensor,
  Upsample,
} from "../../../../lib/index.ts";
import { playedIn } from "./played.ts";

const random = () => new Random(7);
const conv = { inChannels: 4, outChannels: 6, kernelSize: 3, random: random() } as const;
const down = { ceil: "ceil" } as const;

const numbersOf = (shape: number[]): Tensor => {
  const draws = random();
  const size = shape.reduce((product, one) => product * one, 1);
  return tensor(
    Float32Array.from({ length: size }, () => draws.normal()),
    shape,
  );
};

/** Every kind of layer that has windows, with settings that move them about. */
const layers: Record<string, () => Module> = {
  "a convolution": () => new Conv2d(conv),
  "a stride and padding": () => new Conv2d({ ...conv, stride: 2, padding: [1, 2] }),
  "padding by side": () =>
    new Conv2d({
      ...conv,
      padding: [
        [0, 2],
        [1, 0],
      ] as const,
    }),
  "same padding at a stride": () => new Conv2d({ ...conv, stride: 2, padding: "same" }),
  "dilated windows": () => new Conv2d({ ...conv, dilation: [2, 1], padding: 2 }),
  "windows that are not square": () => new Conv2d({ ...conv, kernelSize: [1, 4], stride: [2, 1] }),
  groups: () => new Conv2d({ ...conv, groups: 2, padding: 1 }),
  "no bias": () => new Conv2d({ ...conv, bias: false }),
  "reflected padding": () => new Conv2d({ ...conv, padding: [2, 1], paddingMode: "reflect", stride: 2 }),
  "circular padding": () => new Conv2d({ ...conv, padding: 1, paddingMode: "circular" }),
  "turned filters": () => new Conv2d({ ...conv, flip: true }),
  "depthwise filters": () => new DepthwiseConv2d({ inChannels: 4, channelMultiplier: 2, kernelSize: 3, padding: 1 }),
  "masked filters": () => new MaskedConv2d({ ...conv, maskType: "A", padding: 1 }),
  "a transposed convolution": () => new ConvTranspose2d({ ...conv, stride: 2, padding: 1 }),
  "a transposed one with all settings": () =>
    new ConvTranspose2d({ ...conv, stride: [3, 2], dilation: 2, groups: 2, outputPadding: 1, padding: 2 }),
  "unshared filters": () =>
    new LocallyConnected2d({ inChannels: 4, outChannels: 3, inputSize: [7, 8], kernelSize: 3, stride: 2, padding: 1 }),
  "a convolution and its rectifier": () => new Sequential({ conv: new Conv2d(conv), relu: new ReLU() }),
  maxima: () => new MaxPool2d({ kernelSize: 2 }),
  "overlapping maxima with padding": () => new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1, dilation: 2 }),
  "means with padding": () => new AveragePool2d({ kernelSize: 3, stride: 2, padding: 1 }),
  "means of what is inside": () =>
    new AveragePool2d({ kernelSize: 3, stride: 2, padding: 1, countIncludePad: false, stridePolicy: down.ceil }),
  "means that run over the edge": () => new AveragePool2d({ kernelSize: 2, stride: 3, stridePolicy: down.ceil }),
  "sums by a divisor": () => new AveragePool2d({ kernelSize: 2, divisorOverride: 1 }),
  norms: () => new L2Pool2d({ kernelSize: 3, stride: 2, padding: 1, stridePolicy: down.ceil }),
  "norms of another kind": () => new LpPool2d({ kernelSize: 2, normType: 1 }),
  "means to a given size": () => new AdaptiveAveragePool2d([3, 5]),
  "maxima to a given size": () => new AdaptiveMaxPool2d([3, 5]),
  "the mean of a map": () => new GlobalAveragePool2d(),
  "pixels repeated": () => new Upsample({ scale: [2, 3] }),
  "pixels between others": () => new Upsample({ scale: 2, mode: "bilinear" }),
  "pixels between aligned corners": () => new Upsample({ size: [10, 9], mode: "bilinear", alignCorners: true }),
  "pixels made fewer": () => new Upsample({ size: [3, 5], mode: "bicubic" }),
};

/** Along one axis. */
const sequences: Record<string, () => Module> = {
  "a convolution": () => new Conv1d({ ...conv, stride: 2, padding: 2, dilation: 2 }),
  "replicated padding": () => new Conv1d({ ...conv, padding: 2, paddingMode: "replicate" }),
  "a transposed convolution": () => new ConvTranspose1d({ ...conv, stride: 2, padding: 1 }),
  maxima: () => new MaxPool1d({ kernelSize: 3, padding: 1 }),
  means: () => new AveragePool1d({ kernelSize: 2 }),
  "numbers between others": () => new Upsample({ scale: 3, mode: "linear" }),
};

/** Largest difference of what terms come to from what the layer computed, by how large the terms are. */
function worstError(played: Played): number {
  let worst = 0;
  for (let step = 0; step < stepsOf(played); step++) {
    const { terms, bias, result } = reckon(played, placeOf(played, step));
    const scale = terms.reduce((sum, { value, weight }) => sum + Math.abs(value * (weight ?? 1)), Math.abs(bias ?? 0));
    const difference = Math.abs(result - played.outputs.values[step]!);
    worst = Math.max(worst, difference === 0 ? 0 : difference / scale);
  }
  return worst;
}

function check(layer: Module, played: Played, input: Tensor): void {
  layer.eval();
  const expected = layer.forward(input).data.slice(input.shape[0] === 2 ? layer.forward(input).size / 2 : 0);
  expect([...played.outputs.values], "the numbers shown are the layer's").toEqual([...expected]);
  // Sums of up to 36 products in float32 in another order: some roundings of 2⁻²⁴ of the terms' sizes.
  expect(worstError(played), "the terms listed add up").toBeLessThan(8 * 2 ** -24);
}

test.each(Object.entries(layers))("every output of %s is the sum, or whatever, of the terms listed", (_, make) => {
  const layer = make();
  const input = numbersOf([2, 4, 7, 8]);
  check(layer, playedIn(convolutionPlayer(layer, input, { example: 1 })), input);
});

test.each(Object.entries(sequences))("every output of %s along sequences is, too", (_, make) => {
  const layer = make();
  const input = numbersOf([2, 4, 11]);
  check(layer, playedIn(convolutionPlayer(layer, input, { example: 1 })), input);
});

test.each(Object.entries(layers))("of %s a part is played with the numbers of the whole", (_, make) => {
  const layer = make();
  const input = numbersOf([1, 4, 7, 8]);
  const whole = playedIn(convolutionPlayer(layer, input));
  const [rows, columns] = whole.outputs.of;
  const options = { maps: [2, 0], rows: [rows - 1, rows], columns: [0, Math.min(2, columns)] } as const;
  const part = playedIn(convolutionPlayer(layer, input, options));
  for (let step = 0; step < stepsOf(part); step++) {
    const place = placeOf(part, step);
    const asIn = (played: Played, map: number) => {
      const { terms, ...rest } = reckon(played, { ...place, map });
      const channels = played.input.channels;
      return { ...rest, terms: terms.map((term) => ({ ...term, channel: channels[term.channel] })) };
    };
    expect(asIn(part, place.map)).toEqual(asIn(whole, options.maps[place.map]!));
  }
  expect(part.input.values.length).toBeLessThanOrEqual(whole.input.values.length);
});

test.each(Object.entries(layers))(
  "a number of the input of %s is seen by the outputs that have it among their terms",
  (_, make) => {
    const played = playedIn(convolutionPlayer(make(), numbersOf([1, 4, 7, 8])));
    const { top, left, height, width } = played.outputs.area;
    for (const [row, column] of [
      [0, 0],
      [3, 4],
      [6, 7],
      [-1, 2],
    ] as const) {
      const outputs = Array.from({ length: height * width }, (_, i) => ({
        row: top + Math.floor(i / width),
        column: left + (i % width),
      }));
      const channel = played.outputs.reads[0]![0]!;
      const having = outputs.filter((at) => {
        const { terms } = reckon(played, { map: 0, ...at });
        return terms.some((term) => term.channel === channel && term.row === row && term.column === column);
      });
      const seen = seenBy(played, row, column, channel);
      // Padding of a pooling is no term, yet windows reach there.
      if (having.length > 0 || row >= 0) expect(seen).toEqual(having);
    }
  },
);
