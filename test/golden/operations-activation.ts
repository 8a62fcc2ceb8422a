import {
  abs,
  add,
  clip,
  divide,
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  multiply,
  prelu,
  relu,
  relu6,
  sigmoid,
  silu,
  softmax,
  softplus,
  subtract,
  tanh,
} from "../../lib/index.ts";
import type { Given, Run } from "./given.ts";

/** Klambauer et al., 2017, equation 14: the values for which mean 0 and variance 1 are a fixed point. */
const [seluAlpha, seluScale] = [1.6732632423543772, 1.0507009873554805];

const axisOf = (given: Given) => ({ axis: given.number("axis", given.x.shape.length === 1 ? 0 : -1) });

// Where the library has no function of the name, the case is computed by those it has.
export const activations: Readonly<Record<string, Run>> = {
  relu: ({ x }) => relu(x),
  relu6: ({ x }) => relu6(x),
  leaky_relu: (given) => leakyRelu(given.x, { negativeSlope: given.number("slope", 0.01) }),
  prelu: (given) => prelu(given.x, given.optional("weight") ?? given.second),
  elu: (given) => elu(given.x, { alpha: given.number("alpha", 1) }),
  celu: (given) => {
    const alpha = given.number("alpha", 1);
    return multiply(elu(divide(given.x, alpha)), alpha);
  },
  selu: ({ x }) => multiply(elu(x, { alpha: seluAlpha }), seluScale),
  gelu: (given) => gelu(given.x, { approximate: given.text("approximate", "none") as "none" | "tanh" }),
  gelu_tanh: ({ x }) => gelu(x, { approximate: "tanh" }),
  "gelu(tanh)": ({ x }) => gelu(x, { approximate: "tanh" }),
  silu: ({ x }) => silu(x),
  swish: ({ x }) => silu(x),
  mish: ({ x }) => multiply(x, tanh(softplus(x))),
  softplus: (given) => softplus(given.x, { beta: given.number("beta", 1), threshold: given.number("threshold", 20) }),
  softsign: ({ x }) => divide(x, add(abs(x), 1)),
  sigmoid: ({ x }) => sigmoid(x),
  logsigmoid: ({ x }) => multiply(softplus(multiply(x, -1)), -1),
  // PyTorch 2.15 has 1/6 in float32 in this one's gradient, so that its float64 is none.
  hardsigmoid: ({ x }) => divide(relu6(add(x, 3)), 6),
  hardswish: ({ x }) => multiply(x, divide(relu6(add(x, 3)), 6)),
  tanh: ({ x }) => tanh(x),
  tanhshrink: ({ x }) => subtract(x, tanh(x)),
  hardtanh: (given) => clip(given.x, { min: given.number("least", -1), max: given.number("most", 1) }),
  softmax: (given) => softmax(given.x, axisOf(given)),
  log_softmax: (given) => logSoftmax(given.x, axisOf(given)),
};
