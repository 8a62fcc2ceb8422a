import type { Call, Operator } from "../call.ts";
import { room, Value } from "../values/value.ts";

/** Parameters, their gradients and what an optimiser remembers of each: inputs in groups, behind a rate and a count. */
type Step = (
  call: Call,
  rate: number,
  count: number,
) => (x: number, gradient: number, state: readonly number[]) => number[];

/**
 * One step of an optimiser for any number of parameters.
 *
 * @param memories how many numbers it remembers of each parameter
 */
const optimizer = (memories: number, step: Step): Operator => ({
  run(call) {
    const [rate, count] = [call.value(0).first, call.value(1).first];
    const parameters = (call.inputs.length - 2) / (memories + 2);
    const update = step(call, rate, count);
    const groups: Value[][] = Array.from({ length: memories + 1 }, () => []);
    for (let i = 0; i < parameters; i++) {
      const x = call.value(2 + i);
      const elements = (index: number) => call.value(2 + index * parameters + i).elements as unknown as Float32Array;
      const [from, gradient] = [elements(0), elements(1)];
      const state = Array.from({ length: memories }, (_, j) => elements(2 + j));
      const outs = groups.map(() => room(x.type, x.size));
      for (let j = 0; j < x.size; j++) {
        const next = update(
          from[j]!,
          gradient[j]!,
          state.map((each) => each[j]!),
        );
        for (const [k, out] of outs.entries()) out[j] = next[k]!;
      }
      for (const [k, out] of outs.entries()) groups[k]!.push(Value.of(x.type, x.shape, out));
    }
    return groups.flat();
  },
});

/** Duchi, Hazan and Singer (2011). */
const adagrad = optimizer(1, (call, rate, count) => {
  const [decay, norm, epsilon] = [
    call.float("decay_factor", 0),
    call.float("norm_coefficient", 0),
    call.float("epsilon", 1e-6),
  ];
  const now = rate / (1 + count * decay);
  return (x, gradient, [squares = 0]) => {
    const g = norm * x + gradient;
    const sum = squares + g * g;
    return [x - (now * g) / (Math.sqrt(sum) + epsilon), sum];
  };
});

/** Kingma and Ba (2015). */
const adam = optimizer(2, (call, rate, count) => {
  const [alpha, beta] = [call.float("alpha", 0.9), call.float("beta", 0.999)];
  const [norm, after, epsilon] = [
    call.float("norm_coefficient", 0),
    call.float("norm_coefficient_post", 0),
    call.float("epsilon", 1e-6),
  ];
  const now = count > 0 ? (rate * Math.sqrt(1 - beta ** count)) / (1 - alpha ** count) : rate;
  return (x, gradient, [mean = 0, square = 0]) => {
    const g = norm * x + gradient;
    const [m, v] = [alpha * mean + (1 - alpha) * g, beta * square + (1 - beta) * g * g];
    return [(1 - after) * (x - (now * m) / (Math.sqrt(v) + epsilon)), m, v];
  };
});

/** Momentum, plain or as Nesterov has it (Sutskever et al., 2013). */
const momentum = optimizer(1, (call, rate, count) => {
  const [alpha, beta, norm] = [call.float("alpha", 0), call.float("beta", 0), call.float("norm_coefficient", 0)];
  const nesterov = call.text("mode", "standard") === "nesterov";
  const share = count > 0 ? beta : 1;
  return (x, gradient, [velocity = 0]) => {
    const g = norm * x + gradient;
    const v = alpha * velocity + share * g;
    return [x - rate * (nesterov ? g + alpha * v : v), v];
  };
});

/** Optimisers as operators: those of ONNX's domain for training. */
export const training: Readonly<Record<string, Operator>> = { Adagrad: adagrad, Adam: adam, Momentum: momentum };
