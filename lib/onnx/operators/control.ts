import type { Call, Held, Operator } from "../call.ts";
import { Value } from "../values/value.ts";
import { cut, joined } from "./movement.ts";

function branch(call: Call): Held[] {
  return call.run(call.graph(call.value(0).first ? "then_branch" : "else_branch"), []);
}

/** Results of all rounds behind each other along a new axis. */
function stacked(call: Call, rounds: readonly Value[], axis = 0): Value {
  if (rounds.length === 0) return Value.of("float32", [0], new Float32Array());
  const parts = rounds.map((x) => x.as([...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]));
  return joined(call, parts, axis);
}

/** Rounds until the count is reached or the condition fails; the body is given the round, the condition and what the last one gave. */
function loop(call: Call): Held[] {
  const body = call.graph("body");
  const most = call.maybe(0)?.first ?? Number.POSITIVE_INFINITY;
  let state: readonly (Held | undefined)[] = call.inputs.slice(2);
  let goes = call.maybe(1) ?? Value.bool(true);
  const collected = Array.from({ length: body.output.length - 1 - state.length }, (): Value[] => []);
  for (let round = 0; round < most && goes.first; round++) {
    const index = Value.of("int64", [], BigInt64Array.of(BigInt(round)));
    const [condition, ...results] = call.run(body, [index, goes, ...state.map((each) => each ?? null)]);
    if (!(condition instanceof Value)) throw call.wrong("the body gives no condition", "its first output is one");
    goes = condition;
    const next = results.slice(0, state.length);
    for (const [i, list] of collected.entries()) list.push(results[state.length + i] as Value);
    state = next;
  }
  return [...state.map((each) => each ?? null), ...collected.map((list) => stacked(call, list))];
}

function sliceAt(x: Value, axis: number, at: number): Value {
  const cuts = x.shape.map((count, i) =>
    i === axis ? { start: at, count: 1, step: 1 } : { start: 0, count, step: 1 },
  );
  return cut(x, cuts).as(x.shape.filter((_, i) => i !== axis));
}

/** One round for each place along an axis of the scanned inputs. */
function scanned(
  call: Call,
  state: readonly Value[],
  inputs: readonly Value[],
  axes: Scanned,
): { state: Value[]; results: Value[] } {
  const body = call.graph("body");
  let now = [...state];
  const length = inputs[0]?.shape[axes.inputs[0] ?? 0] ?? 0;
  const collected = Array.from({ length: body.output.length - now.length }, (): Value[] => []);
  for (let round = 0; round < length; round++) {
    const slices = inputs.map((x, i) => sliceAt(x, axes.inputs[i]!, axes.backwards[i] ? length - 1 - round : round));
    const results = call.run(body, [...now, ...slices]) as Value[];
    for (const [i, list] of collected.entries()) list.push(results[now.length + i]!);
    now = results.slice(0, now.length);
  }
  const results = collected.map((list, i) => {
    if (axes.outputsBackwards[i]) list.reverse();
    const rank = (list[0]?.shape.length ?? 0) + 1;
    return stacked(call, list, call.axis(axes.outputs[i] ?? 0, rank));
  });
  return { state: now, results };
}

/** Along which axes, and in which direction. */
interface Scanned {
  readonly inputs: readonly number[];
  readonly backwards: readonly boolean[];
  readonly outputs: readonly number[];
  readonly outputsBackwards: readonly boolean[];
}

function scan(call: Call): Value[] {
  const count = call.int("num_scan_inputs", 1);
  if (call.opset < 9) return scanBatch(call, count);
  const values = call.values;
  const inputs = values.slice(values.length - count);
  const flags = (name: string): boolean[] => call.ints(name)?.map(Boolean) ?? [];
  const axes = call.ints("scan_input_axes") ?? inputs.map(() => 0);
  const { state, results } = scanned(call, values.slice(0, values.length - count), inputs, {
    inputs: inputs.map((x, i) => call.axis(axes[i]!, x.shape.length)),
    backwards: flags("scan_input_directions"),
    outputs: call.ints("scan_output_axes") ?? [],
    outputsBackwards: flags("scan_output_directions"),
  });
  return [...state, ...results];
}

/** Version 8 of the operators: every input has a batch in front, each example of which is scanned along its next axis. */
function scanBatch(call: Call, count: number): Value[] {
  const values = call.inputs.slice(1).map((_, i) => call.value(i + 1));
  const first = values.length - count;
  const lengths = call.maybe(0)?.list;
  const examples = values[first]?.shape[0] ?? 0;
  const backwards = call.ints("directions")?.map(Boolean) ?? [];
  const rounds = Array.from({ length: examples }, (_, n) => {
    const own = values.map((x) => sliceAt(x, 0, n));
    const inputs = own.slice(first).map((x) => {
      const whole = x.shape.map((size) => ({ start: 0, count: size, step: 1 }));
      return cut(x, [{ ...whole[0]!, count: lengths?.[n] ?? x.shape[0]! }, ...whole.slice(1)]);
    });
    const axes = { inputs: inputs.map(() => 0), backwards, outputs: [], outputsBackwards: [] };
    const { state, results } = scanned(call, own.slice(0, first), inputs, axes);
    return [...state, ...results];
  });
  return (rounds[0] ?? []).map((_, i) =>
    stacked(
      call,
      rounds.map((results) => results[i]!),
    ),
  );
}

/** What decides, at run time, which nodes run and how often. */
export const control: Readonly<Record<string, Operator>> = {
  If: { run: branch },
  Loop: { run: loop },
  Scan: { since: 8, run: scan },
};
