/**
 * Interrupts training at random moments and looks whether what is left is the state of some whole step: the weights are
 * those of an uninterrupted run after k steps, and one more step leads to those after k + 1, so what the optimiser
 * remembers is whole too. Loops written by hand and `fit`, optimisers that remember one, two and three arrays a parameter,
 * with and without `await`.
 *
 *     node test/all/training-interrupts.mjs [moments=1000] [node=this one]
 *
 * Run `npm run build` first. The last line reads `N of N ...`; any other ending is a failure, and so is the exit code.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startKernel } from "../../dist/kernel/notebook/client.js";
import { startCommand } from "../../dist/kernel/protocol/package.js";

const [moments = "1000", node = process.execPath] = process.argv.slice(2);
const count = Number(moments);
/** Moments after which training begins anew, so that the uninterrupted run need not be long. */
const perRun = 20;
/** Steps of the uninterrupted runs: more than `perRun` moments can take on a fast machine, or weights seem torn. */
const steps = 40_000;

const setup = `
import { Adam, batches, Conv2d, crossEntropy, digits, fit, Flatten, Linear, type Optimizer, Random, ReLU, RMSProp, Sequential, SGD } from "stridelab";
import { createHash } from "node:crypto";
const examples = digits({ count: 64 });
const slices = [...batches(examples, { batchSize: 8 })];
const network = () => {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 5, stride: 3, random }),
    relu: new ReLU(), flatten: new Flatten(), fc: new Linear({ inFeatures: 128, outFeatures: 10, random }),
  });
};
const optimizers = {
  sgd: (net: ReturnType<typeof network>) => new SGD(net.parameters(), { learningRate: 0.01, momentum: 0.9 }),
  adam: (net: ReturnType<typeof network>) => new Adam(net.parameters()),
  rmsprop: (net: ReturnType<typeof network>) => new RMSProp(net.parameters(), { learningRate: 0.001, momentum: 0.5, centered: true }),
};
type Name = keyof typeof optimizers;
const hash = (net: ReturnType<typeof network>) => {
  const digest = createHash("sha1");
  for (const { data } of net.parameters()) digest.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return digest.digest("hex");
};
let net = network(); let optimizer: Optimizer = optimizers.sgd(net);
const step = (k: number) => {
  const { images, labels } = slices[k % 8]!;
  optimizer.zeroGrad();
  crossEntropy(net.forward(images), labels).backward();
  optimizer.step();
};
const byHand: Record<string, Map<string, number>> = {}; const whole: Record<string, string[]> = {};
for (const name of Object.keys(optimizers) as Name[]) {
  net = network(); optimizer = optimizers[name](net);
  whole[name] = [hash(net)];
  for (let k = 0; k < ${steps}; k++) { step(k); whole[name].push(hash(net)); }
  byHand[name] = new Map(whole[name].map((text, k) => [text, k]));
}
let at = 0;
/** Which step the state is of, or what is wrong with it; afterwards one step further. */
const judge = (name: Name): string => {
  const k = byHand[name]!.get(hash(net));
  if (k === undefined) return "torn weights";
  if (k >= ${steps}) return "too few steps in the uninterrupted run";
  step(k);
  at = k + 1;
  return hash(net) === whole[name]![at] ? "whole" : "torn optimiser";
};
void 0`;

/** Like the loops by hand, in fit's own order of the examples; whole if a rerun to the same step goes on alike. */
const judgeFit = `
let reached = 0;
const fitted = async (name: Name, until: number) => {
  net = network(); optimizer = optimizers[name](net); reached = 0;
  await fit(net, examples, { optimizer, epochs: 1000, batchSize: 8, live: false,
    onStep: ({ step }) => { reached = step; return step === until ? "stop" : undefined; } });
};
const judgeFit = async (name: Name): Promise<string> => {
  const k = reached; const left = hash(net); step(0); const next = hash(net);
  if (k === 0) { net = network(); optimizer = optimizers[name](net); } else await fitted(name, k);
  if (hash(net) !== left) return "torn weights";
  step(0);
  return hash(net) === next ? "whole" : "torn optimiser";
};
void 0`;

const kernel = await startKernel({ command: [node, ...startCommand.slice(1)] });

/** @returns the reply, and the text of the value */
async function run(code, onOutput = () => {}) {
  let value = "";
  const reply = await kernel.execute(code, {
    onOutput(output) {
      onOutput(output);
      value = output.content.data?.["text/plain"] ?? value;
    },
  });
  return { reply, value };
}

async function must(code) {
  const { reply, value } = await run(code);
  if (reply.status !== "ok") throw new Error(`${reply.traceback.join("\n")}\nin\n${code}`);
  return value;
}

const kinds = ["sync", "async", "fit"].flatMap((form) => ["sgd", "adam", "rmsprop"].map((name) => ({ form, name })));
const loops = {
  sync: () => "for (let k = at; ; k++) step(k);",
  async: () => "for (let k = at; ; k++) { step(k); await null; if (k % 8 === 0) await new Promise((r) => setImmediate(r)); }",
  fit: (name) => `await fitted("${name}", -1);`,
};

await must(setup);
await must(judgeFit);
const verdicts = {};
let left = 0;
for (let moment = 0; moment < count; moment++) {
  const { form, name } = kinds[Math.floor(moment / perRun) % kinds.length];
  if (moment % perRun === 0) await must(`net = network(); optimizer = optimizers.${name}(net); at = 0; void 0`);
  let begin = () => {};
  const begun = new Promise((resolve) => {
    begin = resolve;
  });
  const stopped = run(`console.log("begun"); ${loops[form](name)}`, begin);
  await Promise.race([begun, stopped]);
  await delay(Math.random() * 30);
  await kernel.interrupt();
  const { reply } = await stopped;
  const verdict =
    reply.ename !== "Interrupted"
      ? `ended as ${reply.ename ?? reply.status}: ${reply.evalue}`
      : await must(form === "fit" ? `await judgeFit("${name}")` : `judge("${name}")`);
  if (verdict === "'whole'") left++;
  verdicts[`${form} ${name}: ${verdict}`] = (verdicts[`${form} ${name}: ${verdict}`] ?? 0) + 1;
}
await kernel.shutdown();
for (const [verdict, times] of Object.entries(verdicts)) console.log(`${times} × ${verdict}`);
console.log(`${left} of ${count} interrupted trainings are in the state of a whole step`);
process.exitCode = left === count ? 0 : 1;
