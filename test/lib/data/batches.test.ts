import { describe, expect, test } from "vitest";
import { type BatchPosition, batches, type Dataset } from "../../../lib/data/batches.ts";
import { Random } from "../../../lib/random.ts";

/** A dataset whose batches are the numbers asked for. */
const numbers = (count: number): Dataset<number[]> => ({ count, gather: (indices) => [...indices] });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("batches", () => {
  test("keeps the dataset's order where none is asked for, and ends with a smaller batch", () => {
    const loader = batches(numbers(7), { batchSize: 3 });
    expect(loader.length).toBe(3);
    expect([...loader]).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  test.each([
    [6, 3, 2, 2],
    [7, 3, 3, 2],
    [8, 3, 3, 2],
    [3, 3, 1, 1],
    [1, 1, 1, 1],
  ])("cuts %i examples by %i into %i batches, %i with dropLast", (count, batchSize, all, whole) => {
    expect([...batches(numbers(count), { batchSize })]).toHaveLength(all);
    const dropped = [...batches(numbers(count), { batchSize, dropLast: true })];
    expect(dropped).toHaveLength(whole);
    for (const batch of dropped) expect(batch).toHaveLength(batchSize);
  });

  test("goes through every example once an epoch, in a new order each", () => {
    const loader = batches(numbers(100), { batchSize: 8, shuffle: new Random(1) });
    const epochs = [0, 1].map(() => [...loader].flat());
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual(upTo(100));
    expect(epochs[0]).not.toEqual(upTo(100));
    expect(epochs[1]).not.toEqual(epochs[0]);
  });

  test("gives the same batches from the same seed, epoch by epoch", () => {
    const [one, two] = [5, 5].map((seed) => batches(numbers(50), { batchSize: 7, shuffle: new Random(seed) }));
    for (let epoch = 0; epoch < 3; epoch++) expect([...one!]).toEqual([...two!]);
  });

  test("an epoch left early does not change the next one's examples", () => {
    const loader = batches(numbers(20), { batchSize: 4, shuffle: new Random(2) });
    for (const batch of loader) {
      expect(batch).toHaveLength(4);
      break;
    }
    expect([...loader].flat().sort((a, b) => a - b)).toEqual(upTo(20));
  });

  test("an empty dataset gives no batch", () => {
    expect([...batches(numbers(0), { batchSize: 4 })]).toEqual([]);
  });

  test.each([0, -1, 2.5, Number.NaN])("refuses a batch size of %d", (batchSize) => {
    expect(() => batches(numbers(5), { batchSize })).toThrow(`batchSize is ${batchSize}`);
  });

  test("refuses dropLast where nothing would be left, and misspelt options", () => {
    expect(() => batches(numbers(5), { batchSize: 6, dropLast: true })).toThrow(/has 5 examples.*\n.*at most 5/);
    expect(() => batches(numbers(5), { batchSize: 2, shufle: true } as never)).toThrow('unknown option "shufle"');
  });

  test("begins where it is told to, as if the batches before had been taken", () => {
    const loader = (start?: BatchPosition) =>
      batches(numbers(10), { batchSize: 3, shuffle: new Random(7), ...(start && { start }) });
    const whole = loader();
    const epochs = [0, 1, 2].map(() => [...whole]);
    for (const [epoch, step] of [
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 3],
      [1, 4],
    ] as const) {
      const resumed = loader({ epoch, step });
      expect([...resumed]).toEqual(epochs[epoch]!.slice(step));
      expect([...resumed]).toEqual(epochs[epoch + 1]);
    }
    expect(() => loader({ epoch: 0, step: 5 })).toThrow(/start\.step is 5, but an epoch has 4 batches\n.*0 \.\. 4/);
    expect(() => loader({ epoch: -1, step: 0 })).toThrow("start.epoch is -1");
    expect(() => loader(3 as never)).toThrow("the options are 3");
  });

  test("tells the dataset the epoch, and what it will be asked for next", () => {
    const calls: string[] = [];
    const dataset: Dataset<null> = {
      count: 5,
      gather(indices, epoch) {
        calls.push(`gather ${indices.join()} in ${epoch}`);
        return null;
      },
      prepare(indices, epoch) {
        calls.push(`prepare ${indices.join()} in ${epoch}`);
      },
    };
    const loader = batches(dataset, { batchSize: 2 });
    for (const batch of loader) if (batch === null) break;
    expect(calls).toEqual(["gather 0,1 in 0", "prepare 2,3 in 0"]);
    calls.length = 0;
    for (const batch of loader) calls.push(`${batch}`);
    expect(calls).toEqual([
      "gather 0,1 in 1",
      "prepare 2,3 in 1",
      "null",
      "gather 2,3 in 1",
      "prepare 4 in 1",
      "null",
      "gather 4 in 1",
      "null",
    ]);
  });
});
