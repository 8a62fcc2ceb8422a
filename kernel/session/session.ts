import { type WidgetOptions, widgetSymbol } from "../api/widget.ts";
import type { DisplayData, ErrorContent, MimeBundle } from "../protocol/contents.ts";
import {
  type CellId,
  type CommEvent,
  cellFile,
  type FromSession,
  flag,
  type InputReply,
  type Outcome,
  type ToSession,
} from "../protocol/threads.ts";
import { bundleOf } from "./bundle.ts";
import { captureChildren } from "./child-processes.ts";
import { CommDeliveries } from "./comm-deliveries.ts";
import { CommRegistry } from "./comms.ts";
import { plainConsole } from "./console.ts";
import { installDebugView } from "./debug-view.ts";
import { captureDescriptors } from "./descriptors.ts";
import { provideDisposal } from "./disposal.ts";
import { ErrorReporter } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { sturdyImmediates } from "./immediates.ts";
import { Questions, refuseStdin, StdinNotImplemented } from "./input.ts";
import { interruptRequest, interruptSymbol } from "./interrupt.ts";
import { replaceListeners } from "./listeners.ts";
import { type LiveShare, liveSymbol, openLive } from "./live.ts";
import { installLongestList } from "./longest-list.ts";
import { CellModules } from "./modules.ts";
import { installHost, notebookHost } from "./notebook-host.ts";
import { trackOrigin } from "./origin.ts";
import { endOfTurn, promised } from "./promised.ts";
import { captureStreams } from "./streams.ts";
import { tslabModule } from "./tslab-module.ts";
import { Widgets } from "./widgets.ts";

export interface SessionOptions {
  post: (message: FromSession) => void;
  /** The next answer to a `prompt` that has come, without waiting for one; default: nobody ever answers. */
  receiveInput?: () => InputReply | undefined;
  /** Shared with the io thread; see `flag`. */
  flags: Int32Array;
  /** The notebook's. */
  folder: string;
  versions: Readonly<Record<string, string>>;
  /** Whether cells show what Node warns of; default true. */
  warnings?: boolean;
  /** What the first cell says before its own output, a line each; default nothing. */
  notices?: readonly string[];
}

type RunRequest = Extract<ToSession, { type: "run" }>;

const interrupted: ErrorContent = {
  ename: "Interrupted",
  evalue: "the cell was interrupted",
  traceback: ["Interrupted: the cell was interrupted"],
};

interface Running {
  allowStdin: boolean;
  /** The values before it. */
  before: Record<string, unknown>;
  drawings: Set<Promise<void>>;
  live: LiveShare;
}

/**
 * Runs converted cells in one scope, and says what they print, show, return and throw. Each is begun when it comes: where
 * one awaits, others run.
 */
export class Session {
  readonly #post: SessionOptions["post"];
  readonly #flags: Int32Array;
  readonly #modules: CellModules;
  readonly #errors = new ErrorReporter();
  /** Values of all cells by name: a plain object, because cells read it in their innermost loops. */
  readonly #exports: Record<string, unknown> = {};
  /** Follows a cell through its timers and promises, so that late output finds its parent. */
  readonly #origin = trackOrigin<CellId>();
  #latest: CellId = 0;
  readonly #questions: Questions;
  readonly #comms: CommRegistry;
  readonly #deliveries: CommDeliveries;
  readonly #widgets: Widgets;
  readonly #running = new Map<CellId, Running>();
  readonly #warnings: boolean;
  #notices: readonly string[];

  constructor(options: SessionOptions) {
    const { post, receiveInput: receive = () => undefined, flags, folder, versions } = options;
    this.#post = post;
    this.#warnings = options.warnings ?? true;
    this.#notices = options.notices ?? [];
    this.#flags = flags;
    this.#comms = new CommRegistry({
      caller: () => this.#cell(),
      send: (event) => post({ type: "comm", id: this.#cell(), event }),
    });
    this.#deliveries = new CommDeliveries({
      post,
      handle: (id, event) => this.#origin.run(id, () => this.#comms.receive(event)),
      explain: (error) => this.#errors.report(error).traceback.join("\n"),
    });
    this.#widgets = new Widgets(this.#comms);
    this.#questions = new Questions({ post, receive, flags });
    const tslab = tslabModule((content, update) => this.#display(this.#cell(), content, update), versions);
    this.#modules = new CellModules(folder, new Map([["tslab", tslab]]));
  }

  /**
   * Takes over the process: streams, uncaught errors, warnings, exit, SIGINT, and the run-time conventions.
   * @returns gives the process back
   */
  attach(): () => void {
    const restoreStreams = captureStreams((name, text) => this.#stream(name, text));
    const restoreDescriptors = captureDescriptors((name, text) => this.#stream(name, text));
    const restoreConsole = plainConsole();
    const restoreImmediates = sturdyImmediates();
    const restoreStdin = refuseStdin();
    const restoreListeners = replaceListeners({
      uncaughtException: (error: unknown) => this.#uncaught("Uncaught ", error, this.#origin.ofUncaught(error)),
      unhandledRejection: (reason: unknown, promise: Promise<unknown>) =>
        this.#uncaught("Uncaught (in promise) ", reason, this.#origin.ofUncaught(promise)),
      warning: (warning: Error) => {
        // Node announces its own experiments, such as require() of an ES module; the cell's author did nothing wrong.
        if (warning.name !== "ExperimentalWarning" && this.#warnings)
          this.#stream("stderr", `${warning.name}: ${warning.message}\n`);
      },
      SIGINT: () => this.#post({ type: "sigint" }),
      exit: (code: number) => this.#exit(code),
    });
    // After the listeners, of which one for `exit` is its own.
    const restoreChildren = captureChildren(() => {
      const id = this.#cell();
      return (name, text) => text !== "" && this.#post({ type: "stream", id, name, text });
    });
    provideDisposal();
    const restoreStacks = this.#errors.attach();
    const globals = globalThis as Record<symbol, unknown>;
    globals[interruptSymbol] = interruptRequest(this.#flags);
    globals[liveSymbol] = (value: object) => {
      const id = this.#cell(); // the cell that opens it owns every later drawing
      return openLive(value, (content, update) => this.#display(id, content, update), this.#running.get(id)?.live);
    };
    globals[widgetSymbol] = (options: WidgetOptions<object>) => this.#widgets.open(options, this.#cell());
    const removeHost = installHost(
      notebookHost({
        cell: () => this.#cell(),
        display: (id, content, update) => this.#display(id, content, update),
        prompt: (message, password) => this.#prompt(message, password),
        payload: (payload) => this.#post({ type: "payload", id: this.#runningCell(payload.source), payload }),
        comms: this.#comms,
        clear: (id, wait) => this.#post({ type: "clear", id, wait }),
        hold: (id, drawing) => {
          const running = this.#running.get(id);
          if (running === undefined) this.#deliveries.hold(id, drawing);
          else running.drawings.add(drawing);
        },
      }),
    );
    const removeDebugView = installDebugView(this.#exports, () => this.#errors.files());
    const removeLongestList = installLongestList(this.#exports);
    return () => {
      restoreStreams();
      restoreDescriptors();
      restoreChildren();
      restoreConsole();
      restoreImmediates();
      restoreStdin();
      restoreListeners();
      restoreStacks();
      this.#origin.dispose();
      removeHost();
      removeDebugView();
      removeLongestList();
      delete globals[interruptSymbol];
      delete globals[liveSymbol];
      delete globals[widgetSymbol];
    };
  }

  /** Starts a cell; its `done` is posted when it settles, or when `interrupt` is called. */
  run(request: RunRequest): void {
    const { id, allowStdin, place } = request;
    this.#deliveries.endTerminated();
    this.#latest = id;
    this.#widgets.begin(id, place);
    if (request.mode === "result") this.#notify(id);
    const running: Running = { allowStdin, before: { ...this.#exports }, drawings: new Set(), live: { open: 0 } };
    this.#running.set(id, running);
    void this.#origin
      .run(id, () => this.#evaluate(request, running))
      .then(async (outcome) => {
        for (const drawing of running.drawings) await drawing; // what the cell shows is there before it is over
        await endOfTurn();
        this.#settle(id, outcome);
      });
  }

  #notify(id: CellId): void {
    for (const notice of this.#notices) this.#post({ type: "stream", id, name: "stderr", text: `${notice}\n` });
    this.#notices = [];
  }

  /** Lets the handlers of a comm have a message: whenever this thread is free, so also while a cell awaits. */
  handleComm(id: CellId, event: CommEvent): void {
    this.#deliveries.deliver(id, event);
  }

  /**
   * Settles what still runs. Its code may have been terminated, so nothing of it needs to be left, and neither needs a
   * cell's own settling to have come to an end: the io thread hears of that twice rather than never.
   */
  interrupt(id: CellId): void {
    this.#deliveries.endTerminated();
    this.#deliveries.interrupt(id);
    this.#comms.abandon(id);
    this.#modules.forgetHalfLoaded();
    if (id < 0) return; // handlers of a comm
    const running = this.#running.get(id);
    const defined = running === undefined ? [] : this.#defined(running.before);
    this.#running.delete(id);
    this.#post({ type: "done", id, outcome: { status: "error", error: interrupted, defined } });
  }

  async #evaluate({ id, title, source, cell, mode }: RunRequest, { before }: Running): Promise<Outcome> {
    const { javascript, isAsync, resultName, keepResultAs, sourceMaps, lineOffset, modules, imports = [] } = cell;
    const filename = cellFile(id);
    this.#errors.add(filename, { title, source, sourceMaps, lineOffset });
    for (const module of modules) {
      this.#errors.add(module.path, {
        title: module.source ?? module.path,
        sourceMaps: module.sourceMaps,
        lineOffset: 0,
      });
    }
    try {
      this.#modules.update(modules);
      const loading = this.#modules.prepare(imports);
      if (loading !== undefined) await loading;
      const surroundings = this.#modules.surroundings(this.#exports);
      // Taken where the cell ends, before another one has its turn and a result of the same name.
      const answer = resultName === undefined ? undefined : `exports[${JSON.stringify(resultName)}]`;
      const { value } = await evaluate(javascript, surroundings, { filename, isAsync, result: answer });
      if (resultName !== undefined) this.#exports[resultName] = undefined; // shown once, then free to be collected
      const data = mode === "quiet" || value === undefined ? {} : await this.#draw(id, value);
      if (Object.keys(data).length === 0) return { status: "ok" };
      if (keepResultAs !== undefined) this.#exports[keepResultAs] = value;
      const result: DisplayData = { data, metadata: {} };
      this.#widgets.shown(id, result, false);
      return { status: "ok", result };
    } catch (error) {
      return { status: "error", error: this.#explain(error), defined: this.#defined(before) };
    }
  }

  async #draw(id: CellId, value: unknown): Promise<MimeBundle> {
    const shown = await promised(value, {
      display: (late) => {
        const bundle = bundleOf(late);
        void Promise.resolve(bundle).then((data) => this.#display(id, { data, metadata: {} }, false));
      },
      rejected: (reason) => this.#uncaught("The cell's promise was rejected: ", reason),
    });
    return bundleOf(shown.value);
  }

  /** A cell that throws after an interrupt was asked for stopped because of it, whatever it says. */
  #explain(thrown: unknown): ErrorContent {
    const error = this.#errors.report(thrown);
    return Atomics.load(this.#flags, flag.interrupt) === 1 ? { ...error, ename: interrupted.ename } : error;
  }

  #settle(id: CellId, outcome: Outcome): void {
    if (!this.#running.has(id)) return; // interrupted before
    this.#flushWidgets(id);
    this.#post({ type: "done", id, outcome });
    this.#running.delete(id); // last: an interrupt between the two lines finds the cell still to be settled
  }

  #flushWidgets(id: CellId): void {
    try {
      this.#origin.run(id, () => this.#widgets.flush());
    } catch (error) {
      this.#uncaught("Uncaught (in a widget) ", error, id); // bytes that were given away since
    }
  }

  /** A value set again to the same value still is what it was declared as before. */
  #defined(before: Record<string, unknown>): string[] {
    const names = Object.keys(this.#exports);
    return names.filter((name) => !(name in before) || !Object.is(before[name], this.#exports[name]));
  }

  #cell(): CellId {
    return this.#origin.current() ?? this.#latest;
  }

  #stream(name: "stdout" | "stderr", text: string): void {
    this.#post({ type: "stream", id: this.#cell(), name, text });
  }

  #display(id: CellId, content: DisplayData, update: boolean): void {
    this.#widgets.shown(id, content, update);
    this.#post({ type: "display", id, content, update });
  }

  /** The calling cell, for what only the front end that waits for it can do. */
  #runningCell(operation: string): CellId {
    const id = this.#cell();
    if (!this.#running.has(id)) {
      throw new Error(`${operation}: the cell has ended, and its front end listens no longer; call it while it runs`);
    }
    return id;
  }

  #prompt(message: string, password: boolean): string {
    const id = this.#runningCell("prompt");
    if (this.#running.get(id)?.allowStdin !== true) {
      throw new StdinNotImplemented(
        `prompt(${JSON.stringify(message)}): nobody can be asked here: nbconvert, papermill and stridelab run have no ` +
          "input; run the cell in JupyterLab, Notebook or VS Code, or write the answer into the cell",
      );
    }
    return this.#questions.ask(id, message, password);
  }

  #uncaught(label: string, thrown: unknown, id: CellId = this.#cell()): void {
    const text = `${label}${this.#errors.report(thrown).traceback.join("\n")}\n`;
    this.#post({ type: "stream", id, name: "stderr", text });
  }

  /** `process.exit` in a cell: the io thread publishes what is left and answers the request before the process goes. */
  #exit(code: number): void {
    this.#post({ type: "exit", code });
    const patience = 5000; // milliseconds; a front end that reads nothing must not keep the process
    Atomics.wait(this.#flags, flag.flushed, 0, patience);
  }
}
