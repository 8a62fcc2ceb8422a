import type { Held } from "../../lib/onnx/call.ts";
import { isFloat, Value } from "../../lib/onnx/values/value.ts";

/** How far fractions may be off: the defaults of ONNX's own runner (onnx/backend/test/runner, `assert_similar_outputs`). */
const relative = 1e-3;
const absolute = 1e-7;

/** How a result differs from what is expected; null where it does not. */
export function difference(found: Held | undefined, expected: Held): string | null {
  if (expected === null) return found === null ? null : "a value, where none is expected";
  if (!(expected instanceof Value)) {
    if (!Array.isArray(found)) return "no sequence";
    const list = found as readonly Value[];
    if (list.length !== expected.length) return `a sequence of ${list.length}, not ${expected.length}`;
    const items = expected.map((each, i) => difference(list[i], each));
    return items.find((item) => item !== null) ?? null;
  }
  if (!(found instanceof Value)) return "no tensor";
  if (found.type !== expected.type) return `${found.type}, not ${expected.type}`;
  if (`${found.shape}` !== `${expected.shape}`)
    return `[${found.shape.join(", ")}], not [${expected.shape.join(", ")}]`;
  const [a, b] = [found.elements, expected.elements];
  const equal = isFloat(expected.type) ? isNear : Object.is;
  for (let i = 0; i < expected.size; i++) {
    if (!equal(a[i]!, b[i]!)) return `element ${i} is ${a[i]}, not ${b[i]}`;
  }
  return null;
}

function isNear(found: unknown, expected: unknown): boolean {
  const [a, b] = [found as number, expected as number];
  if (a === b || Object.is(a, b)) return true;
  return Number.isFinite(b) && Math.abs(a - b) <= absolute + relative * Math.abs(b); // all are near to an infinity
}
