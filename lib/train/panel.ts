import { formatNumber } from "../display/format.ts";
import { openWidget, type Widget } from "../display/widget.ts";
import { interruptRequested } from "../interrupt.ts";
import { display, escapeHtml, type MimeBundle } from "../mime.ts";
import type { Controls, Setting } from "./controls.ts";
import type { History } from "./history.ts";
import { type Live, livePicture } from "./live.ts";
import { panelCss, panelEsm, panelHeight } from "./panel-view.ts";

/** What the page is told. It tells what it wants by messages, so that what stands here is what holds. */
interface PanelState {
  readonly paused: boolean;
  /** Whether training has ended. */
  readonly over: boolean;
  readonly step: number;
  readonly plannedSteps: number;
  readonly learningRate: number;
  /** Whether a schedule decides the learning rate; null without one. */
  readonly scheduled: boolean | null;
  readonly momentum: number | null;
  readonly batchSize: number;
  readonly examples: number;
}

/** Milliseconds between two looks while training stands still: an interrupt is to be noticed. */
const LOOK = 50;

/** Milliseconds between two updates of the page: ten a second. */
const INTERVAL = 100;

/** Controls of a run in the page of a notebook. */
export class Panel {
  readonly #controls: Controls;
  readonly #history: History;
  readonly #widget: Widget<PanelState>;
  readonly #picture: Live;
  #isPaused = false;
  #steps = 0;
  #isOver = false;
  #told = Number.NEGATIVE_INFINITY;

  /** Shows the controls; null where there is no kernel that has widgets. */
  static open(controls: Controls, history: History): Panel | null {
    const widget = openWidget({ state: stateOf(controls, history), esm: panelEsm, css: panelCss });
    return widget && new Panel(controls, history, widget);
  }

  private constructor(controls: Controls, history: History, widget: Widget<PanelState>) {
    this.#controls = controls;
    this.#history = history;
    this.#widget = widget;
    widget.on("msg:custom", (content) => this.#hear(content));
    this.#picture = livePicture(this) ?? { update() {}, close() {} };
  }

  /** Whether the next step has to wait. */
  get standsStill(): boolean {
    return this.#isPaused && this.#steps === 0;
  }

  /** Waits until the next step may be made, or an interrupt is asked for. */
  async whenItGoesOn(): Promise<void> {
    this.#tell();
    while (this.standsStill && !interruptRequested()) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK);
      });
    }
  }

  /** After a step. */
  update(): void {
    if (this.#steps > 0) this.#steps--;
    if (performance.now() - this.#told >= INTERVAL) this.#tell();
  }

  /** Leaves what was set in place of the controls. */
  close(): void {
    this.#isOver = true;
    this.#tell();
    this.#picture.close(); // before the widget goes, and leaves a hole
    this.#widget.close();
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    const { learningRate, momentum, batchSize } = stateOf(this.#controls, this.#history);
    const settings = [
      `learning rate ${formatNumber(learningRate)}`,
      ...(momentum === null ? [] : [`momentum ${formatNumber(momentum)}`]),
      `batch size ${batchSize}`,
    ].join(" · ");
    if (this.#isOver) return still(settings, this.#changes());
    const without = "to pause and to set them here, Jupyter needs anywidget: pip install anywidget";
    return { ...this.#widget[display](), ...still(settings, without) };
  }

  #changes(): string {
    const { changes } = this.#history;
    if (changes.length === 0) return "nothing was set by hand";
    const [last] = changes.slice(-1);
    const times = changes.length === 1 ? "once" : `${changes.length} times`;
    return `set by hand ${times}, last after step ${last!.step}`;
  }

  #tell(): void {
    this.#told = performance.now();
    this.#widget.set({ ...stateOf(this.#controls, this.#history), paused: this.#isPaused, over: this.#isOver });
  }

  /** What the page asks for: `{ paused }`, `{ step: true }`, `{ scheduled: true }`, or `{ set, value }`. */
  #hear(content: unknown): void {
    if (typeof content !== "object" || content === null || this.#isOver) return;
    const { paused, step, scheduled, set, value } = content as Readonly<Record<string, unknown>>;
    if (typeof paused === "boolean") [this.#isPaused, this.#steps] = [paused, 0];
    if (step === true && this.#isPaused) this.#steps++;
    if (scheduled === true) this.#controls.followSchedule();
    if (set === "learningRate" || set === "momentum" || set === "batchSize") this.#set(set, value);
    this.#tell();
  }

  #set(setting: Setting, value: unknown): void {
    const problem = this.#controls.set(setting, value);
    this.#widget.send({ problem });
  }
}

function stateOf(controls: Controls, { steps, plannedSteps }: History): PanelState {
  const { optimizer, isScheduled, momentum, batchSize, examples } = controls;
  const settings = { learningRate: optimizer.learningRate, scheduled: isScheduled, momentum, batchSize, examples };
  return { paused: false, over: false, step: steps, plannedSteps, ...settings };
}

/** Two lines, as high as the controls, so that nothing below moves when they go. */
function still(...lines: readonly string[]): MimeBundle {
  const column = "display: flex; flex-direction: column; justify-content: center; gap: 0.6em";
  const style = `margin: 0; box-sizing: border-box; min-height: ${panelHeight}; padding: 0.4em 0; font-size: 0.9em; ${column}`;
  const html = lines.map((line) => `<div>${escapeHtml(line)}</div>`).join("");
  return { "text/plain": lines.join("\n"), "text/html": `<div style="${style}">${html}</div>` };
}
