/**
 * Sends a kernel what no honest front end sends, and looks after each burst whether it is well: kernel_info answers on
 * both channels, 1 + 1 is 2, the process lives, its stderr has refusals only, and its memory stays bounded.
 *
 *     npm run fuzz:kernel -- [--minutes 10] [--seed N] [--burst K]
 *
 * Without --seed a new one is taken. A failure prints the seed, the burst and its messages; with that --seed and
 * --burst the same messages are sent to a fresh kernel. Exit code 1 if the kernel failed, or nothing was sent.
 */
import { parseArgs } from "node:util";
import { attack } from "./messages.mjs";
import { Choices } from "./random.mjs";
import { Target } from "./target.mjs";

/** Bursts before memory is compared: the compiler and its caches have grown to their working size by then. */
const warmUp = 100;

/** MB of growth since then that are taken for a leak. */
const mostGrowth = 400;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string" }, burst: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const only = values.burst === undefined ? undefined : Number(values.burst);

/** Each burst is decided by the seed and its number alone. */
function burst(number, key) {
  const choose = new Choices(Math.imul(seed + 1, 0x9e3779b1) + number);
  return choose.list(1 + choose.below(12), () => attack(choose, key));
}

console.log(`seed ${seed}`);
const target = await Target.start();
const until = Date.now() + Number(values.minutes) * 60_000;
const counts = {};
let [number, warm, rss, peak] = [only ?? 0, 0, 0, 0];
let last = [];
try {
  for (; number === only || (only === undefined && Date.now() < until); number++) {
    last = burst(number, target.connection.key);
    for (const message of last) {
      counts[message.kind] = (counts[message.kind] ?? 0) + 1;
      await target.attack(message);
    }
    rss = await target.examine();
    peak = Math.max(peak, rss);
    if (number === warmUp) warm = rss;
    if (number % 200 === 0 && number !== only) console.log(`burst ${number}: ${rss.toFixed()} MB`);
    if (warm > 0 && rss > warm + mostGrowth) throw new Error(`memory grew from ${warm.toFixed()} to ${rss.toFixed()} MB`);
  }
  if (Object.keys(counts).length === 0) throw new Error("no time for a single burst: give more --minutes");
  console.log(Object.entries(counts).map(([kind, count]) => `${count} ${kind}`).join(", "));
  const memory = warm > 0 ? `${warm.toFixed()} MB after ${warmUp} bursts, ${rss.toFixed()} at the end` : `${rss.toFixed()} MB`;
  console.log(`${number} bursts, ${target.interrupts} interrupts; memory ${memory}, at most ${peak.toFixed()}`);
  console.log("the kernel is well");
} catch (error) {
  process.exitCode = 1;
  console.log(`FAILED in burst ${number}: ${error.message}`);
  for (const { kind, channel, frames } of last) console.log(`  ${channel} (${kind}): ${frames.map(shown).join(" | ")}`);
  if (target.stderr.trim() !== "") console.log(`stderr:\n${target.stderr.slice(-3000)}`);
  if (last.length > 0) console.log(`again: npm run fuzz:kernel -- --seed ${seed} --burst ${number}`);
} finally {
  target.stop();
}

function shown(frame) {
  const text = typeof frame === "string" ? frame : Buffer.from(frame).toString("latin1");
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text);
}
