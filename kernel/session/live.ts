import { randomUUID } from "node:crypto";
import type { DisplayData, MimeBundle } from "../protocol/contents.ts";
import { bundleOf } from "./bundle.ts";

/**
 * Run-time convention for values that change while a cell runs, such as the loss curve of a training loop:
 *
 *     const live = globalThis[Symbol.for("Jupyter.live")]?.(curve);
 *     …                       // in the loop, after changing the curve
 *     live?.update();
 *     …                       // at the end
 *     live?.redraw();         // where the loop stands still: what has changed and is yet to be drawn is drawn now
 *     live?.close();
 *
 * The value draws itself by `Symbol.for("Jupyter.display")`: at once, then in place after `update()`, at most ten times a
 * second with the last state never dropped, less often where drawing all that a cell has open would take more than a hundredth of
 * the time, and once more on `close()`. A library that finds no such function runs outside a notebook and draws nothing.
 */
export const liveSymbol = Symbol.for("Jupyter.live");

export interface LiveHandle {
  update(): void;
  redraw(): void;
  close(): void;
}

export type Publish = (content: DisplayData, update: boolean) => void;

/** Milliseconds between two drawings of one value: ten a second. */
const interval = 100;

/**
 * The part of the time that drawing may take at most; a picture that is slow to draw is drawn less often. Half of what is promised:
 * the thread that sends a picture takes about as long again, and the last drawing is made in any case.
 */
const mostOfTime = 0.01;

/** What the pictures of one cell have in common: that part of the time. */
export interface LiveShare {
  /** How many of them are open. */
  open: number;
}

/** @param publish sends a display on behalf of the cell that opened it, also when it is redrawn later */
export function openLive(value: object, publish: Publish, share: LiveShare = { open: 0 }): LiveHandle {
  const transient = { display_id: randomUUID() };
  /** When it may be drawn again. */
  let next = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let shown = false;
  let closed = false;
  let started = 0;
  let published = 0;

  const send = (turn: number, data: MimeBundle) => {
    if (turn < published) return; // a slower, older drawing arrived after a newer one
    published = turn;
    publish({ data, metadata: {}, transient }, shown);
    shown = true;
  };
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    const begin = performance.now();
    const turn = ++started;
    const bundle = bundleOf(value, !closed);
    if (bundle instanceof Promise) void bundle.then((data) => send(turn, data));
    else send(turn, bundle);
    const end = performance.now();
    next = Math.max(begin + interval, end + ((end - begin) * share.open) / mostOfTime);
  };

  share.open++;
  draw();
  return {
    update() {
      if (closed) return;
      const wait = next - performance.now();
      // In a loop that never yields timers do not fire, so a drawing that is due is made here.
      if (wait <= 0) draw();
      else timer ??= setTimeout(draw, wait);
    },
    redraw() {
      if (timer !== undefined) draw();
    },
    close() {
      if (closed) return;
      closed = true;
      draw();
      share.open--;
    },
  };
}
