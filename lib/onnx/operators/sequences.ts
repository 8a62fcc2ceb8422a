import type { Call, Held, Operator } from "../call.ts";
import { Value } from "../values/value.ts";
import { joined, partsOf, split } from "./movement.ts";

/** A place in a sequence, counted from its end where it is below 0. */
function placeIn(call: Call, index: number, length: number): number {
  if (index >= -length && index < length) return index < 0 ? index + length : index;
  throw call.wrong(`place ${index} of a sequence of ${length}`, `give one from ${-length} to ${length - 1}`);
}

function inserted(call: Call): Held[] {
  const sequence = call.sequence(0);
  const at = call.maybe(2)?.first ?? sequence.length;
  const place = at === sequence.length ? at : placeIn(call, at, sequence.length);
  return [[...sequence.slice(0, place), call.value(1), ...sequence.slice(place)]];
}

function erased(call: Call): Held[] {
  const sequence = call.sequence(0);
  const place = placeIn(call, call.maybe(1)?.first ?? -1, sequence.length);
  return [sequence.filter((_, i) => i !== place)];
}

/** Without sizes, parts of one; a single size is that of each part, and the last one may be smaller. */
function parts(call: Call): Held[] {
  const x = call.value(0);
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const size = x.shape[axis]!;
  const given = call.maybe(1);
  if (given === null) {
    const list = split(x, axis, new Array<number>(size).fill(1));
    return [call.flag("keepdims", true) ? list : list.map((part) => part.as(x.shape.filter((_, i) => i !== axis)))];
  }
  if (given.shape.length > 0) return [split(x, axis, partsOf(call, size, given.list, 0))];
  const each = given.first;
  const sizes = Array.from({ length: Math.ceil(size / each) }, (_, i) => Math.min(each, size - i * each));
  return [split(x, axis, sizes)];
}

function joinedSequence(call: Call): Value {
  const sequence = call.sequence(0);
  const axis = call.int("axis", 0);
  if (!call.flag("new_axis")) return joined(call, sequence, axis);
  const rank = (sequence[0]?.shape.length ?? 0) + 1;
  const at = call.axis(axis, rank);
  return joined(
    call,
    sequence.map((x) => x.as([...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
}

/** The body for each element; further inputs are sequences as long, or tensors that are the same for all. */
function mapped(call: Call): Held[] {
  const body = call.graph("body");
  const rounds = call.sequence(0).map((first, i) => {
    const others = call.inputs.slice(1).map((each) => (Array.isArray(each) ? (each[i] as Value) : (each ?? null)));
    return call.run(body, [first, ...others]) as Value[];
  });
  return body.output.map((_, output) => rounds.map((results) => results[output]!));
}

/** Lists of tensors, and values that may be missing. */
export const sequences: Readonly<Record<string, Operator>> = {
  ConcatFromSequence: { since: 11, run: joinedSequence },
  Optional: { since: 15, run: (call) => [call.inputs[0] ?? null] },
  OptionalGetElement: {
    since: 15,
    run(call) {
      const held = call.inputs[0];
      if (held === null || held === undefined)
        throw call.wrong("the optional is empty", "ask OptionalHasElement first");
      return [held];
    },
  },
  OptionalHasElement: {
    since: 15,
    run: (call) => Value.bool(call.inputs[0] !== null && call.inputs[0] !== undefined),
  },
  SequenceAt: {
    since: 11,
    run: (call) => call.sequence(0)[placeIn(call, call.value(1).first, call.sequence(0).length)]!,
  },
  SequenceConstruct: { since: 11, run: (call) => [call.values] },
  SequenceEmpty: { since: 11, run: () => [[]] },
  SequenceErase: { since: 11, run: erased },
  SequenceInsert: { since: 11, run: inserted },
  SequenceLength: {
    since: 11,
    run: (call) => Value.of("int64", [], BigInt64Array.of(BigInt(call.sequence(0).length))),
  },
  SequenceMap: { since: 17, run: mapped },
  SplitToSequence: { since: 11, run: parts },
};
