import { noGrad } from "../autograd/apply.ts";
import { checkBoolean, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { upsample } from "../ops/upsample.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { Attribution, type AttributionParts } from "./attribution.ts";
import { checkLayer, layerName } from "./layers.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions } from "./target.ts";

/** What `gradCam` looks at. */
export interface GradCamOptions extends TargetOptions {
  /** A layer whose output has places, `[N, F, P, Q]` or `[N, F, Q]`: usually the last convolution, or the rectifier behind it. */
  readonly layer: Module;
  /** Whether what speaks against the class is left out, as in the paper; default true. */
  readonly relu?: boolean;
}

/** What `gradCam` gives: the map of the layer's size beside that of the input's. */
export class GradCam extends Attribution {
  /** Before it was enlarged, `[N, 1, P, Q]`. */
  readonly map: Tensor;

  constructor(parts: AttributionParts, map: Tensor) {
    super(parts);
    this.map = map;
  }
}

/**
 * Grad-CAM: where a layer's maps speak for a class (Selvaraju et al., Grad-CAM: visual explanations from deep networks, 2017,
 * section 3). Each map counts by the mean of the score's gradient over its places, `max(0, Σ w[f] · map[f])`; the result is
 * enlarged to the input by bilinear interpolation, of sequences linear.
 *
 * The network is asked in evaluation mode; its modes and the gradients of its parameters are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, or sequences `[N, C, W]`
 * @returns attributions `[N, 1, H, W]`, and `map`, `[N, 1, P, Q]`
 * @throws as `saliency`; OptionError for a layer that is not part of the network, or does not run once; ShapeError where its
 *   output has no places; GradientError where the score does not depend on it
 * @example
 * const net = lenet5();
 * gradCam(net, testDigits().take(1).images, { layer: net.layers.conv2 }).map.shape // [1, 1, 10, 10]
 */
export function gradCam(network: Module, inputs: Tensor, options: GradCamOptions): GradCam {
  checkOptions("gradCam", options, [...targetOptions, "layer", "relu"]);
  const { layer, relu = true } = options;
  checkBoolean("gradCam", "relu", relu);
  const subject = new Subject("gradCam", network, inputs, options);
  if ((layer as unknown) === undefined) {
    throw new OptionError(
      "gradCam",
      `layer is ${describe(layer)}`,
      "give the last convolution: { layer: net.layers.conv2 }",
    );
  }
  checkLayer("gradCam", network, layer);
  const sizes = inputs.shape.slice(2) as readonly number[];
  const { gradient, at, values } = subject.gradients(inputs, { at: layer });
  const shape = at.shape as readonly number[];
  if (shape.length < 3 || shape.length - 2 !== sizes.length) {
    const operands = [
      { name: "input", shape: inputs.shape as readonly number[] },
      { name: "layer's output", shape },
    ];
    const problem = `the output of ${layerName(network, layer)} has ${shape.length} axes: its places are none of the input's`;
    throw new ShapeError(
      "gradCam",
      problem,
      operands,
      "choose a layer with as many axes as the input, such as a convolution",
    );
  }
  const map = weighted(gradient, at, relu);
  const size = sizes.length === 1 ? sizes[0]! : ([sizes[0]!, sizes[1]!] as const);
  const attributions: Tensor = noGrad(() => upsample(map, { size, mode: sizes.length === 1 ? "linear" : "bilinear" }));
  const meaning = `Bright where the maps of ${layerName(network, layer)}, ${shape.slice(2).join(" × ")}, speak for it`;
  const look = { signed: !relu, combine: "sum", clip: 1, meaning } as const;
  return new GradCam({ ...subject.about, attributions, scores: values, ...look }, map);
}

/** The sum of the maps, each times the mean of its gradient. */
function weighted(gradient: Tensor, maps: Tensor, relu: boolean): Tensor {
  const [count, channels, ...sizes] = maps.shape as readonly [number, number, ...number[]];
  const plane = sizes.reduce((product, size) => product * size, 1);
  const [slopes, values] = [peek(gradient), peek(maps)];
  const sums = allocate(maps.dtype, count * plane);
  for (let n = 0; n < count; n++) {
    const sum = new Float64Array(plane);
    for (let c = 0; c < channels; c++) {
      const start = (n * channels + c) * plane;
      let weight = 0;
      for (let i = start; i < start + plane; i++) weight += slopes[i]! / plane;
      for (let i = 0; i < plane; i++) sum[i]! += weight * values[start + i]!;
    }
    for (let i = 0; i < plane; i++) sums[n * plane + i] = relu && sum[i]! < 0 ? 0 : sum[i]!;
  }
  return freshTensor(sums, [count, 1, ...sizes], maps.dtype);
}
