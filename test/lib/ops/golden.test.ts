import { beforeEach, describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { relu, sigmoid, tanh } from "../../../lib/ops/activation.ts";
import { convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { layerNorm } from "../../../lib/ops/group-norm.ts";
import { linear } from "../../../lib/ops/linear.ts";
import { localResponseNorm } from "../../../lib/ops/local-response-norm.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { averagePool2d, maxPool2d } from "../../../lib/ops/pool2d.ts";
import { logSoftmax, softmax } from "../../../lib/ops/softmax.ts";
import type { Pair } from "../../../lib/ops/window.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { FloatDType } from "../../../lib/tensor/storage.ts";
import type { Parameter, Tensor } from "../../../lib/tensor/tensor.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { hasShared, readSharedJson } from "../shared.ts";

const file = "conformance/torch_golden.json";

beforeEach(() => spoilFreeMemory());

interface Values {
  readonly shape: number[];
  readonly data: number[];
}
/** PyTorch's names of options; each operation has some of them. */
interface Attributes {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly output_padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
  readonly kernel?: Pair;
  readonly ceil_mode?: boolean;
  readonly count_include_pad?: boolean;
  readonly eps?: number;
  readonly size?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
  readonly target?: number[];
  readonly label_smoothing?: number;
}
interface Case {
  readonly op: string;
  readonly attr: Attributes;
  readonly inputs: Record<string, Values>;
  readonly gradOut: Values;
  readonly output: Values;
  readonly grads: Record<string, Values>;
}
type T = Tensor<Shape, FloatDType>;
// One signature for all: the operations take any float type, which the cases choose at run time.
type Run = (inputs: Record<string, T>, attr: Attributes) => T;

const policy = (ceil = false): "ceil" | "floor" => (ceil ? "ceil" : "floor");
const operations: Record<string, Run> = {
  conv2d: ({ x, w, b }, attr) => conv2d(x!, w!, { ...attr, bias: b ?? null }),
  conv_transpose2d: ({ x, w, b }, { output_padding = 0, ...attr }) =>
    convTranspose2d(x!, w!, { ...attr, outputPadding: output_padding, bias: b ?? null }),
  max_pool2d: ({ x }, { kernel = 1, ceil_mode, ...attr }) =>
    maxPool2d(x!, { kernelSize: kernel, stridePolicy: policy(ceil_mode), ...attr }),
  avg_pool2d: ({ x }, { kernel = 1, ceil_mode, count_include_pad = true, ...attr }) =>
    averagePool2d(x!, {
      kernelSize: kernel,
      stridePolicy: policy(ceil_mode),
      countIncludePad: count_include_pad,
      ...attr,
    }),
  layer_norm: ({ x, w, b }, { eps = 1e-5 }) => layerNorm(x!, w!.shape, { weights: w!, bias: b ?? null, epsilon: eps }),
  local_response_norm: ({ x }, { size = 5, ...attr }) => localResponseNorm(x!, { size, ...attr }),
  linear: ({ x, w, b }) => linear(x!, w!, b ?? null),
  relu: ({ x }) => relu(x!),
  sigmoid: ({ x }) => sigmoid(x!),
  tanh: ({ x }) => tanh(x!),
  softmax: ({ x }) => softmax(x!),
  log_softmax: ({ x }) => logSoftmax(x!),
  cross_entropy: ({ x }, { target = [] }) => crossEntropy(x!, tensor(target, [target.length], "int32")),
  mse: ({ x, t }) => meanSquaredError(x!, t!),
};

/** Largest difference relative to the size of the values, so that sums near zero are not judged by themselves. */
function difference(found: ArrayLike<number>, { data }: Values): number {
  const size = Math.max(1, ...data.map(Math.abs));
  return Math.max(0, ...data.map((value, i) => Math.abs(value - found[i]!) / size));
}

const cases = hasShared(file) ? readSharedJson<{ cases: Case[] }>(file).cases : [];
const mine = cases.filter(({ op, attr }) => op in operations && !("label_smoothing" in attr));

// float64: PyTorch's values are printed to 12 digits. float32: sums of up to 100 products at 2⁻²⁴ each.
describe.skipIf(mine.length === 0).each([
  ["float64", 1e-9],
  ["float32", 1e-4],
] as const)(
  "PyTorch's values and gradients in %s (needs the reference values beside the repository)",
  (dtype, tolerance) => {
    test.each(mine.map((one, i) => [`${i} ${one.op} ${JSON.stringify(one.attr)}`, one] as const))(
      "%s",
      (_name, one) => {
        const inputs = Object.fromEntries(
          Object.entries(one.inputs).map(([name, { data, shape }]): [string, Parameter] => {
            const input: Parameter = tensor(data, shape, dtype);
            input.requiresGrad = true;
            return [name, input];
          }),
        );
        const out = operations[one.op]!(inputs, one.attr);
        expect(out.shape).toEqual(one.output.shape);
        expect(difference(out.data, one.output)).toBeLessThan(tolerance);
        backward(out, tensor(one.gradOut.data, one.gradOut.shape, dtype));
        for (const [name, gradient] of Object.entries(one.grads)) {
          expect(difference(inputs[name]!.grad!.data, gradient), `gradient of ${name}`).toBeLessThan(tolerance);
        }
      },
    );
  },
);
