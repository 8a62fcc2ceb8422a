import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Dataset } from "../../../lib/data/batches.ts";
import { digits } from "../../../lib/data/digits.ts";
import { InterruptedError } from "../../../lib/errors.ts";
import { display, type MimeBundle } from "../../../lib/mime.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Dropout } from "../../../lib/nn/dropout.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { cosineDecay } from "../../../lib/optim/cosine.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { Random } from "../../../lib/random.ts";
import type { TrainingBatch } from "../../../lib/train/evaluate.ts";
import { fit } from "../../../lib/train/fit.ts";
import type { FitOptions } from "../../../lib/train/fit-options.ts";
import { temporaryFolder } from "../../package/command.ts";

const host = globalThis as Record<symbol, unknown>;
const symbols = (["widget", "live", "interrupt"] as const).map((name) => Symbol.for(`Jupyter.${name}`));
const [widgets, live, interrupt] = symbols as [symbol, symbol, symbol];
let before: unknown[];

/** What the page of a kernel with widgets would know and say. */
let page: {
  state: Record<string, unknown>;
  answers: unknown[];
  events: string[];
  /** How often the picture was drawn without a wait. */
  redrawn: number;
  say: (content: unknown) => void;
  draw: () => MimeBundle;
};

beforeEach(() => {
  before = symbols.map((symbol) => host[symbol]);
  const events: string[] = [];
  const answers: unknown[] = [];
  host[live] = (value: { [display](): MimeBundle; status?(): string }) => {
    const name = value.status === undefined ? "panel" : "picture";
    if (name === "panel") page.draw = () => value[display]();
    events.push(`${name} shown`);
    const redraw = () => void page.redrawn++;
    return { update() {}, redraw, close: () => events.push(`${name} closed`) };
  };
  host[widgets] = ({ state }: { state: Record<string, unknown> }) => {
    page.state = { ...state };
    return {
      set: (changes: object) => Object.assign(page.state, JSON.parse(JSON.stringify(changes))),
      on: (_: string, handler: (content: unknown) => void) => {
        page.say = (content) => handler(JSON.parse(JSON.stringify(content)));
      },
      send: (content: unknown) => answers.push(content),
      close: () => events.push("widget closed"),
      [display]: () => ({ "application/vnd.jupyter.widget-view+json": {}, "text/plain": "widget" }),
    };
  };
  page = { state: {}, answers, events, redrawn: 0, say: () => {}, draw: () => ({ "text/plain": "" }) };
});
afterEach(() => {
  for (const [i, symbol] of symbols.entries()) {
    if (before[i] === undefined) delete host[symbol];
    else host[symbol] = before[i];
  }
});

const examples = digits({ count: 100 });

function network(): Sequential {
  const fc = new Linear({ inFeatures: 784, outFeatures: 10, random: new Random(1) });
  return new Sequential({ flat: new Flatten(), fc });
}

async function train(options: Partial<FitOptions> = {}, data: Dataset<TrainingBatch> = examples) {
  const net = network();
  const optimizer = new SGD(net.parameters(), { learningRate: 0.01, momentum: 0.5 });
  const history = await fit(net, data, { optimizer, batchSize: 20, epochs: 2, panel: true, ...options });
  return { net, optimizer: options.optimizer ?? optimizer, history, weights: [...net.parameters()[0]!.data] };
}

/** The examples, and which were asked for, batch by batch. */
function recorded() {
  const batches: number[][] = [];
  const data: Dataset<TrainingBatch> = {
    count: examples.count,
    gather(indices) {
      batches.push([...indices]);
      return examples.gather(indices);
    },
  };
  return { batches, data };
}

test("a run on which nothing is set has the same bits as one without controls", async () => {
  const plain = await train({ panel: false });
  expect(page.events).toEqual(["picture shown", "picture closed"]);
  const controlled = await train();
  expect(controlled.weights).toEqual(plain.weights);
  expect(controlled.history.losses).toEqual(plain.history.losses);
  expect(controlled.history.changes).toEqual([]);
});

test("the controls stand above the picture, and leave what was set before the widget goes", async () => {
  await train({ onStep: ({ step }) => void (step === 3 && page.say({ set: "momentum", value: 0 })) });
  expect(page.events).toEqual([...["panel shown", "picture shown", "picture closed", "panel closed", "widget closed"]]);
  const bundle = page.draw();
  expect(bundle["text/plain"]).toBe(
    "learning rate 0.01 · momentum 0 · batch size 20\nset by hand once, last after step 3",
  );
  expect(bundle).not.toHaveProperty("application/vnd.jupyter.widget-view+json");
  expect(page.state).toMatchObject({ over: true, step: 10, plannedSteps: 10 });
});

test("where no widget can be, the settings stand, with what is missing", async () => {
  let drawn: MimeBundle | undefined;
  await train({
    onStep() {
      drawn = page.draw();
    },
  });
  expect(drawn).toHaveProperty("application/vnd.jupyter.widget-view+json");
  expect(drawn?.["text/html"]).toContain("pip install anywidget");
});

test("without a kernel that has widgets, training goes on without", async () => {
  delete host[widgets];
  const { history } = await train();
  expect(page.events).toEqual(["picture shown", "picture closed"]);
  expect(history.steps).toBe(10);
});

describe("what is set holds from the next step on", () => {
  test("and stands in the history", async () => {
    const { history, optimizer } = await train({
      onStep({ step }) {
        if (step === 2) page.say({ set: "learningRate", value: 0.5 });
        if (step === 2) page.say({ set: "learningRate", value: 0.1 });
        if (step === 4) page.say({ set: "momentum", value: 0.9 });
      },
    });
    expect(history.learningRates).toEqual([0.01, 0.01, ...Array<number>(8).fill(0.1)]);
    expect((optimizer as SGD).momentum).toBe(0.9);
    expect(history.changes).toEqual([
      { step: 2, setting: "learning rate", from: 0.01, to: 0.1 },
      { step: 4, setting: "momentum", from: 0.5, to: 0.9 },
    ]);
    expect(`${history}`).toContain("after step 2: learning rate 0.01 → 0.1, by hand");
    expect(page.state).toMatchObject({ learningRate: 0.1, momentum: 0.9, batchSize: 20 });
  });

  test("in the middle of an epoch, which still has every example once", async () => {
    const { batches, data } = recorded();
    const { history } = await train(
      { onStep: ({ step }) => void (step === 2 && page.say({ set: "batchSize", value: 32 })) },
      data,
    );
    expect(batches.map(({ length }) => length)).toEqual([20, 20, 32, 28, 32, 32, 32, 4]);
    const all = Array.from({ length: 100 }, (_, i) => i);
    for (const epoch of [batches.slice(0, 4), batches.slice(4)]) {
      expect(epoch.flat().sort((a, b) => a - b)).toEqual(all);
    }
    expect([history.steps, history.plannedSteps]).toEqual([8, 8]);
    expect(history.epochs.map(({ steps }) => steps)).toEqual([4, 8]);
  });

  test("also against a schedule, until that is followed again", async () => {
    const schedule = cosineDecay({ learningRate: 0.01, steps: 10 });
    const told: unknown[] = [];
    const { history } = await train({
      schedule,
      onStep({ step }) {
        if (step === 2) page.say({ set: "learningRate", value: 0.002 });
        if (step === 5) page.say({ scheduled: true });
        told.push(page.state.scheduled);
      },
    });
    const expected = Array.from({ length: 10 }, (_, step) => (step >= 2 && step < 5 ? 0.002 : schedule(step)));
    expect(history.learningRates).toEqual(expected);
    expect([told[1], told[4]]).toEqual([false, true]);
  });

  test("and in a run that goes on from a checkpoint: to the same bits", async () => {
    const path = join(temporaryFolder(), "run.safetensors");
    const setting = (step: number) => {
      if (step === 2) page.say({ set: "batchSize", value: 32 });
      if (step === 3) page.say({ set: "learningRate", value: 0.1 });
      if (step === 3) page.say({ set: "momentum", value: 0.8 });
    };
    const whole = await train({ onStep: ({ step }) => setting(step) });
    const checkpoint = { path, everySteps: 1, resume: true };
    await train({
      checkpoint,
      onStep({ step }) {
        setting(step);
        return step === 6 ? "stop" : undefined;
      },
    });
    const rest = await train({ checkpoint, panel: false });
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.history.losses).toEqual(whole.history.losses);
    expect(rest.history.changes).toEqual(whole.history.changes);
  });
});

test("what cannot be set is refused in words, and changes nothing", async () => {
  const wrong = [
    { set: "learningRate", value: 0 },
    { set: "learningRate", value: "1" },
    { set: "momentum", value: 1 },
    { set: "batchSize", value: 101 },
    { set: "batchSize", value: Number.NaN },
  ];
  const strange = [null, 5, {}, { set: "weightDecay", value: 1 }, { paused: 1 }, { step: true }, { set: "__proto__" }];
  const { history } = await train({
    onStep({ step }) {
      if (step === 1) for (const content of [...wrong, ...strange]) page.say(content);
    },
  });
  expect(page.answers).toEqual([
    { problem: "the learning rate is above 0" },
    { problem: "the learning rate is a number" },
    { problem: "the momentum is from 0 on and below 1" },
    { problem: "the batch size is a whole number from 1 to 100" },
    { problem: "the batch size is a number" },
  ]);
  expect(history.changes).toEqual([]);
  expect(history.steps).toBe(10);
});

test("an optimiser without momentum has no control for it", async () => {
  const net = network();
  const optimizer = new Adam(net.parameters());
  const onStep = () => page.say({ set: "momentum", value: 0.5 });
  await fit(net, examples, { optimizer, panel: true, onStep });
  expect(page.state.momentum).toBeNull();
  expect(page.answers[0]).toEqual({ problem: "Adam has no momentum that could be set" });
});

describe("training that is paused", () => {
  test("makes a step when asked to, and goes on when asked to", async () => {
    const steps: number[] = [];
    const begin = performance.now();
    const running = train({
      onStep({ step }) {
        steps.push(step);
        if (step === 2) page.say({ paused: true });
      },
    });
    await vi.waitUntil(() => page.state.paused);
    page.say({ step: true });
    await vi.waitUntil(() => steps.length === 3);
    page.say({ step: true });
    page.say({ step: true });
    await vi.waitUntil(() => steps.length === 5);
    const still = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 120)); // longer than the time between two of its looks
    const stood = performance.now() - still;
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    expect(page.state).toMatchObject({ paused: true, step: 5 });
    expect(page.redrawn, "at the pause, and after the steps").toBe(3);
    page.say({ paused: false });
    const { history } = await running;
    expect(history.steps).toBe(10);
    const seconds = history.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    expect(1000 * seconds, "standing still is no part of it").toBeLessThan(performance.now() - begin - stood);
  });

  test("hears an interrupt, and keeps its weights", async () => {
    let asked = false;
    host[interrupt] = { requested: () => asked };
    const running = train({ onStep: ({ step }) => void (step === 2 && page.say({ paused: true })) });
    const stopped = expect(running).rejects.toThrow(InterruptedError);
    await vi.waitUntil(() => page.state.paused);
    asked = true;
    await stopped;
    expect(page.events.at(-1)).toBe("widget closed");
    expect(page.state).toMatchObject({ step: 2, over: true });
  });
});

describe("pictures beside the curve", () => {
  const picture = (draw: () => string) => () => ({ [display]: () => ({ "text/plain": draw() }) });

  test("have their places below it, and are drawn in evaluation, so that training has the same bits", async () => {
    const build = () => new Sequential(network(), new Dropout({ probability: 0.5, random: new Random(2) }));
    const run = async (options: Partial<FitOptions>) => {
      const net = build();
      const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
      await fit(net, examples, { optimizer, batchSize: 20, ...options });
      return { net, weights: [...net.parameters()[0]!.data] };
    };
    const plain = await run({});
    page.events.length = 0;
    const shown: unknown[] = [];
    const kernel = host[live] as (value: object) => object;
    const drawings: string[] = [];
    host[live] = (value: { [display](): MimeBundle; status?(): string }) => {
      shown.push(value.status === undefined ? value[display]()["text/plain"] : "curve");
      return { ...kernel(value), update: () => drawings.push(value[display]()["text/plain"]) };
    };
    const net = { of: undefined as Sequential | undefined };
    const images = examples.gather(Int32Array.of(0, 1)).images;
    const watching = await run({
      pictures: [
        picture(() => "filters"),
        picture(() => `${net.of?.training} ${net.of === undefined ? "" : net.of.forward(images).requiresGrad}`),
      ],
      onStep: ({ network }) => {
        net.of = network as Sequential;
      },
    });
    expect(shown).toEqual(["curve", "filters", "undefined "]);
    expect(drawings).toContain("false false");
    expect(watching.weights).toEqual(plain.weights);
  });

  test("are functions, and nothing else", async () => {
    await expect(train({ pictures: [5 as never] })).rejects.toThrow("one of the pictures is 5");
    await expect(train({ pictures: "all" as never })).rejects.toThrow('pictures is the text "all"');
  });
});

test("options that are neither true nor false are refused", async () => {
  await expect(train({ panel: "yes" as never })).rejects.toThrow('panel is the text "yes"');
  await expect(train({ live: 1 as never })).rejects.toThrow("live is 1");
});
