import { describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { summary } from "../../../lib/display/summary.ts";
import { lenet1998 } from "../../../lib/models/lenet-1998.ts";
import { gradCheckModule } from "../../../lib/nn/grad-check.ts";
import type { Module } from "../../../lib/nn/module.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { Random } from "../../../lib/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { normal } from "../random-tensors.ts";

/** The paper's table I as it is printed: a row for each map of S2, an X where a map of C3 sees it. */
const printed = `
  X . . . X X X . . X X X X . X X
  X X . . . X X X . . X X X X . X
  X X X . . . X X X . . X . X X X
  . X X X . . X X X X . . X . X X
  . . X X X . . X X X X . X X . X
  . . . X X X . . X X X X . X X X`;

/** Which maps of S2 each map of C3 sees. */
const table = printed
  .trim()
  .split("\n")
  .map((row) => row.trim().split(" "));
const seenBy = (map: number): number[] => table.flatMap((row, from) => (row[map] === "X" ? [from] : []));

const squash = (a: number): number => 1.7159 * Math.tanh((2 / 3) * a);

/** A volume, `[maps][rows][columns]`. */
type Maps = readonly (readonly (readonly number[])[])[];

/** The network by the paper's text, one unit after the other. */
function definition(network: Module, image: Maps): number[] {
  const numbers = new Map(Object.entries(network.stateDict()).map(([name, { data }]) => [name, data as Float64Array]));
  const of = (name: string): Float64Array => numbers.get(name)!;
  const convolve = (x: Maps, sees: readonly number[], weights: Float64Array, bias: number): number[][] =>
    Array.from({ length: x[0]!.length - 4 }, (_, i) =>
      Array.from({ length: x[0]![0]!.length - 4 }, (_, j) => {
        let sum = bias;
        for (const [c, from] of sees.entries()) {
          for (let k = 0; k < 25; k++) sum += weights[c * 25 + k]! * x[from]![i + Math.floor(k / 5)]![j + (k % 5)]!;
        }
        return squash(sum);
      }),
    );
  const all = (x: Maps, name: string, maps: number): Maps => {
    const own = x.length * 25;
    const sees = x.map((_, from) => from);
    return Array.from({ length: maps }, (_, f) =>
      convolve(x, sees, of(`${name}.filters`).subarray(f * own, (f + 1) * own), of(`${name}.bias`)[f]!),
    );
  };
  const subsample = (x: Maps, name: string): Maps =>
    x.map((map, c) =>
      Array.from({ length: map.length / 2 }, (_, i) =>
        Array.from({ length: map[0]!.length / 2 }, (_, j) => {
          const [upper, lower] = [map[2 * i]!, map[2 * i + 1]!];
          const added = upper[2 * j]! + upper[2 * j + 1]! + lower[2 * j]! + lower[2 * j + 1]!;
          return squash(of(`${name}.coefficients`)[c]! * added + of(`${name}.bias`)[c]!);
        }),
      ),
    );
  const s2 = subsample(all(image, "c1", 6), "s2");
  const c3 = Array.from({ length: 16 }, (_, f) => {
    const sees = seenBy(f);
    const [name, place] = [`c3.see${sees.length}.conv`, f < 6 ? f : f < 15 ? f - 6 : 0];
    const own = sees.length * 25;
    return convolve(
      s2,
      sees,
      of(`${name}.filters`).subarray(place * own, (place + 1) * own),
      of(`${name}.bias`)[place]!,
    );
  });
  const c5 = all(subsample(c3, "s4"), "c5", 120).flat(2);
  const f6 = Array.from({ length: 84 }, (_, o) =>
    squash(c5.reduce((sum, value, i) => sum + of("f6.weights")[o * 120 + i]! * value, of("f6.bias")[o]!)),
  );
  return Array.from({ length: 10 }, (_, digit) =>
    f6.reduce((sum, value, j) => sum - (value - of("output.codes")[digit * 84 + j]!) ** 2, 0),
  );
}

describe("LeNet-5 of 1998", () => {
  test("computes what the paper says, map by map, with table I as it is printed", () => {
    const network = lenet1998({ random: new Random(1) }).to("float64");
    const images = normal([2, 1, 32, 32], 2);
    const scores = network.forward(images as never);
    for (const n of [0, 1]) {
      const pixels = [...images.data.subarray(n * 1024, (n + 1) * 1024)];
      const rows = Array.from({ length: 32 }, (_, i) => pixels.slice(32 * i, 32 * i + 32));
      const expected = definition(network, [rows]);
      // the same sums in float64, in another order
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(scores.data[n * 10 + i]! - value)).toBeLessThan(1e-10 * Math.abs(value));
      }
    }
  });

  test("has the parameters that the paper counts, layer by layer", () => {
    const counted = summary(lenet1998(), [1, 32, 32]);
    const of = (name: string): number =>
      counted.layers
        .filter(({ path }) => path.split(".")[0] === name)
        .reduce((sum, { parameters }) => sum + parameters, 0);
    expect(["c1", "s2", "c3", "s4", "c5", "f6", "output"].map(of)).toEqual([156, 12, 1516, 32, 48_120, 10_164, 0]);
    expect(counted.parameters).toBe(60_000);
    // connections less those of biases: 117,600 + 150,000 + 48,000 + 10,080
    expect(counted.macs).toBe(325_680);
    expect(summary(lenet1998({ connections: "full" }), [1, 32, 32]).parameters).toBe(60_000 + 2416 - 1516);
  });

  test("weights begin within 2.4 / fan-in, biases too", () => {
    const network = lenet1998({ random: new Random(3) });
    const fanIn = { c1: 25, s2: 4, see3: 75, see4: 100, see6: 150, s4: 4, c5: 400, f6: 120 };
    for (const [name, { data }] of network.namedParameters()) {
      const [, count] = Object.entries(fanIn).find(([part]) => name.split(".").includes(part))!;
      const most = [...data].reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      expect(most, name).toBeLessThanOrEqual(Math.fround(2.4 / count));
      // of this seed; the least has one number, and six uniform ones are all below half in one draw of 64
      if (data.length > 1) expect(most, name).toBeGreaterThan(1.2 / count);
    }
  });

  test("the pictures of the digits are of ink and paper, no two alike, and not learned", () => {
    const network = lenet1998();
    expect(network.namedBuffers().map(([name]) => name)).toEqual(["output.codes"]);
    const { data, shape } = network.namedBuffers()[0]![1];
    expect(shape).toEqual([10, 84]);
    expect(new Set(data)).toEqual(new Set([-1, 1]));
    const rows = Array.from({ length: 10 }, (_, i) => [...data].slice(84 * i, 84 * i + 84));
    const distances = rows.flatMap((a, i) => rows.slice(0, i).map((b) => a.filter((ink, j) => ink !== b[j]).length));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(4);
  });

  test("subsampling and output have right gradients", () => {
    const { layers } = lenet1998({ random: new Random(4) });
    expect(gradCheckModule(layers.s2!, normal([2, 6, 4, 4], 5, "float32")).passed).toBe(true);
    expect(gradCheckModule(layers.output!, normal([3, 84], 6, "float32")).passed).toBe(true);
  });

  test("learns: after thirty steps ten pictures are told apart", () => {
    const network = lenet1998({ random: new Random(7) });
    const images = normal([10, 1, 32, 32], 8, "float32");
    const labels = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [10], "int32");
    const optimizer = new Adam(network.parameters(), { learningRate: 3e-3 });
    let loss = Number.NaN;
    for (let step = 0; step < 30; step++) {
      optimizer.zeroGrad();
      const value = crossEntropy(network.forward(images), labels);
      loss = value.item();
      backward(value);
      optimizer.step();
    }
    expect(loss).toBeLessThan(0.1);
  });

  test("refuses connections that it does not know", () => {
    expect(() => lenet1998({ connections: "some" as never })).toThrow('fix: give "partial" or "full"');
  });
});
