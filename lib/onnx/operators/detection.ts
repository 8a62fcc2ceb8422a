import type { Call, Operator } from "../call.ts";
import { Value } from "../values/value.ts";

/** A box by its corners. */
type Box = readonly [y0: number, x0: number, y1: number, x1: number];

/** How much of what two boxes cover is common to both. */
function overlap(a: Box, b: Box): number {
  const height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const common = Math.max(0, height) * Math.max(0, width);
  const area = ([y0, x0, y1, x1]: Box): number => (y1 - y0) * (x1 - x0);
  const all = area(a) + area(b) - common;
  return all > 0 ? common / all : 0;
}

/** Of the boxes of each class the best first, without those that one of them covers too much of. */
function suppressed(call: Call): Value {
  const [boxes, scores] = [call.value(0), call.value(1)];
  const most = call.maybe(2)?.first ?? 0;
  const [threshold, least] = [call.maybe(3)?.first ?? 0, call.maybe(4)?.first];
  const [batches = 0, classes = 0, count = 0] = scores.shape;
  const [corners, points] = [boxes.list, scores.list];
  const centred = call.flag("center_point_box");
  const boxAt = (i: number): Box => {
    const [a = 0, b = 0, c = 0, d = 0] = corners.slice(4 * i, 4 * i + 4);
    if (centred) return [b - d / 2, a - c / 2, b + d / 2, a + c / 2];
    return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  };
  const chosen: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const all = Array.from({ length: count }, (_, i) => boxAt(batch * count + i));
    for (let k = 0; k < classes; k++) {
      const start = (batch * classes + k) * count;
      const order = all.map((_, i) => i).filter((i) => least === undefined || points[start + i]! > least);
      order.sort((i, j) => points[start + j]! - points[start + i]! || i - j);
      const kept: number[] = [];
      for (const i of order) {
        if (kept.length >= most) break;
        if (kept.every((j) => overlap(all[i]!, all[j]!) <= threshold)) kept.push(i);
      }
      for (const i of kept) chosen.push(batch, k, i);
    }
  }
  return Value.integers(chosen).as([chosen.length / 3, 3]);
}

/** What finds objects. */
export const detection: Readonly<Record<string, Operator>> = { NonMaxSuppression: { since: 10, run: suppressed } };
