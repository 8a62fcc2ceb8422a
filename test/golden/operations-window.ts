import {
  adaptiveAveragePool2d,
  adaptiveMaxPool2d,
  averagePool1d,
  averagePool2d,
  col2im,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  im2col,
  lpPool1d,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxUnpool2d,
  type PaddingMode,
  type PadMode,
  pad,
  type StridePolicy,
  type UpsampleMode,
  upsample,
} from "../../lib/index.ts";
import type { Given, Run } from "./given.ts";

const stridePolicy = (given: Given): StridePolicy => (given.flag("ceil_mode", false) ? "ceil" : "floor");

const paddingMode = (given: Given) => given.text("padding_mode", "zeros") as PaddingMode;

/** Numbers of one axis, which may come as lists of one. */
const along = (given: Given) => ({
  stride: given.number("stride", 1),
  dilation: given.number("dilation", 1),
  groups: given.number("groups", 1),
  bias: given.optional("bias"),
});

const across = (given: Given) => ({
  stride: given.pair("stride", 1),
  dilation: given.pair("dilation", 1),
  groups: given.number("groups", 1),
  bias: given.optional("bias"),
});

const pooling1d = (given: Given) => ({
  kernelSize: given.number("kernel"),
  stride: given.number("stride", given.number("kernel")),
  padding: given.number("padding", 0),
  stridePolicy: stridePolicy(given),
});

const pooling2d = (given: Given) => ({
  kernelSize: given.pair("kernel"),
  stride: given.pair("stride", given.pair("kernel")),
  padding: given.pair("padding", 0),
  stridePolicy: stridePolicy(given),
});

const patches = (given: Given) => ({
  kernelSize: given.pair("kernel"),
  stride: given.pair("stride", 1),
  padding: given.pair("padding", 0),
  dilation: given.pair("dilation", 1),
});

const divisor = (given: Given) => ({
  countIncludePad: given.flag("count_include_pad", true),
  ...(given.has("divisor_override") ? { divisorOverride: given.number("divisor_override") } : {}),
});

const interpolate =
  (mode?: UpsampleMode): Run =>
  (given) =>
    upsample(given.x, {
      mode: mode ?? (given.text("mode", "nearest") as UpsampleMode),
      ...(given.has("size") ? { size: given.pair("size") } : { scale: given.pair("scale") }),
      alignCorners: given.flag("align_corners", false),
    });

/** PyTorch lists the ends from the last axis on, we from the first. */
const padded =
  (mode?: PadMode): Run =>
  (given) => {
    const listed = given.numbers("padding") ?? [];
    const ends = listed.length === 1 ? Array.from({ length: 4 }, () => listed[0]!) : listed;
    const axes = Array.from({ length: ends.length / 2 }, (_, i) => [ends[2 * i]!, ends[2 * i + 1]!] as const);
    const value = given.number("value", 0);
    return pad(given.x, axes.reverse(), { mode: mode ?? (given.text("mode", "constant") as PadMode), value });
  };

export const windows: Readonly<Record<string, Run>> = {
  conv1d: (given) => {
    const padding = given.padding();
    const ends = typeof padding === "string" ? padding : given.number("padding", 0);
    return conv1d(given.x, given.tensor("weight"), { ...along(given), padding: ends, paddingMode: paddingMode(given) });
  },
  conv2d: (given) =>
    conv2d(given.x, given.tensor("weight"), {
      ...across(given),
      padding: given.padding(),
      paddingMode: paddingMode(given),
    }),
  conv_transpose1d: (given) =>
    convTranspose1d(given.x, given.tensor("weight"), {
      ...along(given),
      padding: given.number("padding", 0),
      outputPadding: given.number("output_padding", 0),
    }),
  conv_transpose2d: (given) =>
    convTranspose2d(given.x, given.tensor("weight"), {
      ...across(given),
      padding: given.pair("padding", 0),
      outputPadding: given.pair("output_padding", 0),
    }),
  max_pool1d: (given) => maxPool1d(given.x, { ...pooling1d(given), dilation: given.number("dilation", 1) }),
  max_pool2d: (given) => maxPool2d(given.x, { ...pooling2d(given), dilation: given.pair("dilation", 1) }),
  avg_pool1d: (given) => averagePool1d(given.x, { ...pooling1d(given), ...divisor(given) }),
  avg_pool2d: (given) => averagePool2d(given.x, { ...pooling2d(given), ...divisor(given) }),
  lp_pool1d: (given) => lpPool1d(given.x, { ...pooling1d(given), normType: given.number("power") }),
  lp_pool2d: (given) => lpPool2d(given.x, { ...pooling2d(given), normType: given.number("power") }),
  adaptive_avg_pool2d: (given) => adaptiveAveragePool2d(given.x, given.pair("size")),
  adaptive_max_pool2d: (given) => adaptiveMaxPool2d(given.x, given.pair("size")),
  max_unpool2d: (given) =>
    maxUnpool2d(given.x, given.integers("indices", given.x), {
      kernelSize: given.pair("kernel", 1),
      stride: given.pair("stride", given.pair("kernel", 1)),
      padding: given.pair("padding", 0),
      ...(given.has("size") ? { outputSize: given.pair("size") } : {}),
    }),
  unfold: (given) => im2col(given.x, patches(given)),
  fold: (given) => col2im(given.x, { ...patches(given), outputSize: given.pair("size") }),
  interpolate: interpolate(),
  upsample: interpolate(),
  interpolate_nearest: interpolate("nearest"),
  "interpolate_nearest-exact": interpolate("nearest-exact"),
  interpolate_linear: interpolate("linear"),
  interpolate_bilinear: interpolate("bilinear"),
  interpolate_bicubic: interpolate("bicubic"),
  pad: padded(),
  pad_constant: padded("constant"),
  pad_reflect: padded("reflect"),
  pad_replicate: padded("replicate"),
  pad_circular: padded("circular"),
  "pad(constant)": padded("constant"),
  "pad(reflect)": padded("reflect"),
  "pad(replicate)": padded("replicate"),
  "pad(circular)": padded("circular"),
};
