import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";

type Schedule = (callback: (...args: unknown[]) => void, ...args: unknown[]) => NodeJS.Immediate;

/**
 * Has `setImmediate` run its callbacks from the queue of `process.nextTick`, at the same point of the same turn. A
 * callback that is terminated inside Node's own loop over immediates leaves that loop's list unfit for good: later
 * immediates are lost, or fail with a TypeError of Node's.
 * @returns gives the old one back
 */
export function sturdyImmediates(): () => void {
  const original = globalThis.setImmediate as unknown as Schedule;
  const sturdy: Schedule = (callback, ...args) =>
    typeof callback === "function" ? original(() => process.nextTick(callback, ...args)) : original(callback);
  // util.promisify finds its own variant of a timer on the function.
  Object.defineProperties(sturdy, Object.getOwnPropertyDescriptors(original));
  const install = (schedule: Schedule) => {
    for (const holder of [globalThis, timers]) Object.assign(holder, { setImmediate: schedule });
    syncBuiltinESMExports();
  };
  install(sturdy);
  return () => install(original);
}
