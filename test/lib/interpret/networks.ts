/** The networks of test/golden/make_interpretation.py. */

import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { BatchNorm2d } from "../../../lib/nn/batch-norm.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { MaxPool2d } from "../../../lib/nn/pool2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { relu } from "../../../lib/ops/activation.ts";
import { add } from "../../../lib/ops/arithmetic.ts";
import { mean } from "../../../lib/ops/reduce.ts";
import { wrap } from "../../../lib/tensor/create.ts";
import type { FloatDType } from "../../../lib/tensor/storage.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { fill, numbers } from "../formula.ts";

/** Layers in order: rectifiers are computed together with what is before them, unless somebody looks. */
export const plain = () =>
  new Sequential({
    conv1: new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 3, padding: 1 }),
    relu1: new ReLU(),
    pool: new MaxPool2d({ kernelSize: 2 }),
    conv2: new Conv2d({ inChannels: 4, outChannels: 6, kernelSize: 2 }),
    relu2: new ReLU(),
    flatten: new Flatten(),
    linear1: new Linear({ inFeatures: 96, outFeatures: 8 }),
    relu3: new ReLU(),
    linear2: new Linear({ inFeatures: 8, outFeatures: 5 }),
  });

/** A module of one's own: its rectifiers are functions in `forward`, and layers stand beside a shortcut. */
export class ResidualNetwork extends Module {
  readonly conv1 = new Conv2d({ inChannels: 3, outChannels: 6, kernelSize: 3, padding: 1 });
  readonly norm = new BatchNorm2d({ channels: 6 });
  readonly conv2 = new Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, padding: 1 });
  readonly linear = new Linear({ inFeatures: 6, outFeatures: 4 });

  override forward(input: Tensor): Tensor {
    const x = relu(this.norm.forward(this.conv1.forward(input)));
    const y: Tensor = relu(add(this.conv2.forward(x), x));
    return this.linear.forward(mean(y, { axis: [2, 3] }) as Tensor);
  }
}

/** A network with the formula's weights, in training mode as a new one is, and its images. */
export function subjectOf(name: "plain" | "residual", dtype: FloatDType = "float32") {
  const network: Module & { readonly conv2?: Module } = name === "plain" ? plain() : new ResidualNetwork();
  network.to(dtype);
  fill(network);
  const shape = name === "plain" ? ([2, 1, 10, 10] as const) : ([1, 3, 8, 8] as const);
  return {
    network,
    conv2: network.namedModules().find(([path]) => path === "conv2")![1],
    images: numbered(`${name}.images`, shape, dtype, 0.5),
    baseline: numbered(`${name}.baseline`, [1, ...shape.slice(1)], dtype, 0),
    target: name === "plain" ? [3, 1] : [1],
    position: name === "plain" ? [1, 3] : [2, 5],
    channel: name === "plain" ? 2 : 4,
  };
}

function numbered(name: string, shape: readonly number[], dtype: FloatDType, shift: number): Tensor {
  const values = numbers(
    name,
    shape.reduce((product, size) => product * size, 1),
    1,
    shift,
  );
  return wrap(dtype === "float64" ? values : Float32Array.from(values), shape, dtype) as unknown as Tensor;
}
