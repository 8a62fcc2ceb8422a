import { setTimeout as delay } from "node:timers/promises";
import type {
  ErrorContent,
  ExecutePayload,
  ExecuteReply,
  ExecuteRequest,
  ExpressionReply,
} from "../protocol/contents.ts";
import type { Header } from "../protocol/message.ts";
import type { CellId, Conversion, Outcome, RemoteLanguage, ToSession } from "../protocol/threads.ts";
import type { Received } from "../protocol/wire.ts";
import type { History } from "./history.ts";
import type { Interrupter } from "./interrupter.ts";
import { LanguageAbandoned } from "./language-port.ts";
import type { MemoryWatch } from "./memory-watch.ts";
import type { Publisher } from "./publisher.ts";
import { shown } from "./shown.ts";
import type { RequestChannel } from "./sockets.ts";

/** An execute_request, and where its reply belongs: on shell nearly always. */
export interface CellRequest extends Received {
  channel: RequestChannel;
}

export interface ExecutorOptions {
  language: RemoteLanguage;
  publisher: Publisher;
  interrupter: Interrupter;
  memory: MemoryWatch;
  history: History;
  toSession: (message: ToSession) => void;
  reply: (to: CellRequest, content: ExecuteReply) => Promise<void>;
}

/**
 * Milliseconds in which requests that were sent together with a failing one still arrive and are aborted with it. The
 * failing one's reply waits as long, so whatever a front end sends after that reply is always run.
 */
const abortWindow = 10;

/** Milliseconds in which a compiler may still answer after an interrupt: a new one takes as long to load. */
const compilerPatience = 2000;

/** Milliseconds between two looks whether there was an interrupt. */
const compilerLook = 100;

const interruptedEarly: ErrorContent = {
  ename: "Interrupted",
  evalue: "the cell was interrupted before it ran",
  traceback: ["Interrupted: the cell was interrupted before it ran"],
};

const interruptedConversion: Conversion = { ok: false, error: interruptedEarly };

/** The queue of cells: each is checked, run, answered, and only then is the next one looked at. */
export class Executor {
  readonly #options: ExecutorOptions;
  #queue: CellRequest[] = [];
  #busyWith: CellRequest | undefined;
  #count = 0;
  #payloads = new Map<string, ExecutePayload>();
  #lastId: CellId = 0;
  #finish: ((outcome: Outcome) => void) | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** The request being executed, if any. */
  get current(): Header | undefined {
    return this.#busyWith?.message.header;
  }

  /** The request that cell `id` was run for, while it runs. */
  requestOf(id: CellId): CellRequest | undefined {
    return id === this.#lastId ? this.#busyWith : undefined;
  }

  enqueue(request: CellRequest): void {
    this.#queue.push(request);
    if (this.#busyWith === undefined) void this.#work();
  }

  /** Of one source the reply carries the last. */
  addPayload(id: CellId, payload: ExecutePayload): void {
    if (id === this.#lastId) this.#payloads.set(payload.source, payload);
  }

  /** What the session says when a cell has settled. */
  done(id: CellId, outcome: Outcome): void {
    if (id === this.#lastId) this.#finish?.(outcome);
  }

  /** The process is about to end from within a cell: its request is answered as far as it came. */
  async exit(code: number): Promise<void> {
    const request = this.#busyWith;
    await this.#options.publisher.flush();
    if (request === undefined) return;
    const execution_count = this.#count;
    let content: ExecuteReply;
    if (code === 0) {
      const payload = [{ source: "ask_exit", keepkernel: false }];
      content = { status: "ok", execution_count, user_expressions: {}, payload };
    } else {
      const evalue = `process.exit(${code})`;
      const error = { ename: "ProcessExit", evalue, traceback: [`ProcessExit: ${evalue}`] };
      if (request.message.content.silent !== true) {
        await this.#options.publisher.now("error", error, request.message.header);
      }
      content = { status: "error", execution_count, ...error };
    }
    await this.#options.reply(request, content);
    await this.#status("idle", request);
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#busyWith = next;
      this.#options.interrupter.reset(); // at once: from here on an interrupt is meant for this cell
      await this.#status("busy", next);
      const asked = requestOf(next.message.content);
      const content = typeof asked === "string" ? this.#refuse(asked) : await this.#execute(asked, next);
      await this.#options.publisher.flush();
      const aborted = content.status === "error" && stopsOnError(asked) ? await this.#takeQueued() : [];
      await this.#options.reply(next, content);
      await this.#status("idle", next);
      for (const request of aborted) await this.#abort(request);
    }
    this.#busyWith = undefined;
  }

  async #execute(asked: ExecuteRequest, { message }: CellRequest): Promise<ExecuteReply> {
    const { publisher, history } = this.#options;
    const counted = asked.store_history && !asked.silent;
    if (counted) this.#count++;
    const execution_count = this.#count;
    if (counted) history.record(execution_count, asked.code);
    if (!asked.silent) {
      await publisher.now("execute_input", { code: asked.code, execution_count }, message.header);
    }
    this.#payloads.clear();
    const outcome = await this.#evaluate(asked.code, `cell ${execution_count}`, message.header, asked, true);
    await publisher.flush();
    if (outcome.status === "error") {
      if (!asked.silent) await publisher.now("error", outcome.error, message.header);
      return { status: "error", execution_count, ...outcome.error };
    }
    if (outcome.result !== undefined && !asked.silent) {
      await publisher.now("execute_result", { execution_count, ...outcome.result }, message.header);
      if (counted) history.recordResult(execution_count, outcome.result.data["text/plain"]);
    }
    const user_expressions: Record<string, ExpressionReply> = {};
    for (const [name, expression] of Object.entries(asked.user_expressions)) {
      const quietly = { ...asked, silent: true };
      const answer = await this.#evaluate(expression, `user expression ${name}`, message.header, quietly, false);
      user_expressions[name] =
        answer.status === "error"
          ? { status: "error", ...answer.error }
          : { status: "ok", ...(answer.result ?? { data: { "text/plain": "undefined" }, metadata: {} }) };
    }
    return { status: "ok", execution_count, user_expressions, payload: [...this.#payloads.values()] };
  }

  /** @param keep whether what the code declares is visible to later cells */
  async #evaluate(
    code: string,
    title: string,
    parent: Header,
    { silent, allow_stdin: allowStdin }: ExecuteRequest,
    keep: boolean,
  ): Promise<Outcome> {
    const { language, publisher, interrupter, memory, toSession } = this.#options;
    let conversion: Conversion;
    try {
      // An interrupted cell is answered also while the compiler still works on it.
      const early = interrupter.whenRequested().then(() => interruptedConversion);
      conversion = await Promise.race([this.#convert(code), early]);
    } catch (error) {
      return failure(error instanceof LanguageAbandoned ? interruptedEarly : compilerFailure(error));
    }
    if (!conversion.ok) return failure(conversion.error);
    if (interrupter.requested) return failure(interruptedEarly);
    const id = ++this.#lastId;
    publisher.adopt(id, parent, silent);
    const settled = new Promise<Outcome>((resolve) => {
      this.#finish = resolve;
    });
    const { cell, warnings = [] } = conversion;
    if (warnings.length > 0) publisher.stream(id, { name: "stderr", text: `${warnings.join("\n")}\n` });
    if (!keep) delete cell.keepResultAs;
    const mode = silent && keep ? "quiet" : "result";
    toSession({ type: "run", id, title, source: code, cell, mode, allowStdin });
    interrupter.started(id);
    let exceeded: ErrorContent | undefined;
    memory.start((error) => {
      exceeded = error;
      interrupter.request(true);
    });
    const outcome = await settled;
    memory.stop();
    interrupter.settled(id);
    if (outcome.status === "error" && exceeded) outcome.error = exceeded;
    try {
      if (keep && outcome.status === "ok") await language.commit("all", outcome.result !== undefined);
      else if (keep && outcome.status === "error") await language.commit(outcome.defined);
    } catch (error) {
      return failure(compilerFailure(error));
    }
    return outcome;
  }

  /** A compiler that goes on and on after an interrupt was asked for is given up; the next one knows what it knew. */
  async #convert(code: string): Promise<Conversion> {
    const { language, interrupter } = this.#options;
    let waited = 0;
    const watch = setInterval(() => {
      // Counted from the first look on: the interrupted cell may be answered, and the next one's turn have come.
      if (waited > 0 || interrupter.requested) waited += compilerLook;
      if (waited < compilerPatience) return;
      clearInterval(watch);
      language.renew();
    }, compilerLook);
    try {
      return await language.convert(code);
    } finally {
      clearInterval(watch);
    }
  }

  async #takeQueued(): Promise<CellRequest[]> {
    await delay(abortWindow);
    return this.#queue.splice(0);
  }

  async #abort(request: CellRequest): Promise<void> {
    await this.#status("busy", request);
    const evalue = "an earlier cell failed";
    await this.#options.reply(request, {
      status: "aborted",
      execution_count: this.#count,
      ename: "Aborted",
      evalue,
      traceback: [],
    });
    await this.#status("idle", request);
  }

  #refuse(problem: string): ExecuteReply {
    return {
      status: "error",
      execution_count: this.#count,
      ename: "BadRequest",
      evalue: problem,
      traceback: [`BadRequest: ${problem}`],
    };
  }

  #status(execution_state: "busy" | "idle", { message }: CellRequest): Promise<void> {
    return this.#options.publisher.now("status", { execution_state }, message.header);
  }
}

const failure = (error: ErrorContent): Outcome => ({ status: "error", error, defined: [] });

function compilerFailure(error: unknown): ErrorContent {
  const evalue = error instanceof Error ? error.message : String(error);
  return { ename: "CompilerFailure", evalue, traceback: [evalue] };
}

const stopsOnError = (asked: ExecuteRequest | string): boolean => typeof asked !== "string" && asked.stop_on_error;

/** Fills in the protocol's defaults; a string says what is wrong. */
function requestOf(content: Record<string, unknown>): ExecuteRequest | string {
  const { code, silent, store_history, user_expressions, allow_stdin, stop_on_error } = content;
  if (typeof code !== "string") return `execute_request: "code" should be a string, but is ${shown(code)}`;
  const expressions = typeof user_expressions === "object" ? Object.entries(user_expressions ?? {}) : [];
  return {
    code,
    silent: silent === true,
    store_history: store_history !== false,
    user_expressions: Object.fromEntries(
      expressions.map(([name, text]) => [name, typeof text === "string" ? text : shown(text)]),
    ),
    allow_stdin: allow_stdin === true,
    stop_on_error: stop_on_error !== false,
  };
}
