import { Random } from "../../../lib/random.ts";

/** A call of an operation, `lib.add($0, $1)`, and the shapes of its operands. */
export interface Call {
  readonly code: string;
  readonly shapes: readonly (readonly number[])[];
}

/** What calls are drawn with. */
class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  maybe(probability: number): boolean {
    return this.#random.uniform() < probability;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.#random.uniform() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.whole(0, from.length - 1)]!;
  }

  shape(leastAxes: number, mostAxes: number, largest = 6): number[] {
    return Array.from({ length: this.whole(leastAxes, mostAxes) }, () => this.whole(1, largest));
  }

  /** The same but for a size here and there. */
  near(shape: readonly number[]): number[] {
    return shape.map((size) => (this.maybe(0.15) ? this.whole(1, 6) : this.maybe(0.15) ? 1 : size));
  }

  /** An axis, now and then one that there is not. */
  axis(axes: number): number {
    return this.maybe(0.1) ? this.pick([axes, -axes - 1]) : this.whole(-axes, axes - 1);
  }

  order(axes: number): number[] {
    const drawn = Array.from({ length: axes }, (_, axis) => ({ axis, at: this.#random.uniform() }));
    return drawn.sort((a, b) => a.at - b.at).map(({ axis }) => (this.maybe(0.2) ? axis - axes : axis));
  }
}

const text = JSON.stringify;
const call = (code: string, ...shapes: readonly (readonly number[])[]): Call => ({ code, shapes });

/** A call of each kind; most of them fit. */
const kinds: readonly ((draw: Draw) => Call)[] = [
  (d) => {
    const a = d.shape(0, 4);
    return call(
      `lib.${d.pick(["add", "power", "maximum", "equal"])}($0, $1)`,
      a,
      d.near(a).slice(d.whole(0, a.length)),
    );
  },
  (d) => {
    const a = d.shape(1, 3);
    return call(`$0.${d.pick(["add", "multiply", "divide"])}($1)`, a, d.near(a));
  },
  (d) => {
    const a = d.shape(0, 3);
    return call("lib.where($0, $1, $2)", d.near(a), d.near(a), d.near(a));
  },
  (d) => {
    const batch = d.shape(0, 2);
    const [k] = d.shape(1, 1) as [number];
    const right = d.maybe(0.2) ? [k] : [...d.near(batch), ...d.near([k]), ...d.shape(1, 1)];
    return call("lib.matmul($0, $1)", [...batch, ...d.shape(0, 1), k], right);
  },
  (d) => {
    const a = d.shape(1, 4, 4);
    const to = d.pick([[-1], [2, -1], [-1, 3], [...a].reverse(), [-1, -1], [-1, ...a.slice(1)], [...a, 2]]);
    return call(`lib.reshape($0, ${text(to)})`, a);
  },
  (d) => call("lib.flatten($0)", d.shape(0, 4)),
  (d) => {
    const a = d.shape(1, 4);
    const order = d.order(a.length);
    return call(`lib.transpose($0, ${text(d.maybe(0.1) ? [...order, 0] : order)})`, a);
  },
  (d) => {
    const a = d.shape(1, 4);
    const axis = d.axis(a.length);
    const other = a.map((size, i) => (i === (axis + a.length) % a.length || d.maybe(0.05) ? d.whole(1, 5) : size));
    return call(`lib.concat([$0, $1, $0], { axis: ${axis} })`, a, other);
  },
  (d) => {
    const a = d.shape(0, 3);
    return call(`lib.stack([$0, $1], { axis: ${d.axis(a.length + 1)} })`, a, d.maybe(0.2) ? d.near(a) : a);
  },
  (d) => {
    const a = d.shape(1, 4);
    const axis = d.pick([d.axis(a.length), d.order(a.length).slice(d.whole(0, a.length))]);
    const options = text({ axis, keepDims: d.maybe(0.5) });
    return call(`lib.${d.pick(["sum", "mean", "max", "product", "logSumExp", "norm"])}($0, ${options})`, a);
  },
  (d) => {
    const a = d.shape(1, 4);
    return call(`lib.argmax($0, ${text({ axis: d.axis(a.length), keepDims: d.maybe(0.5) })})`, a);
  },
  (d) => {
    const a = d.shape(1, 3);
    const options = text({ axis: d.axis(a.length), step: d.whole(1, 3) });
    return call(`lib.slice($0, ${d.whole(-3, 3)}, ${d.pick([d.whole(-2, 6), undefined])}, ${options})`, a);
  },
  (d) => {
    const a = d.shape(1, 4).map((size) => (d.maybe(0.5) ? 1 : size));
    return call(`lib.squeeze($0${d.maybe(0.5) ? "" : `, ${d.axis(a.length)}`})`, a);
  },
  (d) => {
    const a = d.shape(0, 3);
    return call(`lib.expandDims($0, ${d.axis(a.length + 1)})`, a);
  },
  (d) => {
    const a = d.shape(1, 3).map((size) => (d.maybe(0.4) ? 1 : size));
    const to = a.map((size) => (size === 1 ? d.whole(1, 6) : d.maybe(0.1) ? 1 : size));
    return call(`lib.broadcastTo($0, ${text([...d.shape(0, 1), ...to])})`, a);
  },
  (d) => {
    const a = d.shape(1, 3);
    return call(`lib.repeat($0, ${d.whole(1, 3)}, { axis: ${d.axis(a.length)} })`, a);
  },
  (d) => call(`lib.tile($0, ${text(d.shape(0, 4, 3))})`, d.shape(0, 3)),
  (d) => {
    const a = d.shape(1, 3);
    return call(`lib.take($0, ${text(d.shape(1, 3).map(() => 0))}, { axis: ${d.axis(a.length)} })`, a);
  },
  (d) => {
    const a = d.shape(1, 4);
    const side = (): unknown => d.pick<unknown>([d.whole(-1, 2), [d.whole(-1, 2), d.whole(0, 2)]]);
    return call(`lib.pad($0, ${text(d.pick<unknown>([1, -1, [side()], [side(), side()]]))})`, a);
  },
  (d) => call(`lib.upsample($0, ${text(d.pick<unknown>([{ scale: [2, 3] }, { size: 7 }]))})`, d.shape(4, 4)),
  (d) => {
    const groups = d.whole(1, 3);
    const x = [2, groups * d.whole(1, 2) + (d.maybe(0.1) ? 1 : 0), d.whole(2, 9), d.whole(2, 9)];
    const filters = [groups * d.whole(1, 2), Math.ceil(x[1]! / groups), d.whole(1, 4), d.whole(1, 4)];
    const padding = d.pick<unknown>([0, [1, 2], [[1, 0], 2], "same", "valid"]);
    const stridePolicy = d.pick(["floor", "ceil", "strict"]);
    return call(`lib.conv2d($0, $1, ${text({ groups, padding, stride: d.whole(1, 3), stridePolicy })})`, x, filters);
  },
  (d) => {
    const x = [2, d.whole(1, 3), d.whole(1, 7), d.whole(1, 7)];
    const filters = [...d.near([x[1]!]), d.whole(1, 3), d.whole(1, 4), d.whole(1, 4)];
    const padding = d.pick<unknown>([
      0,
      1,
      [1, 2],
      [
        [1, 0],
        [0, 2],
      ],
      "same",
    ]);
    const options = text({ padding, stride: d.pick<unknown>([1, 2, [2, 1]]), dilation: d.whole(1, 2) });
    return call(`lib.convTranspose2d($0, $1, ${options})`, x, filters);
  },
  (d) => {
    const c = d.whole(1, 3);
    return call("lib.depthwiseConv2d($0, $1, { padding: 1 })", [2, c, 4, 5], [d.maybe(0.3) ? 4 : 2 * c, 1, 3, 2]);
  },
  (d) =>
    call(
      `lib.adaptiveAveragePool2d($0, ${text(d.pick<unknown>([2, [2, 3]]))})`,
      d.shape(3, 4).map((size) => size + 2),
    ),
  (d) => {
    const i = d.whole(1, 5);
    return call("lib.linear($0, $1)", d.maybe(0.1) ? [2, 3, i] : d.near([3, i]), [4, i]);
  },
  (d) => {
    const a = d.shape(1, 4);
    return call(`lib.layerNorm($0, ${text(d.near(a.slice(d.whole(0, a.length - 1))))})`, a);
  },
  (d) => call(`lib.${d.pick(["groupNorm", "maxout"])}($0, ${d.whole(1, 3)})`, d.shape(1, 4)),
  (d) => {
    const a = d.shape(1, 4);
    return call(`lib.softmax($0, { axis: ${d.axis(a.length)} })`, a);
  },
  (d) => {
    const a = d.shape(1, 3);
    return call(`lib.flip($0, ${text([d.axis(a.length)])})`, a);
  },
  (d) => {
    const a = d.shape(0, 3);
    return call("lib.meanSquaredError($0, $1)", a, d.maybe(0.5) ? d.near(a) : a);
  },
];

/** Calls at random, as many of each kind. */
export function calls(count: number, seed: number): Call[] {
  const draw = new Draw(seed);
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!(draw));
}

/** The shapes of a call's operands as types, some sizes a name or any number. */
export function forgetful({ shapes }: Call, seed: number): string[] {
  const draw = new Draw(seed);
  const forgotten = (size: number): string => (draw.maybe(0.3) ? draw.pick(["number", '"N"']) : `${size}`);
  return shapes.map((shape) => `readonly [${shape.map(forgotten).join(", ")}]`);
}
