/** A run in which everything has a state that can be lost: for what is said of checkpoints and of threads. */

import { augmented } from "../../../lib/data/augment/augmented.ts";
import { randomShift } from "../../../lib/data/augment/crop.ts";
import { digits } from "../../../lib/data/digits.ts";
import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { BatchNorm2d } from "../../../lib/nn/batch-norm.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { Dropout } from "../../../lib/nn/dropout.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { multiply } from "../../../lib/ops/arithmetic.ts";
import { AdamW } from "../../../lib/optim/adam.ts";
import { ReduceOnPlateau } from "../../../lib/optim/plateau.ts";
import { Random } from "../../../lib/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { fit } from "../../../lib/train/fit.ts";
import type { FitOptions } from "../../../lib/train/fit-options.ts";
import type { History } from "../../../lib/train/history.ts";
import { topKAccuracy } from "../../../lib/train/metrics.ts";

/** Multiplies by normal numbers about 1 while it is trained, as Gaussian dropout does. */
class Noise extends Module {
  readonly random = new Random(5);

  override forward<X extends Shape>(x: Tensor<X>): Tensor<X> {
    if (!this.training) return x;
    const factors = Array.from({ length: x.size }, () => 1 + 0.2 * this.random.normal());
    return multiply(x, tensor(factors, x.shape as readonly number[]) as unknown as Tensor<X>);
  }
}

export function network() {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 3, kernelSize: 5, stride: 3, bias: false, random }),
    norm: new BatchNorm2d({ channels: 3 }),
    relu: new ReLU(),
    flatten: new Flatten(),
    noise: new Noise(),
    dropout: new Dropout({ probability: 0.2, random: new Random(6) }),
    fc: new Linear({ inFeatures: 192, outFeatures: 10, random }),
  });
}

const examples = augmented(digits({ count: 50 }), [randomShift({ pixels: 2 })], { seed: 3 });
const validation = digits({ count: 30, seed: 9 });

/** Five epochs of four steps. */
export async function train(options: Partial<FitOptions> = {}): Promise<{ net: Sequential; history: History }> {
  const net = network();
  const history = await fit(net, examples, {
    optimizer: new AdamW(net.parameters(), { learningRate: 0.01, weightDecay: 0.1 }),
    epochs: 5,
    batchSize: 16,
    validation,
    metrics: { "top 3": topKAccuracy(3) },
    schedule: new ReduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.2 }),
    earlyStopping: { patience: 10, restoreBest: true },
    clipNorm: 2,
    seed: 7,
    live: false,
    ...options,
  });
  return { net, history };
}

/** All numbers of a run but the seconds it took, in full. */
export function numbersOf({ net, history }: { net: Sequential; history: History }): string {
  const state = [...net.namedParameters(), ...net.namedBuffers()];
  const weights = Object.fromEntries(state.map(([name, { data }]) => [name, [...data]]));
  const { losses, accuracies, learningRates, gradientNorms, metrics } = history;
  const epochs = history.epochs.map(({ seconds, ...rest }) => ({ ...rest, took: seconds > 0 }));
  return JSON.stringify({ weights, losses, accuracies, learningRates, gradientNorms, metrics, epochs });
}
