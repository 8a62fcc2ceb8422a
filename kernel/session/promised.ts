import { setTimeout } from "node:timers"; // not the global one, which a cell may replace
import { inspect, types } from "node:util";
import { MessageChannel } from "node:worker_threads";
import { displaySymbol } from "../display/mime.ts";

/** Its messages come one turn later, on the thread that posts them. */
const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port2.on("message", () => waiting.shift()?.());
turns.port2.unref();

/**
 * Resolves one turn later: Node tells of rejections that nobody handles when all promises of a turn have had theirs. What
 * code has put off to the next turn by `setTimeout` or `setImmediate` comes before that. It is no immediate itself, as no
 * interrupt can break the callbacks of those.
 */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    const isPutOff = process.getActiveResourcesInfo().some((what) => what === "Timeout" || what === "Immediate");
    if (isPutOff)
      setTimeout(resolve, 0); // a millisecond, as theirs
    else {
      waiting.push(resolve);
      turns.port1.postMessage(undefined);
    }
  });
}

export interface PromisedActions {
  /** Shows a value that came after the cell had ended. */
  display: (value: unknown) => void;
  rejected: (reason: unknown) => void;
}

/**
 * What to show for a cell's last value where that is a promise. One that is fulfilled by the next turn stands for its
 * value if that draws itself; any other is shown as the promise it is, and a value that draws itself is shown when it
 * comes. Nothing is waited for: a cell that wants to waits by itself, with `await`.
 */
export async function promised(value: unknown, { display, rejected }: PromisedActions): Promise<{ value: unknown }> {
  if (!types.isPromise(value)) return { value };
  await endOfTurn();
  const state = stateOf(value);
  if (state === "fulfilled") {
    const settled = await value;
    return { value: drawsItself(settled) ? settled : value };
  }
  if (state === "pending") {
    value.then((settled) => {
      if (drawsItself(settled)) display(settled);
    }, rejected);
  }
  return { value }; // a rejection that nobody handles is reported as any other
}

/** As Node says it: to ask the promise itself would count as handling its rejection. */
function stateOf(promise: Promise<unknown>): "pending" | "rejected" | "fulfilled" {
  const text = inspect(promise, { depth: 0, customInspect: false });
  return (/\{\s*<(pending|rejected)>/.exec(text)?.[1] as "pending" | "rejected" | undefined) ?? "fulfilled";
}

function drawsItself(value: unknown): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  try {
    return typeof (value as { [displaySymbol]?: unknown })[displaySymbol] === "function";
  } catch {
    return true; // it means to, and who shows it says why it does not
  }
}
