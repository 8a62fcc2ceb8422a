import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { Flatten } from "../../../lib/nn/activation.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { SGD } from "../../../lib/optim/sgd.ts";
import { fit } from "../../../lib/train/fit.ts";
import type { FitOptions } from "../../../lib/train/fit-options.ts";
import { History } from "../../../lib/train/history.ts";
import { Pacer, paceText } from "../../../lib/train/pace.ts";

const symbol = Symbol.for("Jupyter.live");
const host = globalThis as Record<symbol, unknown>;
let [picture, stderr]: unknown[] = [];
beforeEach(() => {
  picture = host[symbol];
  stderr = process.stderr;
  delete host[symbol];
});
afterEach(() => {
  host[symbol] = picture;
  Object.defineProperty(process, "stderr", { value: stderr, configurable: true });
});

/** Trains with a standard error that remembers what was written. */
async function written(isTTY: boolean, options: Partial<FitOptions> = {}): Promise<string> {
  const parts: string[] = [];
  const value = { isTTY, write: (part: string) => void parts.push(part) };
  Object.defineProperty(process, "stderr", { value, configurable: true });
  const net = new Sequential(new Flatten(), new Linear({ inFeatures: 784, outFeatures: 10 }));
  const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
  await fit(net, digits({ count: 40 }), { optimizer, epochs: 3, batchSize: 20, ...options });
  return parts.join("");
}

describe("without a kernel", () => {
  test("a terminal has one line, rewritten in place", async () => {
    const text = await written(true);
    const lines = text.split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe("");
    for (const line of lines[0]!.split("\r\u001b[K").slice(1))
      expect(line).toMatch(/^epoch \d of 3 · step \d of 6 · loss/);
    expect(lines[0]).toMatch(/step 6 of 6 · loss \d\.\d+ · accuracy \d+\.\d+ %$/); // in the end no pace
  });

  test("a log has a line an epoch", async () => {
    const lines = (await written(false)).split("\n");
    expect(lines).toHaveLength(4);
    for (const [i, line] of lines.slice(0, 3).entries()) {
      expect(line).toMatch(new RegExp(`^epoch ${i + 1}: loss .*, \\d+ images/s$`));
    }
  });

  test("nothing is written where it is not wanted", async () => {
    expect(await written(false, { live: false })).toBe("");
  });
});

describe("the pace", () => {
  test("is that of the last seconds above all", () => {
    const pacer = new Pacer();
    for (let i = 0; i < 1000; i++) pacer.step(100, 0.1); // 100 seconds at 1,000 a second
    expect(pacer.pace(5000, 1)).toEqual({
      imagesPerSecond: expect.closeTo(1000, 6),
      secondsLeft: expect.closeTo(5, 6),
    });
    for (let i = 0; i < 100; i++) pacer.step(50, 0.1); // ten at half of it: e^-2 of the weight is still the faster's
    expect(pacer.pace(0, 1).imagesPerSecond).toBeCloseTo(500 + 500 * Math.exp(-2), 6);
  });

  test("counts what comes between epochs for those that are left", () => {
    const pacer = new Pacer();
    pacer.step(100, 1);
    expect(pacer.pace(200, 3).secondsLeft).toBeCloseTo(2, 9);
    pacer.between(4);
    pacer.between(6);
    expect(pacer.pace(200, 3).secondsLeft).toBeCloseTo(2 + 3 * 5, 9);
  });

  test.each<[number, number, string[]]>([
    [11_234, 12.3, ["11,000 images/s", "12 s left"]],
    [0.256, 200, ["0.3 images/s", "3 min 20 s left"]],
    [60, 4790, ["60 images/s", "1 h 20 min left"]],
    [60, Number.POSITIVE_INFINITY, ["60 images/s"]],
    [Number.NaN, Number.NaN, []],
  ])("%d images a second and %d seconds read %j", (imagesPerSecond, secondsLeft, words) => {
    expect(paceText({ imagesPerSecond, secondsLeft })).toEqual(words);
  });

  test("stands in the status and below the picture while it goes on, where titles have no room for it", () => {
    const history = new History(1, 4);
    history.record(1, 0.5);
    history.pace = { imagesPerSecond: 100, secondsLeft: 3 };
    expect(history.status()).toBe(
      "epoch 1 of 1 · step 1 of 4 · loss 1.0000 · accuracy 50.00 % · 100 images/s · 3 s left",
    );
    const figure = history.chart().bundle["application/vnd.plotly.v1+json"] as {
      layout: { xaxis: { title: { text: string } } };
    };
    expect(figure.layout.xaxis.title.text).toBe("step · 100 images/s · 3 s left");
  });
});
