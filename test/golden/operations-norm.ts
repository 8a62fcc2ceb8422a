import {
  batchNorm1d,
  batchNorm2d,
  groupNorm,
  instanceNorm2d,
  layerNorm,
  localResponseNorm,
  reshape,
} from "../../lib/index.ts";
import type { Given, Run, T } from "./given.ts";

const learned = (given: Given) => ({
  weights: given.optional("weight"),
  bias: given.optional("bias"),
  epsilon: given.number("epsilon", 1e-5),
});

/** In training unless the case says otherwise; PyTorch's function needs to be told, a case without statistics is plain. */
const batchNorm =
  (training?: boolean): Run =>
  (given) => {
    const { x } = given;
    const [runningMean, runningVariance] = [given.optional("runningMean"), given.optional("runningVariance")];
    const options = {
      ...learned(given),
      runningMean,
      runningVariance,
      training: training ?? given.flag(given.has("train") ? "train" : "training", runningMean === null),
      momentum: given.number("momentum", 0.1),
    };
    if (x.shape.length === 2) return batchNorm1d(x, options);
    const [n = 1, c = 1] = x.shape as readonly number[];
    // Any number of axes behind the channels: the statistics are over all of them.
    return reshape(batchNorm2d(reshape(x, [n, c, -1, 1]), options) as T, x.shape as readonly number[]);
  };

export const norms: Readonly<Record<string, Run>> = {
  batch_norm: batchNorm(),
  batch_norm1d: batchNorm(),
  batch_norm2d: batchNorm(),
  batch_norm_train: batchNorm(true),
  batch_norm_eval: batchNorm(false),
  "batch_norm(train)": batchNorm(true),
  "batch_norm(eval)": batchNorm(false),
  layer_norm: (given) => {
    const settings = learned(given);
    const shape = given.numbers("normalized_shape") ?? settings.weights?.shape ?? given.x.shape.slice(-1);
    return layerNorm(given.x, shape as readonly number[], settings);
  },
  group_norm: (given) => groupNorm(given.x, given.number("groups"), learned(given)),
  instance_norm: (given) => {
    const { x } = given;
    const settings = learned(given);
    // A group a channel is the same for any number of axes.
    return x.shape.length === 4 ? instanceNorm2d(x, settings) : groupNorm(x, Number(x.shape[1]), settings);
  },
  local_response_norm: (given) =>
    localResponseNorm(given.x, {
      size: given.number("size"),
      alpha: given.number("alpha", 1e-4),
      beta: given.number("beta", 0.75),
      k: given.number("k", 1),
    }),
};
