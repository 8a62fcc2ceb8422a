import { describe, expect, test } from "vitest";
import { display } from "../../../lib/mime.ts";
import { Dropout } from "../../../lib/nn/dropout.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { defaultRandom, seed as seedLayers } from "../../../lib/tensor/default-random.ts";
import { compareRuns } from "../../../lib/train/compare-runs.ts";
import { History } from "../../../lib/train/history.ts";
import { overSeeds } from "../../../lib/train/over-seeds.ts";

describe("runs over seeds", () => {
  test("give mean and deviation", async () => {
    const runs = await overSeeds([1, 2, 3, 6], (seed) => seed);
    // mean 3, squares 4 + 1 + 0 + 9 over 3
    expect([runs.mean, runs.deviation, runs.values]).toEqual([3, Math.sqrt(14 / 3), [1, 2, 3, 6]]);
    expect(runs.measures.value).toEqual({ values: [1, 2, 3, 6], mean: 3, deviation: Math.sqrt(14 / 3) });
  });

  test("are written with as many decimals as the deviation makes sense of", async () => {
    const text = async (values: number[], percent = false) =>
      `${await overSeeds([...values.keys()], (seed) => values[seed]!, { percent })}`;
    expect(await text([0.99, 0.992, 0.991], true)).toBe("99.1 ± 0.1 % (3 seeds)");
    expect(await text([0.9912, 0.99125, 0.99123], true)).toBe("99.123 ± 0.003 % (3 seeds)");
    expect(await text([120, 130, 150])).toBe("133 ± 15 (3 seeds)");
    expect(await text([0.5], true)).toBe("50.00 % (1 seed)");
    expect(await text([0.5, 0.5], true)).toBe("50.00 ± 0.00 % (2 seeds)");
  });

  test("of several measures draw a table with a row each", async () => {
    const runs = await overSeeds([4, 5], async (seed) => ({ loss: seed / 10, accuracy: 1 - seed / 100 }));
    expect(runs.measures.loss.mean).toBeCloseTo(0.45, 15);
    expect(`${runs}`).toMatch(/^loss: 0\.45 ± 0\.07\naccuracy: 0\.955 ± 0\.007 \(2 seeds\)$/);
    const html = runs[display]()["text/html"] as string;
    for (const text of ["measure", "seed 4", "seed 5", "accuracy", "0.955 ± 0.007"]) expect(html).toContain(text);
  });

  test("start the layers' generator from each seed, and leave it where it was, also after an error", async () => {
    const weights = () => [...new Linear({ inFeatures: 3, outFeatures: 2 }).weights.data].join();
    seedLayers(7);
    const first = weights();
    const state = defaultRandom().state;
    const drawn: string[] = [];
    await overSeeds([7, 8, 7.0 + 2], () => drawn.push(weights()));
    expect(drawn[0]).toBe(first);
    expect(new Set(drawn).size).toBe(3);
    expect(defaultRandom().state).toEqual(state);
    const broken = overSeeds([1], () => {
      weights();
      throw new Error("mine");
    });
    await expect(broken).rejects.toThrow("mine");
    expect(defaultRandom().state).toEqual(state);
    const dropout = new Dropout().random.state;
    seedLayers(7);
    await overSeeds([1], () => new Dropout().probability);
    weights();
    expect(new Dropout().random.state).toEqual(dropout);
  });

  test("keep the histories of their runs beside the measures, by name and in the order of the seeds", async () => {
    const history = (seed: number) => {
      const one = new History(1, 2);
      for (const loss of [seed, seed / 2]) one.record(loss, 0.5);
      return one;
    };
    const runs = await overSeeds([3, 5], (seed) => ({
      accuracy: seed / 10,
      plain: history(seed),
      deep: history(2 * seed),
    }));
    expect(runs.mean).toBe(0.4);
    expect(Object.keys(runs.measures)).toEqual(["accuracy"]);
    expect(runs.histories.deep.map(({ losses }) => losses[0])).toEqual([6, 10]);
    expect(compareRuns(runs.histories).toString()).toContain("plain");
    expect((await overSeeds([1], () => 1)).histories).toEqual({});
    await expect(overSeeds([1], (seed) => history(seed) as never)).rejects.toThrow("the run with seed 1 gives");
    const mixed = overSeeds([1, 2], (seed) => ({ a: 1, b: seed === 1 ? 1 : history(1) }) as never);
    await expect(mixed).rejects.toThrow('"b" is not the same of all seeds');
  });

  test.each([
    [() => overSeeds([], () => 1), /there are no seeds/],
    [() => overSeeds([1, 1], () => 1), /seeds\[1\] is 1/],
    [() => overSeeds([0.5], () => 1), /seeds\[0\] is 0\.5/],
    [() => overSeeds(3 as never, () => 1), /the seeds are 3/],
    [() => overSeeds([1], 3 as never), /the run is 3/],
    [() => overSeeds([1], () => undefined as never), /the run with seed 1 gives undefined/],
    [() => overSeeds([1], () => ({}) as never), /gives a plain object/],
    [() => overSeeds([1, 2], (seed) => ({ [`a${seed}`]: 1 })), /seed 2 gives a2, seed 1 a1/],
    [() => overSeeds([1], () => 1, { unit: "%" } as never), /unknown option "unit"/],
  ])("are refused in words where they cannot be made (%#)", async (run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});
