import { logSoftmax, relu, sigmoid, softmax, tanh } from "../../lib/index.ts";
import type { Run } from "./operations.ts";

export const activations: Readonly<Record<string, Run>> = {
  relu: ({ x }) => relu(x),
  sigmoid: ({ x }) => sigmoid(x),
  tanh: ({ x }) => tanh(x),
  softmax: ({ x }) => softmax(x),
  log_softmax: ({ x }) => logSoftmax(x),
};
