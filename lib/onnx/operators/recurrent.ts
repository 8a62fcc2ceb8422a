import { shortened } from "../../errors.ts";
import { relu, sigmoid, tanh } from "../../ops/activation.ts";
import { add, multiply, subtract } from "../../ops/arithmetic.ts";
import { clip } from "../../ops/functions.ts";
import { linear } from "../../ops/linear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { Value } from "../values/value.ts";
import { cut, joined, split } from "./movement.ts";
import { transposed } from "./shapes.ts";

/** What a cell remembers from one step to the next: its output, and of an LSTM its state. */
type State = readonly Tensor[];

/** The weights of one direction: for the input, for the output before, and the biases of both. */
interface Weights {
  readonly w: Value;
  readonly r: Value;
  readonly wb: Value | null;
  readonly rb: Value | null;
  /** Of the state itself, an LSTM's peepholes. */
  readonly p: Value | null;
}

/** One step of a cell. @param f its activations */
type Cell = (call: Call, x: Tensor, state: State, weights: Weights, f: readonly Activation[]) => State;

type Activation = (x: Tensor) => Tensor;

const activations: Readonly<Record<string, Activation>> = { sigmoid, tanh, relu };

const plus = (a: Tensor, b: Tensor): Tensor => add(a, b) as Tensor;
const times = (a: Tensor, b: Tensor): Tensor => multiply(a, b) as Tensor;

/** The sums of all gates, cut into the parts of each. */
function gates(x: Tensor, w: Value, bias: Value | null, count: number): Tensor[] {
  const sums = Value.ofTensor(linear(x, w.tensor, bias?.tensor ?? null) as Tensor);
  return split(sums, 1, new Array<number>(count).fill(sums.shape[1]! / count)).map((part) => part.tensor);
}

const simple: Cell = (_, x, [h], { w, r, wb, rb }, [f]) => {
  const [a] = gates(x, w, wb, 1);
  const [b] = gates(h!, r, rb, 1);
  return [f!(plus(a!, b!))];
};

/** Hochreiter and Schmidhuber (1997), with the gates in ONNX's order: input, output, forget, cell. */
const lstm: Cell = (call, x, [h, c], { w, r, wb, rb, p }, [f, g, last]) => {
  const a = gates(x, w, wb, 4);
  const b = gates(h!, r, rb, 4);
  const [pi, po, pf] = p === null ? [] : split(p, 0, new Array<number>(3).fill(p.size / 3)).map((part) => part.tensor);
  const gate = (i: number): Tensor => plus(a[i]!, b[i]!);
  const peeped = (sums: Tensor, weights: Tensor | undefined, state: Tensor): Tensor =>
    weights === undefined ? sums : plus(sums, times(weights, state));
  const into = f!(peeped(gate(0), pi, c!));
  const forget = call.flag("input_forget") ? (subtract(1, into) as Tensor) : f!(peeped(gate(2), pf, c!));
  const state = plus(times(forget, c!), times(into, g!(gate(3))));
  const out = f!(peeped(gate(1), po, state));
  return [times(out, last!(state)), state];
};

/** Cho et al. (2014), with the gates in ONNX's order: update, reset, hidden. */
const gru: Cell = (call, x, [h], { w, r, wb, rb }, [f, g]) => {
  const a = gates(x, w, wb, 3);
  const b = gates(h!, r, rb, 3);
  const update = f!(plus(a[0]!, b[0]!));
  const reset = f!(plus(a[1]!, b[1]!));
  let hidden = times(reset, b[2]!);
  if (!call.flag("linear_before_reset")) {
    const third = r.shape[0]! / 3;
    const own = (value: Value): Value => split(value, 0, [third, third, third])[2]!;
    [hidden] = gates(times(reset, h!), own(r), rb && own(rb), 1) as [Tensor];
  }
  const next = g!(plus(a[2]!, hidden));
  return [plus(times(subtract(1, update) as Tensor, next), times(update, h!))];
};

/** Which functions a direction uses. */
function functionsOf(call: Call, direction: number, defaults: readonly string[]): Activation[] {
  const names = call.texts("activations") ?? [...defaults, ...defaults];
  const limit = call.has("clip") ? call.float("clip", 0) : null;
  return names.slice(direction * defaults.length, (direction + 1) * defaults.length).map((name) => {
    const f = activations[name.toLowerCase()]!;
    return limit === null ? f : (x) => f(clip(x, { min: -limit, max: limit }));
  });
}

/** Says which activations are not known. */
function refuses(call: Call): string | null {
  const unknown = call.texts("activations")?.find((name) => !Object.hasOwn(activations, name.toLowerCase()));
  return unknown === undefined ? null : `the activation ${shortened(unknown)} is not known`;
}

/**
 * A cell along a sequence, forward, backward or both.
 *
 * @param states how many tensors it remembers
 */
const recurrent = (
  cell: Cell,
  gateCount: number,
  states: number,
  defaults: readonly string[],
  before: readonly number[],
): Operator => ({
  learned: [1, 2, 3, 7],
  refuses,
  run(call) {
    const batchFirst = call.flag("layout");
    const given = Value.ofTensor(call.tensor(0));
    const x = batchFirst ? transposed(given, [1, 0, 2]) : given;
    const [length = 0, n = 0] = x.shape;
    const size = call.value(2).shape[2]!;
    const named = call.text("direction", "forward");
    const directions = named === "bidirectional" ? [false, true] : [named === "reverse"];
    const lengths = call.maybe(4)?.list ?? null;
    const at = (value: Value | null, d: number): Value | null => {
      if (value === null) return null;
      return cut(
        value,
        value.shape.map((count, i) => (i === 0 ? { start: d, count: 1, step: 1 } : { start: 0, count, step: 1 })),
      ).as(value.shape.slice(1));
    };
    const runs = directions.map((backward, d) => {
      const bias = at(call.maybe(3), d);
      const halves = bias && split(bias, 0, [gateCount * size, gateCount * size]);
      const weights: Weights = {
        w: at(call.value(1), d)!,
        r: at(call.value(2), d)!,
        wb: halves?.[0] ?? null,
        rb: halves?.[1] ?? null,
        p: states === 2 ? at(call.maybe(7), d) : null,
      };
      const nothing = Value.fractions(given.type, [n, size], new Float32Array(n * size));
      let state: State = before.map((index) => {
        const initial = call.maybe(index);
        return (initial === null ? nothing : at(batchFirst ? transposed(initial, [1, 0, 2]) : initial, d)!).tensor;
      });
      const f = functionsOf(call, d, defaults);
      const outs = new Array<Tensor>(length);
      for (let step = 0; step < length; step++) {
        const t = backward ? length - 1 - step : step;
        const next = cell(call, frame(x, t), state, weights, f);
        state = lengths === null ? next : next.map((each, i) => mixed(each, state[i]!, lengths, t));
        outs[t] = lengths === null ? state[0]! : mixed(next[0]!, nothing.tensor, lengths, t);
      }
      return { outs, state };
    });
    // [length, directions, N, size]
    const steps = Array.from({ length }, (_, t) => {
      const each = runs.map(({ outs }) => Value.ofTensor(outs[t]!).as([1, 1, n, size]));
      return joined(call, each, 1);
    });
    const all = joined(call, steps, 0);
    const lasts = before.map((_, i) => {
      const last = joined(
        call,
        runs.map(({ state }) => Value.ofTensor(state[i]!).as([1, n, size])),
        0,
      );
      return batchFirst ? transposed(last, [1, 0, 2]) : last;
    });
    const sequence = batchFirst ? transposed(all, [2, 0, 1, 3]) : all;
    return [sequence, ...lasts].map((value) => call.like(value.tensor));
  },
});

/** Inputs of one step, `[N, features]`. */
function frame(x: Value, t: number): Tensor {
  const [, n = 0, features = 0] = x.shape;
  const cuts = [{ start: t, count: 1, step: 1 }, ...[n, features].map((count) => ({ start: 0, count, step: 1 }))];
  return cut(x, cuts).as([n, features]).tensor;
}

/** Of examples that are longer than `t` the one, of the others the other. */
function mixed(running: Tensor, ended: Tensor, lengths: readonly number[], t: number): Tensor {
  const { type } = Value.ofTensor(running);
  const going = lengths.map((length) => (t < length ? 1 : 0));
  const flags = Value.fractions(type, [lengths.length, 1], going).tensor;
  return plus(times(flags, running), times(subtract(1, flags) as Tensor, ended));
}

/** Networks that go along a sequence and remember. */
export const recurrents: Readonly<Record<string, Operator>> = {
  GRU: recurrent(gru, 3, 1, ["Sigmoid", "Tanh"], [5]),
  LSTM: recurrent(lstm, 4, 2, ["Sigmoid", "Tanh", "Tanh"], [5, 6]),
  RNN: recurrent(simple, 1, 1, ["Tanh"], [5]),
};
