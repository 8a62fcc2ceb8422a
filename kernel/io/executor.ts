import type {
  ErrorContent,
  ExecutePayload,
  ExecuteReply,
  ExecuteRequest,
  ExpressionReply,
} from "../protocol/contents.ts";
import type { RanFile } from "../protocol/debug.ts";
import { shown } from "../protocol/shown.ts";
import {
  type CellId,
  type Conversion,
  type ConvertedCell,
  cellFile,
  type Outcome,
  type RemoteLanguage,
  type ToSession,
} from "../protocol/threads.ts";
import type { Received } from "../protocol/wire.ts";
import type { History } from "./history.ts";
import type { Interrupter } from "./interrupter.ts";
import { LanguageAbandoned } from "./language-process.ts";
import type { MemoryWatch } from "./memory-watch.ts";
import type { Publisher } from "./publisher.ts";
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
  /** Shows a debugger what is about to run. */
  prepare: (files: RanFile[]) => Promise<void>;
}

/** What of a request is evaluated: the cell, or an expression beside it, of which nothing is kept. */
interface Part {
  request: CellRequest;
  payloads: Running["payloads"];
  asked: ExecuteRequest;
  /** Whether what the code declares is visible to later cells. */
  keep: boolean;
}

/** A cell, or an expression beside it, that the session runs. */
interface Running {
  request: CellRequest;
  /** Of one source the reply carries the last. */
  payloads: Map<string, ExecutePayload>;
  settle: (outcome: Outcome) => void;
  /** Why it was broken off, where it was for that. */
  exceeded?: ErrorContent;
}

/** Milliseconds in which a compiler may still answer after an interrupt: a new one takes as long to load. */
const compilerPatience = 2000;

const interruptedEarly: ErrorContent = {
  ename: "Interrupted",
  evalue: "the cell was interrupted before it ran",
  traceback: ["Interrupted: the cell was interrupted before it ran"],
};

/** Cells one at a time or several: each is checked, run, and its declarations kept for those that come later. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #running = new Map<CellId, Running>();
  #count = 0;
  #lastId: CellId = 0;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** How many cells were run. */
  get count(): number {
    return this.#count;
  }

  /** The request that cell `id` was run for, while it runs. */
  requestOf(id: CellId): CellRequest | undefined {
    return this.#running.get(id)?.request;
  }

  addPayload(id: CellId, payload: ExecutePayload): void {
    this.#running.get(id)?.payloads.set(payload.source, payload);
  }

  /** What the session says when a cell has settled. */
  done(id: CellId, outcome: Outcome): void {
    this.#running.get(id)?.settle(outcome);
  }

  /** Runs what a request asks for. @returns what answers it, and whether a failure is to end what waits behind it */
  async execute(request: CellRequest): Promise<{ content: ExecuteReply; stopsOnError: boolean }> {
    const asked = requestOf(request.message.content);
    if (typeof asked === "string") return { content: this.refuse(asked), stopsOnError: false };
    return { content: await this.#execute(asked, request), stopsOnError: asked.stop_on_error };
  }

  refuse(problem: string): ExecuteReply {
    const error = { ename: "BadRequest", evalue: problem, traceback: [`BadRequest: ${problem}`] };
    return { status: "error", execution_count: this.#count, ...error };
  }

  /** What answers a request from within which the process ends: as far as it came. */
  async exited(code: number, { message }: CellRequest): Promise<ExecuteReply> {
    await this.#options.publisher.flush();
    const execution_count = this.#count;
    if (code === 0) {
      const payload = [{ source: "ask_exit", keepkernel: false }];
      return { status: "ok", execution_count, user_expressions: {}, payload };
    }
    const evalue = `process.exit(${code})`;
    const error = { ename: "ProcessExit", evalue, traceback: [`ProcessExit: ${evalue}`] };
    if (message.content.silent !== true) await this.#options.publisher.now("error", error, message.header);
    return { status: "error", execution_count, ...error };
  }

  async #execute(asked: ExecuteRequest, request: CellRequest): Promise<ExecuteReply> {
    const { publisher, history } = this.#options;
    const { header } = request.message;
    const counted = asked.store_history && !asked.silent;
    if (counted) this.#count++;
    const execution_count = this.#count;
    if (counted) history.record(execution_count, asked.code);
    const payloads = new Map<string, ExecutePayload>();
    const part = { request, payloads, asked, keep: true };
    const evaluated = this.#evaluate(asked.code, `cell ${execution_count}`, part); // the compiler begins meanwhile
    const input = { code: asked.code, execution_count };
    const told = asked.silent ? undefined : publisher.now("execute_input", input, header);
    const [outcome] = await Promise.all([evaluated, told]);
    await publisher.flush();
    if (outcome.status === "error") {
      if (!asked.silent) await publisher.now("error", outcome.error, header);
      return { status: "error", execution_count, ...outcome.error };
    }
    if (outcome.result !== undefined && !asked.silent) {
      await publisher.now("execute_result", { execution_count, ...outcome.result }, header);
      if (counted) history.recordResult(execution_count, outcome.result.data["text/plain"]);
    }
    const user_expressions: Record<string, ExpressionReply> = {};
    for (const [name, expression] of Object.entries(asked.user_expressions)) {
      const quietly = { ...part, asked: { ...asked, silent: true }, keep: false };
      const answer = await this.#evaluate(expression, `user expression ${name}`, quietly);
      user_expressions[name] =
        answer.status === "error"
          ? { status: "error", ...answer.error }
          : { status: "ok", ...(answer.result ?? { data: { "text/plain": "undefined" }, metadata: {} }) };
    }
    return { status: "ok", execution_count, user_expressions, payload: [...payloads.values()] };
  }

  async #evaluate(code: string, title: string, part: Part): Promise<Outcome> {
    const { language, interrupter } = this.#options;
    const id = ++this.#lastId;
    const keepAs = part.keep ? id : undefined;
    const converting = this.#convert(code, keepAs);
    let hear = () => {};
    try {
      // An interrupted cell is answered also while the compiler still works on it.
      const early = new Promise<undefined>((resolve) => {
        hear = interrupter.onRequest(() => resolve(undefined));
      });
      const conversion = await Promise.race([converting, early]);
      if (conversion?.ok === false) return failure(conversion.error);
      if (conversion === undefined || interrupter.requested) {
        void converting.then(() => language.discard(id)).catch(() => {}); // it is of no use any more
        return failure(interruptedEarly);
      }
      const { cell, warnings = [] } = conversion;
      const outcome = await this.#run(id, { code, title, cell, warnings }, part);
      if (part.keep) this.#commit(id, outcome);
      return outcome;
    } catch (error) {
      return failure(error instanceof LanguageAbandoned ? interruptedEarly : compilerFailure(error));
    } finally {
      hear();
    }
  }

  /** Nobody waits for it: whatever else the compiler is asked, it is asked behind this. */
  #commit(id: CellId, outcome: Outcome): void {
    const { language, publisher } = this.#options;
    const committed =
      outcome.status === "ok"
        ? language.commit(id, "all", outcome.result !== undefined)
        : language.commit(id, outcome.defined);
    committed.catch((error: unknown) => {
      const text = `later cells do not know what this one declared: ${compilerFailure(error).evalue}\n`;
      publisher.stream(id, { name: "stderr", text });
    });
  }

  async #run(
    id: CellId,
    { code, title, cell, warnings }: { code: string; title: string; cell: ConvertedCell; warnings: string[] },
    { request, payloads, asked: { silent, allow_stdin: allowStdin }, keep }: Part,
  ): Promise<Outcome> {
    const { publisher, interrupter, memory, prepare, toSession } = this.#options;
    const { header } = request.message;
    publisher.adopt(id, header, silent);
    if (warnings.length > 0) publisher.stream(id, { name: "stderr", text: `${warnings.join("\n")}\n` });
    if (!keep) delete cell.keepResultAs;
    const mode = silent && keep ? "quiet" : "result";
    await prepare(filesOf(cell, { name: cellFile(id), title, source: code }));
    const running: Running = { request, payloads, settle: () => {} };
    const settled = new Promise<Outcome>((resolve) => {
      running.settle = resolve;
    });
    this.#running.set(id, running);
    toSession({ type: "run", id, title, source: code, cell, mode, allowStdin });
    interrupter.started(id);
    if (this.#running.size === 1) {
      memory.start((error) => {
        for (const each of this.#running.values()) each.exceeded = error; // there is no telling whose values they are
        interrupter.request(true);
      });
    }
    const outcome = await settled;
    this.#running.delete(id);
    if (this.#running.size === 0) memory.stop();
    interrupter.settled(id);
    if (outcome.status === "error" && running.exceeded) outcome.error = running.exceeded;
    return outcome;
  }

  /** A compiler that goes on and on after an interrupt was asked for is given up; the next one knows what it knew. */
  async #convert(code: string, id: CellId | undefined): Promise<Conversion> {
    const { language, interrupter } = this.#options;
    let patience: NodeJS.Timeout | undefined;
    // It counts also when the interrupted cell is answered and the next one's turn has come, which waits behind it.
    const unheard = interrupter.onRequest(() => {
      patience ??= setTimeout(() => language.renew(), compilerPatience);
    });
    try {
      return await language.convert(code, id);
    } finally {
      unheard();
      clearTimeout(patience);
    }
  }
}

/** What a cell runs: the files that it imports, where they are new, and itself. */
const filesOf = (
  { modules, sourceMaps, lineOffset }: ConvertedCell,
  cell: Pick<RanFile, "name" | "title" | "source">,
): RanFile[] => [
  ...modules.map(({ path, source = path, sourceMaps }) => ({ name: path, title: source, sourceMaps, lineOffset: 0 })),
  { ...cell, sourceMaps, lineOffset },
];

const failure = (error: ErrorContent): Outcome => ({ status: "error", error, defined: [] });

function compilerFailure(error: unknown): ErrorContent {
  const evalue = error instanceof Error ? error.message : String(error);
  return { ename: "CompilerFailure", evalue, traceback: [evalue] };
}

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
