import { Random } from "../../../lib/random.ts";

/** A layer as a program writes it and as it is built: `["Conv2d", { inChannels: 3, ... }]`, or parts with layers in them. */
export type Part =
  | { readonly kind: string; readonly options?: unknown }
  | { readonly kind: "Branches" | "Record"; readonly layers: Readonly<Record<string, Part>> }
  | { readonly kind: "Residual"; readonly body: Part };

/** An input and the layers that it goes through. */
export interface Architecture {
  readonly input: readonly number[];
  readonly layers: readonly Part[];
}

/** Layers at random: most of them fit the one before as far as it can be told here, one in twelve has another size. */
export function architectures(count: number, seed: number): Architecture[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => architecture(random));
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)]!;
const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random.uniform() * (most - least + 1));

function architecture(random: Random): Architecture {
  const input = [whole(random, 1, 12), whole(random, 5, 40), whole(random, 5, 40)];
  const layers: Part[] = [];
  /** What is believed of the sizes; `null` behind a part whose output is not followed here. */
  let [c, h, w]: number[] = input as [number, number, number];
  const off = (size: number): number => (random.uniform() < 1 / 12 ? size + 1 : size);
  for (let i = whole(random, 1, 6); i > 0; i--) {
    const next = part(random, off(c!), h!, w!);
    layers.push(next.part);
    [c, h, w] = next.sizes;
    if (h! < 1 || w! < 1) break;
  }
  if (random.uniform() < 0.6 && h! >= 1 && w! >= 1) {
    const features = off(c! * h! * w!);
    layers.push(
      { kind: "Flatten" },
      { kind: "Linear", options: { inFeatures: features, outFeatures: whole(random, 1, 20) } },
    );
  } else if (random.uniform() < 0.3) {
    layers.push({ kind: "GlobalAveragePool2d" }, { kind: "Linear", options: { inFeatures: off(c!), outFeatures: 10 } });
  }
  return { input, layers };
}

function part(random: Random, c: number, h: number, w: number): { part: Part; sizes: number[] } {
  const roll = random.uniform();
  if (roll < 0.45) return convolution(random, c, h, w);
  if (roll < 0.65) return pooling(random, c, h, w);
  if (roll < 0.72) {
    const top = whole(random, 0, 3);
    const side = whole(random, 0, 2);
    const padding = pick<unknown>(random, [
      side,
      [top, side],
      [
        [top, side],
        [side, top],
      ],
    ]);
    const [above, left] = Array.isArray(padding) ? (padding as unknown[]) : [padding, padding];
    const added = (sides: unknown): number => (Array.isArray(sides) ? sides[0] + sides[1] : 2 * (sides as number));
    return { part: { kind: "Pad2d", options: { padding } }, sizes: [c, h + added(above), w + added(left)] };
  }
  if (roll < 0.8) {
    const kind = pick(random, ["ReLU", "Identity", "Dropout", "BatchNorm2d"]);
    return { part: kind === "BatchNorm2d" ? { kind, options: { channels: c } } : { kind }, sizes: [c, h, w] };
  }
  if (roll < 0.88) {
    const [a, b] = [convolution(random, c, h, w), convolution(random, c, h, w)];
    const layers = { zeta: a.part, alpha: b.part };
    return { part: { kind: "Branches", layers }, sizes: [a.sizes[0]! + b.sizes[0]!, a.sizes[1]!, a.sizes[2]!] };
  }
  if (roll < 0.94) {
    const a = convolution(random, c, h, w);
    const layers = { second: a.part, first: { kind: "ReLU" } };
    return { part: { kind: "Record", layers }, sizes: a.sizes };
  }
  const to = random.uniform() < 0.8 ? c : c + 1;
  const body: Part = { kind: "Conv2d", options: { inChannels: c, outChannels: to, kernelSize: 3, padding: 1 } };
  return { part: { kind: "Residual", body }, sizes: [to, h, w] };
}

/** Options of a window; sizes as believed. */
function sliding(random: Random, h: number, w: number, pools: boolean) {
  const kernelSize = pick<number | number[]>(random, [1, 2, 3, 5, [3, 2], [1, 4]]);
  const sides = Array.isArray(kernelSize) ? kernelSize : [kernelSize, kernelSize];
  const most = pools ? Math.floor(Math.min(...sides) / 2) : 3;
  const stride = pick<number | number[] | undefined>(random, [undefined, 1, 2, 3, [2, 1]]);
  const padding = pick<unknown>(random, [
    undefined,
    0,
    Math.min(1, most),
    most,
    [0, most],
    [
      [most, 0],
      [0, 0],
    ],
    "same",
    "valid",
  ]);
  const dilation = pools ? undefined : pick<number | undefined>(random, [undefined, undefined, 2]);
  const stridePolicy = pick<string | undefined>(random, [undefined, undefined, "floor", "ceil", "strict"]);
  const steps = stride === undefined ? (pools ? sides : [1, 1]) : Array.isArray(stride) ? stride : [stride, stride];
  const ends = (axis: 0 | 1): number => {
    if (Array.isArray(padding))
      return Array.isArray(padding[axis]) ? padding[axis][0] + padding[axis][1] : 2 * padding[axis];
    return typeof padding === "number" ? 2 * padding : 0;
  };
  const count = (size: number, axis: 0 | 1): number => {
    if (padding === "same") return Math.ceil(size / steps[axis]!);
    const length = size - (dilation ?? 1) * (sides[axis]! - 1) - 1 + ends(axis);
    if (length < 0) return 0;
    return (stridePolicy === "ceil" ? Math.ceil : Math.floor)(length / steps[axis]!) + 1;
  };
  const options = { kernelSize, stride, padding, dilation, stridePolicy };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { given, sizes: [count(h, 0), count(w, 1)] };
}

function convolution(random: Random, c: number, h: number, w: number): { part: Part; sizes: number[] } {
  const outChannels = whole(random, 1, 24);
  const { given, sizes } = sliding(random, h, w, false);
  return {
    part: { kind: "Conv2d", options: { inChannels: c, outChannels, ...given } },
    sizes: [outChannels, ...sizes],
  };
}

function pooling(random: Random, c: number, h: number, w: number): { part: Part; sizes: number[] } {
  const { given, sizes } = sliding(random, h, w, true);
  return { part: { kind: pick(random, ["MaxPool2d", "AveragePool2d"]), options: given }, sizes: [c, ...sizes] };
}
