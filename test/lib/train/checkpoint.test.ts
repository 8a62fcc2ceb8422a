import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError, InterruptedError } from "../../../lib/errors.ts";
import { formatSafetensors, parseSafetensors } from "../../../lib/formats/safetensors.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { Random } from "../../../lib/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { loadCheckpoint, saveCheckpoint } from "../../../lib/train/checkpoint.ts";
import { History } from "../../../lib/train/history.ts";
import { temporaryFolder } from "../../package/command.ts";
import { network, numbersOf, train } from "./runs.ts";

describe("a run of fit that stops and goes on ends with the bits of one that never stopped", () => {
  test("after any step, and any number of times", async () => {
    const whole = numbersOf(await train());
    expect(JSON.parse(whole)).toMatchObject({ epochs: { length: 5 }, losses: { length: 20 } });
    for (const everyStop of [1, 3, 4, 7]) {
      const checkpoint = { path: join(temporaryFolder(), "run"), resume: true };
      let [stops, last] = [0, ""];
      for (;;) {
        const run = await train({
          checkpoint,
          onStep: ({ step }) => (step % everyStop === 0 && step > everyStop * stops ? "stop" : undefined),
        });
        last = numbersOf(run);
        if (run.history.stopped === null) break;
        stops++;
      }
      expect(stops).toBe(Math.floor(20 / everyStop));
      expect(last).toBe(whole);
    }
  });

  test("also where what came after the last checkpoint is lost", async () => {
    const whole = numbersOf(await train());
    for (const [checkpoint, crash] of [
      [{ everySteps: 3 }, 11],
      [{ everyEpochs: 2 }, 15],
      [{}, 17],
    ] as const) {
      const path = join(temporaryFolder(), "run");
      const broken = train({
        checkpoint: { path, ...checkpoint },
        onStep({ step }) {
          if (step === crash) throw new Error("power failure");
        },
      });
      await expect(broken).rejects.toThrow("power failure");
      expect(existsSync(path)).toBe(true);
      expect(numbersOf(await train({ checkpoint: { path, resume: true } }))).toBe(whole);
    }
  });

  test("also where somebody asked to stop, at any look: in the middle of a step the checkpoint before stays", async () => {
    const whole = numbersOf(await train());
    const symbol = Symbol.for("Jupyter.interrupt");
    for (const [look, steps] of [
      [7, 3], // fit's own, before step 4
      [8, 0], // the optimiser's, within it
      [9, 4], // that of the validation after the first epoch
    ] as const) {
      const checkpoint = { path: join(temporaryFolder(), "run"), everyEpochs: 2, resume: true };
      let looks = 0;
      Object.assign(globalThis, { [symbol]: { requested: () => ++looks >= look } });
      try {
        await expect(train({ checkpoint })).rejects.toThrow(InterruptedError);
      } finally {
        Reflect.deleteProperty(globalThis, symbol);
      }
      let left = 0;
      const last = await train({ checkpoint, onStep: () => void left++ });
      expect([look, 20 - left]).toEqual([look, steps]);
      expect(numbersOf(last)).toBe(whole);
    }
  });

  test("and one that is at its end is there at once, and goes on where more epochs are asked for", async () => {
    const path = join(temporaryFolder(), "run");
    await train({ checkpoint: { path }, epochs: 3 });
    let steps = 0;
    const again = await train({ checkpoint: { path, resume: true }, epochs: 3, onStep: () => void steps++ });
    expect([steps, again.history.steps, again.net.training]).toEqual([0, 12, false]);
    const more = await train({ checkpoint: { path, resume: true }, onStep: () => void steps++ });
    expect([steps, numbersOf(more)]).toEqual([8, numbersOf(await train())]);
  });

  test("and one that was stopped early stays so, with the weights of its best epoch", async () => {
    const path = join(temporaryFolder(), "run");
    const options = { earlyStopping: { patience: 1, minDelta: 10, restoreBest: true }, epochs: 30 };
    const first = await train({ ...options, checkpoint: { path } });
    expect(first.history.stopped).toMatch(/^stopped after epoch 2: the best loss is epoch 1's, \d/);
    const again = await train({ ...options, checkpoint: { path, resume: true } });
    expect(numbersOf(again)).toBe(numbersOf(first));
    expect(again.history.stopped).toBe(first.history.stopped);
    const on = { ...options, earlyStopping: undefined as never, epochs: 4, checkpoint: { path, resume: true } };
    const { history } = await train(on);
    expect([history.epochs.length, history.stopped]).toEqual([4, null]);
  });

  test("without resume it begins anew", async () => {
    const path = join(temporaryFolder(), "run");
    await train({ checkpoint: { path }, epochs: 1 });
    const { history } = await train({ checkpoint: { path }, epochs: 1 });
    expect(history.steps).toBe(4);
  });

  test.each([
    [{ batchSize: 10 }, /expected a run with batchSize 10[\s\S]*found {4}one with batchSize 16/],
    [{ seed: 8 }, /a run with seed 8/],
  ])("and another run's checkpoint is refused (%#)", async (options, message) => {
    const path = join(temporaryFolder(), "run");
    await train({ checkpoint: { path }, epochs: 1 });
    await expect(train({ ...options, checkpoint: { path, resume: true } })).rejects.toThrow(message);
  });

  test.each([
    [{}, /the path is undefined/],
    [{ path: "x", everySteps: 0 }, /checkpoint\.everySteps is 0/],
    [{ path: "x", every: 1 }, /unknown option "every"/],
    [{ path: "x", resume: "yes" }, /checkpoint\.resume is the text "yes"/],
  ])("options out of range are refused (%#)", async (checkpoint, message) => {
    await expect(train({ checkpoint: checkpoint as never })).rejects.toThrow(message);
  });
});

describe("a checkpoint by hand", () => {
  const parts = () => {
    const net = network();
    return { network: net, optimizer: new SGD(net.parameters(), { learningRate: 0.1, momentum: 0.9 }) };
  };

  test("brings network, optimiser, history, streams and notes back", async () => {
    const path = join(temporaryFolder(), "run");
    const [saved, random] = [parts(), new Random(3)];
    const history = new History(2, 10);
    history.record(Number.NaN, -0, { learningRate: 0.1, metrics: { "a/b": Number.POSITIVE_INFINITY } });
    history.epochs.push({ epoch: 1, steps: 1, train: history.since(0), validation: null, seconds: 2 });
    random.normal();
    saved.network.layers.norm.runningMean.assign([1, 2, 3]);
    const notes = { epoch: 3, score: Number.NaN, none: null };
    await saveCheckpoint(path, { ...saved, history, generators: { random }, notes });

    const [loaded, stream, past] = [parts(), new Random(99), new History(2, 10)];
    loaded.network.layers.fc.weights.assign(new Float32Array(1920));
    const found = await loadCheckpoint(path, { ...loaded, history: past, generators: { random: stream } });
    expect(found).toEqual(notes);
    expect(numbersOf({ net: loaded.network, history: past })).toBe(numbersOf({ net: saved.network, history }));
    expect([past.losses[0], past.accuracies[0], past.metrics["a/b"]]).toEqual([
      Number.NaN,
      -0,
      [Number.POSITIVE_INFINITY],
    ]);
    expect([stream.normal(), stream.uniform()]).toEqual([random.normal(), random.uniform()]);
  });

  test("is a file that other programs read", async () => {
    const path = join(temporaryFolder(), "run");
    const { network: net } = parts();
    await saveCheckpoint(path, { network: net });
    const { tensors } = parseSafetensors(new Uint8Array(readFileSync(path)));
    expect(tensors["network/fc.weights"]!.data).toEqual(net.layers.fc.weights.data);
    expect(Object.keys(tensors)).toContain("network/norm.runningVariance");
  });

  test("that does not fit is refused, and nothing is changed", async () => {
    const path = join(temporaryFolder(), "run");
    const saved = parts();
    await saveCheckpoint(path, { ...saved, generators: { random: new Random(1) } });
    const { network: net } = parts();
    const before = JSON.stringify(net.parameters().map(({ data }) => [...data]));
    net.layers.norm.runningMean.assign([7, 7, 7]);
    const load = (given: object) => loadCheckpoint(path, { network: net, ...given } as never);
    await expect(load({ optimizer: new Adam(net.parameters()) })).rejects.toThrow(/the state is that of SGD/);
    await expect(load({ generators: { other: new Random(1) } })).rejects.toThrow(/the stream other\/other/);
    await expect(load({ history: new History(1, 1) })).rejects.toThrow(/expected a history/);
    await expect(load({ network: net.layers.fc })).rejects.toThrow(
      /weights, float32 \[10, 192\][\s\S]*nothing of this name/,
    );
    expect(JSON.stringify(net.parameters().map(({ data }) => [...data]))).toBe(before);
    expect([...net.layers.norm.runningMean.data]).toEqual([7, 7, 7]);
  });

  test("that is none is refused in words", async () => {
    const folder = temporaryFolder();
    const { network: net } = parts();
    const path = join(folder, "some");
    const load = () => loadCheckpoint(path, { network: net });
    await expect(load()).rejects.toThrow(/expected a checkpoint\n {2}found {4}nothing there/);
    writeFileSync(path, formatSafetensors({ x: tensor([1]) }));
    await expect(load()).rejects.toThrow(/another safetensors file/);
    writeFileSync(path, formatSafetensors({}, { stridelab: "checkpoint 1", notes: "{" }));
    await expect(load()).rejects.toThrow(/JSON in its metadata/);
    writeFileSync(path, "");
    await expect(load()).rejects.toThrow(DataError);
    await expect(saveCheckpoint(path, {} as never)).rejects.toThrow(/network is undefined/);
    await expect(saveCheckpoint(path, { network: net, weights: 1 } as never)).rejects.toThrow(
      /unknown option "weights"/,
    );
    await expect(saveCheckpoint(path, { network: net, generators: { a: 1 } } as never)).rejects.toThrow(
      /generators.a is 1/,
    );
  });
});
