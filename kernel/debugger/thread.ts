import type { Runtime } from "node:inspector";
import type { RanFile } from "../protocol/debug.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import { BadDebugRequest, type RequestArguments } from "./arguments.ts";
import { Breakpoints } from "./breakpoints.ts";
import { Exceptions } from "./exceptions.ts";
import { connectInspector, type Inspector, type Paused } from "./inspector.ts";
import { Sources } from "./sources.ts";
import { type Onward, type Step, Stepping } from "./stepping.ts";
import { Stop } from "./stop.ts";
import { limited, messageOf, type RemoteValue, Values } from "./values.ts";

export interface DebuggedThreadOptions {
  language: Pick<RemoteLanguage, "outline" | "expression">;
  tell: (event: string, body?: object) => void;
  /** Sends the main thread a message that it has nothing to do for. */
  wake: () => void;
}

/** The number of the only thread that front ends hear of: the one that cells run on. */
export const threadId = 1;

/** V8's words for the protocol's. */
const stepOf = { next: "stepOver", stepIn: "stepInto", stepOut: "stepOut" } as const;

/** Callers that wait for an `await`, as far as V8 remembers them. */
const asyncDepth = 8;

/**
 * The main thread under a debugger, from the first request to `disconnect`: what it stops at, and how it goes on. Until it
 * is started, its values can be looked at, and it runs as without.
 */
export class DebuggedThread {
  readonly sources = new Sources();
  readonly values: Values;
  readonly breakpoints: Breakpoints;
  readonly #language: DebuggedThreadOptions["language"];
  readonly #tell: DebuggedThreadOptions["tell"];
  readonly #inspector: Inspector;
  readonly #exceptions: Exceptions;
  readonly #stepping = new Stepping();
  #isStarted = false;
  /** Where the main thread stands still, told or not. */
  #stop: Stop | undefined;
  #isTold = false;
  #pauses = false;
  #isSkipping = false;
  /** Of the code that V8 goes by. */
  #patterns = "";
  #cells = 0;
  #frames = 1;

  constructor({ language, tell, wake }: DebuggedThreadOptions) {
    const [inspector, sources] = [connectInspector(wake), this.sources];
    this.#inspector = inspector;
    this.#language = language;
    this.#tell = tell;
    this.values = new Values(inspector);
    this.#exceptions = new Exceptions({ inspector, sources, language });
    this.breakpoints = new Breakpoints({
      inspector,
      sources,
      language,
      names: () => this.values.ask("names", []),
      moved: (breakpoint) => tell("breakpoint", { reason: "changed", breakpoint }),
    });
    inspector.onPaused((event) => void this.#paused(event).catch(() => this.#go("resume")));
    inspector.onResumed(() => this.#resumed());
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isHolding(): boolean {
    return this.#stop !== undefined;
  }

  async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true; // before anything is awaited: from now on cells are prepared
    const { post } = this.#inspector;
    await post("Debugger.enable");
    for (const file of await this.values.ask("files", [])) this.sources.add(file);
    await this.#passBy("all");
  }

  /** Before code runs: it is known, and its breakpoints are set. */
  async prepare(files: readonly RanFile[]): Promise<void> {
    if (!this.#isStarted) return;
    this.#cells++;
    const { post } = this.#inspector;
    if (this.#isSkipping) await post("Debugger.setSkipAllPauses", { skip: false });
    this.#isSkipping = false;
    const programs = files.map((file) => this.sources.add(file));
    await this.#passBy("all");
    for (const program of programs) await this.breakpoints.bind(program);
  }

  release(): void {
    if (!this.#isStarted) return;
    this.#isSkipping = true;
    this.#inspector.post("Debugger.setSkipAllPauses", { skip: true }).catch(() => {}); // the thread has ended
    if (this.isHolding) this.#go("resume");
  }

  /** For good. */
  close(): void {
    this.#inspector.close();
    this.#resumed();
    if (this.#isStarted) this.#tell("terminated");
    this.#isStarted = false;
  }

  /** Where the thread stands, if it is held. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** @throws BadDebugRequest if the thread is not held */
  held(operation: string): Stop {
    if (this.#stop === undefined) throw new BadDebugRequest(`${operation}: nothing has stopped`);
    return this.#stop;
  }

  resume(): void {
    this.held("continue");
    this.#go("resume");
  }

  step(command: keyof typeof stepOf): void {
    const step = stepOf[command];
    this.#stepping.begin(step, this.held(command), this.#cells);
    this.#go(step);
  }

  /** Stops where the user's own code comes to next. */
  async pause(): Promise<void> {
    this.#pauses = true;
    await this.#passBy("step");
    await this.#inspector.post("Debugger.pause");
  }

  async stopAt(exceptions: readonly string[]): Promise<void> {
    await this.#exceptions.set(exceptions);
    await this.#followAwaits();
    await this.#passBy("all");
  }

  async setBreakpoints(path: string, wanted: readonly RequestArguments[]): Promise<object[]> {
    const set = await this.breakpoints.set(path, wanted);
    await this.#followAwaits();
    return set;
  }

  /**
   * The value of an expression, in a frame of the stop if there is one.
   *
   * @throws BadDebugRequest with what it threw
   */
  async evaluate(code: string, frameId: number | undefined, throwOnSideEffect: boolean): Promise<RemoteValue> {
    if (this.#stop !== undefined && frameId !== undefined) return this.#stop.evaluate(code, frameId, throwOnSideEffect);
    const expression = await this.#language.expression(code, await this.values.ask("names", []), []);
    const asked: Runtime.EvaluateParameterType & { throwOnSideEffect: boolean } = { expression, throwOnSideEffect };
    const { result, exceptionDetails } = await this.#inspector.post("Runtime.evaluate", limited(asked));
    if (exceptionDetails !== undefined) throw new BadDebugRequest(messageOf(exceptionDetails));
    return result;
  }

  async #paused(event: Paused): Promise<void> {
    const { reason, hitBreakpoints = [], data } = event;
    const { sources, values } = this;
    const options = { inspector: this.#inspector, language: this.#language, sources, values };
    const stop = new Stop(event, { ...options, firstFrame: this.#frames });
    this.#stop = stop;
    this.#frames += stop.frames.length;
    const isException = reason === "exception" || reason === "promiseRejection";
    const onward = await this.#onward(event, stop);
    if (this.#stop !== stop) return; // released meanwhile
    if (onward !== undefined) return this.#go(onward);
    const why = isException
      ? "exception"
      : hitBreakpoints.length > 0
        ? "breakpoint"
        : this.#stepping.isUnderWay
          ? "step"
          : "pause";
    const text = isException ? (data as RemoteValue | undefined)?.description?.split("\n    at ")[0] : undefined;
    this.#stepping.end();
    this.#pauses = false;
    this.#isTold = true;
    const hitBreakpointIds = this.breakpoints.hit(hitBreakpoints);
    this.#tell("stopped", {
      reason: why,
      threadId,
      allThreadsStopped: true,
      ...(text === undefined ? {} : { text }),
      ...(hitBreakpointIds.length === 0 ? {} : { hitBreakpointIds }),
    });
  }

  /** Where V8 has no reason to stay that the user would see. */
  async #onward(event: Paused, stop: Stop): Promise<Onward> {
    const { callFrames, reason, hitBreakpoints = [] } = event;
    if (this.#isSkipping) return "resume";
    if (reason === "exception" || reason === "promiseRejection") {
      if (await this.#exceptions.stops(event)) return undefined;
      // A step is not over because something was thrown and caught on its way.
      return this.#stepping.isUnderWay ? "stepOver" : "resume";
    }
    if (hitBreakpoints.length > 0) return undefined;
    const isOwn = this.sources.program(callFrames[0]?.url ?? "") !== undefined;
    if (this.#stepping.isUnderWay) return this.#stepping.onward(event, stop, isOwn, this.#cells);
    return stop.frames.some(({ call }) => call !== undefined) ? undefined : "resume";
  }

  #resumed(): void {
    this.#stop = undefined;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tell("continued", { threadId, allThreadsContinued: true });
    this.values.forget().catch(() => {}); // the thread has ended
  }

  /** V8 remembers who awaits at a price, some ten times that of an `await`: it is paid while there may be stops. */
  async #followAwaits(): Promise<void> {
    const mayStop = this.#exceptions.isWanted || this.breakpoints.list().length > 0;
    await this.#inspector.post("Debugger.setAsyncCallStackDepth", { maxDepth: mayStop ? asyncDepth : 0 });
  }

  /**
   * A step goes by everything but the user's own code, and so does what runs freely; unless exceptions are wanted, for
   * V8 does not tell of those that leave what it goes by.
   */
  async #passBy(what: "step" | "all"): Promise<void> {
    const patterns = this.sources.passedBy(what === "step" || !this.#exceptions.isWanted);
    if (patterns.join() === this.#patterns) return;
    this.#patterns = patterns.join();
    await this.#inspector.post("Debugger.setBlackboxPatterns", { patterns });
  }

  #go(onward: Step | "resume"): void {
    if (onward === "resume") this.#stepping.end(); // as it is for V8
    this.#passBy(onward === "resume" && !this.#pauses ? "all" : "step").catch(() => {}); // the thread has ended
    this.#inspector.post(`Debugger.${onward}` as "Debugger.resume").catch(() => {}); // it goes already
  }
}
