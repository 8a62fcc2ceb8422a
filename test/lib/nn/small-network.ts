import {
  BatchNorm2d,
  Conv2d,
  Flatten,
  Linear,
  type Module,
  Random,
  ReLU,
  Sequential,
  tensor,
} from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

/** A small network with parameters, buffers, and layers that have neither, for images of 4 × 4. */
export const network = () => {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, padding: 1, random }),
    norm: new BatchNorm2d({ channels: 2 }),
    relu: new ReLU(),
    flatten: new Flatten(),
    fc: new Linear({ inFeatures: 2 * 16, outFeatures: 3, random }),
  });
};

export const batch = () => normal([4, 1, 4, 4], 2, "float32");

export const labels = tensor([0, 1, 2, 0], [4], "int32");

export const names = (net: Module) => net.namedParameters().map(([name]) => name);

/** The names of its parameters. */
export const parameterNames = ["conv.filters", "conv.bias", "norm.weights", "norm.bias", "fc.weights", "fc.bias"];
