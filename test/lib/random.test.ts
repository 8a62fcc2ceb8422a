import { describe, expect, test } from "vitest";
import { Random, splitmix64, Xoshiro128StarStar } from "../../lib/random.ts";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe("the generators are the published ones", () => {
  test("SplitMix64 gives the sequence known for seed 1234567", () => {
    const step = 0x9e3779b97f4a7c15n;
    const outputs = [0n, 1n, 2n, 3n, 4n].map((k) => splitmix64(1234567n + k * step));
    expect(outputs).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  test("xoshiro128** gives what its authors' C code gives from state 1, 2, 3, 4", () => {
    const generator = new Xoshiro128StarStar(1, 2, 3, 4);
    expect(draw(10, () => generator.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  // From the authors' splitmix64.c and xoshiro128starstar.c, compiled; each 64-bit output is split low word first.
  test.each([
    [0, [3737715805, 2584255861, 2876756834, 3286328325]],
    [1, [1695105466, 1423115009, 634581793, 1068227753]],
    [42, [1776835114, 4165204688, 17111135, 2317295270]],
    [-1, [477689756, 2493998634, 555695776, 607808419]],
    [Number.MAX_SAFE_INTEGER, [1233166643, 1287031142, 661813442, 2960669951]],
  ])("seed %i is spread over the state by SplitMix64", (seed, words) => {
    const random = new Random(seed);
    expect(draw(4, () => random.integer(2 ** 32))).toEqual(words);
  });

  test.each([0.5, Number.NaN, Infinity, 2 ** 53])("seed %d is refused", (seed) => {
    expect(() => new Random(seed)).toThrow(/whole number between/);
  });
});

describe("uniform", () => {
  test("is the upper 24 bits of a word, so that float32 holds it exactly and below 1", () => {
    const random = new Random(42);
    expect(random.uniform()).toBe((1776835114 >>> 8) / 2 ** 24);
    for (const value of draw(1000, () => random.uniform())) expect(Math.fround(value)).toBe(value);
    expect(Math.fround((2 ** 24 - 1) / 2 ** 24)).toBeLessThan(1);
  });

  test("fills 100 bins evenly", () => {
    const random = new Random(7);
    const bins = new Int32Array(100);
    for (const value of draw(100_000, () => random.uniform())) bins[Math.floor(100 * value)]!++;
    // χ² with 99 degrees of freedom: mean 99, deviation √198 = 14; five deviations leave a sound generator room.
    expect(bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(99 + 5 * Math.sqrt(198));
  });
});

describe("normal", () => {
  const random = new Random(3);
  const values = draw(200_000, () => random.normal());
  const moment = (power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / values.length;

  // The k-th sample moment deviates by √((μ₂ₖ − μₖ²) / n), with μ₂ 1, μ₄ 3, μ₆ 15, μ₈ 105; four deviations.
  test.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ])("has moment %i of the standard normal, %d", (power, expected, variance) => {
    expect(Math.abs(moment(power) - expected)).toBeLessThan(4 * Math.sqrt(variance / values.length));
  });

  test("has the tails of the standard normal", () => {
    for (const [bound, probability] of [
      [1, 0.317311],
      [2, 0.0455],
      [3, 0.0027],
    ] as const) {
      const share = values.filter((x) => Math.abs(x) > bound).length / values.length;
      const deviation = Math.sqrt((probability * (1 - probability)) / values.length);
      expect(Math.abs(share - probability)).toBeLessThan(4 * deviation);
    }
  });

  test("agrees with the polar method through Math.log to the rounding of a logarithm", () => {
    const [words, ours] = [new Random(11), new Random(11)];
    const signed = (): number => (words.integer(2 ** 32) - 2 ** 31 + 0.5) / 2 ** 31;
    let worst = 0;
    for (let pair = 0; pair < 10_000; pair++) {
      let [u, v, square] = [0, 0, 1];
      while (square >= 1) {
        [u, v] = [signed(), signed()];
        square = u * u + v * v;
      }
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      worst = Math.max(worst, Math.abs(ours.normal() - u * scale), Math.abs(ours.normal() - v * scale));
    }
    // Both logarithms are good to a few units of 2⁻⁵³, and the values are below 8.
    expect(worst).toBeLessThan(8 * 4 * 2 ** -53);
  });
});

describe("integer", () => {
  test("gives every value of its range equally often", () => {
    const random = new Random(5);
    const counts = new Int32Array(6);
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]!++;
    // χ² with 5 degrees of freedom: mean 5, deviation √10.
    expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(5 + 5 * Math.sqrt(10));
  });

  test("draws again instead of favouring small remainders", () => {
    // With n = 3·2³⁰ a plain remainder would send a quarter of the words to the lowest third: 1/2 below 2³⁰, not 1/3.
    const random = new Random(6);
    const share = draw(30_000, () => random.integer(3 * 2 ** 30)).filter((value) => value < 2 ** 30).length / 30_000;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 30_000));
  });

  test("takes 1 and 2³² as bounds, and nothing beyond them", () => {
    const random = new Random(0);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeGreaterThanOrEqual(0);
    for (const n of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) expect(() => random.integer(n)).toThrow(`n is ${n}`);
  });
});

describe("shuffle", () => {
  test("reaches each of the 24 orders of four things equally often", () => {
    const random = new Random(8);
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle(["a", "b", "c", "d"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    // χ² with 23 degrees of freedom: mean 23, deviation √46.
    const chiSquared = [...orders.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(23 + 5 * Math.sqrt(46));
  });

  test("works in place on typed arrays, also of none or one", () => {
    const random = new Random(9);
    const indices = Int32Array.from({ length: 50 }, (_, i) => i);
    expect(random.shuffle(indices)).toBe(indices);
    expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect([...random.shuffle(new Int32Array(0))]).toEqual([]);
    expect([...random.shuffle(Int32Array.of(4))]).toEqual([4]);
  });
});

describe("fork", () => {
  const start = (random: Random): number[] => draw(4, () => random.integer(2 ** 32));

  test("does not depend on what was drawn before", () => {
    const [fresh, used] = [new Random(1), new Random(1)];
    used.normal();
    used.shuffle([1, 2, 3]);
    expect(start(used.fork("weights"))).toEqual(start(fresh.fork("weights")));
  });

  test("leaves its parent's own numbers alone", () => {
    const [forked, plain] = [new Random(1), new Random(1)];
    forked.fork("weights").uniform();
    expect(start(forked)).toEqual(start(plain));
  });

  test("differs by label, by the order of labels, and by the cut between them", () => {
    const root = new Random(0);
    const streams = [root, root.fork(""), root.fork("a"), root.fork("b"), root.fork("ab"), root.fork("a").fork("b")];
    streams.push(root.fork("b").fork("a"), root.fork(1), new Random(1), new Random(1).fork("a"));
    expect(new Set(streams.map((random) => start(random).join())).size).toBe(streams.length);
  });

  test("takes a number as its text", () => {
    expect(start(new Random(0).fork(12))).toEqual(start(new Random(0).fork("12")));
  });
});

describe("a stream goes on from a state that was kept", () => {
  test("with the same numbers of every kind, and the same forks, also after a way through JSON", () => {
    const random = new Random(5);
    random.normal(); // leaves the second of two
    const state = JSON.parse(JSON.stringify(random.state));
    const drawn = (stream: Random): number[] => [
      ...[stream.normal(), stream.normal(), stream.uniform(), stream.integer(1000)],
      stream.fork("weights").uniform(),
    ];
    const expected = drawn(random);
    const other = new Random(99);
    other.restore(state);
    expect(drawn(other)).toEqual(expected);
  });

  test("what is no state is refused", () => {
    const { state } = new Random(1);
    const refused = [
      undefined,
      {},
      { ...state, words: [0, 0, 0, 0] },
      { ...state, key: "x" },
      { ...state, spare: "1" },
    ];
    for (const wrong of refused) expect(() => new Random(1).restore(wrong as never)).toThrow(/restore: the state is/);
  });
});
