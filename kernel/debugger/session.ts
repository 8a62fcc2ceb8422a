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
import { messageOf, type RemoteValue, Values } from "./values.ts";

export interface DebugSessionOptions {
  language: Pick<RemoteLanguage, "outline" | "expression">;
  tell: (event: string, body?: object) => void;
  /** Default: to the main thread. */
  connect?: () => Inspector;
}

export type Handler = (given: RequestArguments) => object | undefined | Promise<object | undefined>;

/** JavaScript has one. */
const thread = 1;

/** Callers that wait for an `await`, as far as V8 remembers them. */
const asyncDepth = 8;

/** One time of debugging, from its first request to `disconnect`. */
export class DebugSession {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly #language: DebugSessionOptions["language"];
  readonly #tell: DebugSessionOptions["tell"];
  readonly #inspector: Inspector;
  readonly #sources = new Sources();
  readonly #values: Values;
  readonly #breakpoints: Breakpoints;
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

  constructor({ language, tell, connect = connectInspector }: DebugSessionOptions) {
    const inspector = connect();
    const sources = this.#sources;
    this.#language = language;
    this.#tell = tell;
    this.#inspector = inspector;
    this.#values = new Values(inspector);
    this.#exceptions = new Exceptions({ inspector, sources, language });
    this.#breakpoints = new Breakpoints({
      inspector,
      sources,
      language,
      moved: (breakpoint) => tell("breakpoint", { reason: "changed", breakpoint }),
    });
    inspector.onPaused((event) => void this.#paused(event).catch(() => this.#go("resume")));
    inspector.onResumed(() => this.#resumed());
    this.handlers = this.#allHandlers();
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isHolding(): boolean {
    return this.#stop !== undefined;
  }

  get breakpoints(): object[] {
    return this.#breakpoints.list();
  }

  async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true; // before anything is awaited: from now on cells are prepared
    const { post } = this.#inspector;
    await post("Debugger.enable");
    await post("Debugger.setAsyncCallStackDepth", { maxDepth: asyncDepth });
    for (const file of await this.#values.ask("files", [])) this.#sources.add(file);
    await this.#passBy("all");
  }

  /** Before code runs: it is known, and its breakpoints are set. */
  async prepare(files: readonly RanFile[]): Promise<void> {
    if (!this.#isStarted) return;
    this.#cells++;
    const { post } = this.#inspector;
    if (this.#isSkipping) await post("Debugger.setSkipAllPauses", { skip: false });
    this.#isSkipping = false;
    const programs = files.map((file) => this.#sources.add(file));
    await this.#passBy("all");
    for (const program of programs) await this.#breakpoints.bind(program);
  }

  release(): void {
    if (!this.#isStarted) return;
    this.#isSkipping = true;
    this.#inspector.post("Debugger.setSkipAllPauses", { skip: true }).catch(() => {}); // the thread has ended
    if (this.isHolding) this.#go("resume");
  }

  close(): void {
    this.#inspector.close();
    this.#resumed();
    this.#isStarted = false;
    this.#tell("terminated");
  }

  async #paused(event: Paused): Promise<void> {
    const { reason, hitBreakpoints = [], data } = event;
    const options = { inspector: this.#inspector, sources: this.#sources, language: this.#language, values: this.#values };
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
    const hitBreakpointIds = this.#breakpoints.hit(hitBreakpoints);
    this.#tell("stopped", {
      reason: why,
      threadId: thread,
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
    const isOwn = this.#sources.program(callFrames[0]?.url ?? "") !== undefined;
    if (this.#stepping.isUnderWay) return this.#stepping.onward(event, stop, isOwn, this.#cells);
    return stop.frames.some(({ call }) => call !== undefined) ? undefined : "resume";
  }

  #resumed(): void {
    this.#stop = undefined;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tell("continued", { threadId: thread, allThreadsContinued: true });
    this.#values.forget().catch(() => {}); // the thread has ended
  }

  /**
   * A step goes by everything but the user's own code, and so does what runs freely; unless exceptions are wanted, for
   * V8 does not tell of those that leave what it goes by.
   */
  async #passBy(what: "step" | "all"): Promise<void> {
    const patterns = this.#sources.passedBy(what === "step" || !this.#exceptions.isWanted);
    if (patterns.join() === this.#patterns) return;
    this.#patterns = patterns.join();
    await this.#inspector.post("Debugger.setBlackboxPatterns", { patterns });
  }

  #go(onward: Step | "resume"): void {
    this.#passBy(onward === "resume" && !this.#pauses ? "all" : "step").catch(() => {}); // the thread has ended
    this.#inspector.post(`Debugger.${onward}` as "Debugger.resume").catch(() => {}); // it goes already
  }

  #step(step: Step): undefined {
    this.#stepping.begin(step, this.#held(step), this.#cells);
    this.#go(step);
  }

  #held(operation: string): Stop {
    if (this.#stop === undefined) throw new BadDebugRequest(`${operation}: nothing has stopped`);
    return this.#stop;
  }

  #allHandlers(): ReadonlyMap<string, Handler> {
    const sources = this.#sources;
    const handlers: Record<string, Handler> = {
      attach: () => this.#tell("initialized") as undefined,
      configurationDone: () => undefined,
      threads: () => ({ threads: [{ id: thread, name: "main" }] }),
      dumpCell: (given) => ({ sourcePath: sources.dump(given.text("code")) }),
      source: (given) => this.#source(given),
      modules: () => this.#modules(),
      setBreakpoints: async (given) => {
        const path = given.part("source").text("path");
        return { breakpoints: await this.#breakpoints.set(path, given.list("breakpoints")) };
      },
      setExceptionBreakpoints: async (given) => {
        await this.#exceptions.set(given.texts("filters"));
        await this.#passBy("all");
        return undefined;
      },
      exceptionInfo: () => this.#exceptionInfo(),
      continue: () => {
        this.#held("continue");
        this.#go("resume");
        return { allThreadsContinued: true };
      },
      next: () => this.#step("stepOver"),
      stepIn: () => this.#step("stepInto"),
      stepOut: () => this.#step("stepOut"),
      pause: async () => {
        this.#pauses = true;
        await this.#passBy("step");
        await this.#inspector.post("Debugger.pause");
        return undefined;
      },
      stackTrace: (given) => this.#stackTrace(given),
      scopes: (given) => ({ scopes: this.#held("scopes").scopes(given.number("frameId")) }),
      variables: async (given) => ({ variables: await this.#values.list(given.number("variablesReference")) }),
      evaluate: (given) => this.#evaluate(given),
      inspectVariables: async () => ({ variables: await this.#values.describe(await this.#values.ofCells()) }),
      richInspectVariables: (given) => this.#richInspect(given),
    };
    return new Map(Object.entries(handlers));
  }

  async #source(given: RequestArguments): Promise<object> {
    const path = given.part("source").text("path");
    const content = await this.#sources.text(path);
    if (content === undefined) throw new BadDebugRequest(`source: ${path} is neither a cell nor a file that a cell imports`);
    return { content, mimeType: "text/typescript" };
  }

  #modules(): object {
    const modules = this.#sources.files().map((path, id) => ({ id, name: path.split(/[\\/]/).at(-1) ?? path, path }));
    return { modules, totalModules: modules.length };
  }

  #stackTrace(given: RequestArguments): object {
    const all = this.#held("stackTrace").stackTrace();
    const start = given.optionalNumber("startFrame") ?? 0;
    const levels = given.optionalNumber("levels") ?? 0; // 0: all of them
    const stackFrames = all.slice(start, levels > 0 ? start + levels : undefined);
    return { stackFrames, totalFrames: all.length };
  }

  #exceptionInfo(): object {
    const { event } = this.#held("exceptionInfo");
    const { description = "", className = "Error", value } = (event.data ?? {}) as unknown as RemoteValue;
    const text = description === "" ? String(value) : description;
    return {
      exceptionId: className,
      description: text.split("\n    at ")[0],
      breakMode: "always",
      details: { message: text.split("\n    at ")[0], typeName: className, stackTrace: text },
    };
  }

  async #evaluate(given: RequestArguments): Promise<object> {
    const context = given.optionalText("context");
    const value = await this.#valueOf(given.text("expression"), given.optionalNumber("frameId"), context === "hover");
    const [result = ""] = await this.#values.lines([value]);
    return { result, variablesReference: this.#values.unfolding(value) };
  }

  async #richInspect(given: RequestArguments): Promise<object> {
    const name = given.text("variableName");
    // Front ends ask so for whatever they list, members of values too, by whose names nothing can be found.
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return { data: {}, metadata: {} };
    try {
      const value = await this.#valueOf(name, given.optionalNumber("frameId"), false);
      return { data: await this.#values.bundle(value, this.isHolding), metadata: {} };
    } catch (error) {
      if (error instanceof BadDebugRequest) return { data: {}, metadata: {} };
      throw error;
    }
  }

  async #valueOf(code: string, frameId: number | undefined, throwOnSideEffect: boolean): Promise<RemoteValue> {
    if (this.#stop !== undefined && frameId !== undefined) return this.#stop.evaluate(code, frameId, throwOnSideEffect);
    const expression = await this.#language.expression(code, []);
    const asked: Runtime.EvaluateParameterType & { throwOnSideEffect: boolean } = {
      expression,
      silent: true,
      throwOnSideEffect,
      objectGroup: "debugger",
    };
    const { result, exceptionDetails } = await this.#inspector.post("Runtime.evaluate", asked);
    if (exceptionDetails !== undefined) throw new BadDebugRequest(messageOf(exceptionDetails));
    return result;
  }
}
