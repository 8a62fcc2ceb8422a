import { averagePool2d, conv2d, convTranspose2d, maxPool2d } from "../../lib/index.ts";
import type { Given } from "./given.ts";
import type { Run } from "./operations.ts";

const stridePolicy = (given: Given) => (given.flag("ceil_mode", false) ? "ceil" : "floor");

export const windows: Readonly<Record<string, Run>> = {
  conv2d: (given) =>
    conv2d(given.x, given.tensor("weight"), {
      bias: given.optional("bias"),
      stride: given.pair("stride", 1),
      padding: given.pair("padding", 0),
      dilation: given.pair("dilation", 1),
      groups: given.number("groups", 1),
    }),
  conv_transpose2d: (given) =>
    convTranspose2d(given.x, given.tensor("weight"), {
      bias: given.optional("bias"),
      stride: given.pair("stride", 1),
      padding: given.pair("padding", 0),
      dilation: given.pair("dilation", 1),
      outputPadding: given.pair("output_padding", 0),
      groups: given.number("groups", 1),
    }),
  max_pool2d: (given) =>
    maxPool2d(given.x, {
      kernelSize: given.pair("kernel"),
      stride: given.pair("stride", given.pair("kernel")),
      padding: given.pair("padding", 0),
      dilation: given.pair("dilation", 1),
      stridePolicy: stridePolicy(given),
    }),
  avg_pool2d: (given) =>
    averagePool2d(given.x, {
      kernelSize: given.pair("kernel"),
      stride: given.pair("stride", given.pair("kernel")),
      padding: given.pair("padding", 0),
      stridePolicy: stridePolicy(given),
      countIncludePad: given.flag("count_include_pad", true),
    }),
};
