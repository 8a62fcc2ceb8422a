import type { DebugProtocol } from "@vscode/debugprotocol";
import type { RanFile } from "../protocol/debug.ts";
import { shown } from "../protocol/shown.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import { BadDebugRequest, RequestArguments } from "./arguments.ts";
import { exceptionFilters } from "./exceptions.ts";
import { atAnyTime, type Handler, handlersOf } from "./requests.ts";
import { hashSeed, pathPrefix, pathSuffix } from "./sources.ts";
import { DebuggedThread, threadId } from "./thread.ts";

export interface DebuggerOptions {
  language: Pick<RemoteLanguage, "outline" | "expression">;
  /** Tells front ends of something that they did not ask for. */
  event: (event: DebugProtocol.Event) => void;
  /** Sends the main thread a message that it has nothing to do for. */
  wake: () => void;
}

/**
 * The Debug Adapter Protocol, with Jupyter's additions, above V8's debugger of the main thread. V8 is connected from
 * `initialize` to `disconnect` only: it costs nothing before and after.
 */
export class KernelDebugger {
  readonly #options: DebuggerOptions;
  /** Connected when it is first asked for. */
  #debugged: { thread: DebuggedThread; handlers: ReadonlyMap<string, Handler> } | undefined;
  #lastSeq = 0;

  constructor(options: DebuggerOptions) {
    this.#options = options;
  }

  /** Whether the main thread stands still in the middle of code. */
  get isHolding(): boolean {
    return this.#debugged?.thread.isHolding ?? false;
  }

  /**
   * Answers the content of a `debug_request`; what cannot be done is answered as well, with the reason. The answer is the
   * protocol's response, and has the fields that every reply of Jupyter's has.
   */
  async answer(content: Record<string, unknown>): Promise<DebugProtocol.Response & { status: "ok" | "error" }> {
    const { command: asked, arguments: given, seq } = content;
    const command = typeof asked === "string" ? asked : shown(asked);
    const request_seq = typeof seq === "number" ? seq : 0;
    const reply = { type: "response", seq: ++this.#lastSeq, request_seq, command } as const;
    try {
      const body = await this.#handle(command, new RequestArguments(command, given));
      return { ...reply, status: "ok", success: true, ...(body === undefined ? {} : { body }) };
    } catch (error) {
      const { name: ename, message } = error instanceof Error ? error : new Error(String(error));
      const failure = { status: "error", ename, evalue: message, traceback: [`${ename}: ${message}`] } as const;
      return { ...reply, ...failure, success: false, message };
    }
  }

  /** Before a cell runs, so that it can stop on its first line. */
  async prepare(files: readonly RanFile[]): Promise<void> {
    await this.#debugged?.thread.prepare(files);
  }

  /** Whatever is held goes on, and nothing stops until the next cell. */
  release(): void {
    this.#debugged?.thread.release();
  }

  close(): void {
    this.#debugged?.thread.close();
    this.#debugged = undefined;
  }

  async #handle(command: string, given: RequestArguments): Promise<object | undefined> {
    if (command === "debugInfo") return this.#info();
    if (command === "disconnect" || command === "terminate") {
      this.close();
      return undefined;
    }
    const starts = command === "initialize";
    if (!this.#isStarted && !starts && !atAnyTime.has(command)) {
      throw new BadDebugRequest(`${command}: the debugger is not started; send initialize and attach first`);
    }
    this.#debugged ??= this.#connect();
    const { thread, handlers } = this.#debugged;
    if (starts) {
      await thread.start();
      return capabilities;
    }
    const handler = handlers.get(command);
    if (handler === undefined) throw new BadDebugRequest(`${command}: this debugger does not know the command`);
    return handler(given);
  }

  get #isStarted(): boolean {
    return this.#debugged?.thread.isStarted ?? false;
  }

  #connect() {
    const { language, event, wake } = this.#options;
    const tell = (name: string, body?: object) => event({ type: "event", seq: ++this.#lastSeq, event: name, body });
    const thread = new DebuggedThread({ language, tell, wake });
    return { thread, handlers: handlersOf(thread, () => tell("initialized")) };
  }

  #info(): object {
    return {
      isStarted: this.#isStarted,
      hashMethod: "Murmur2",
      hashSeed,
      tmpFilePrefix: pathPrefix,
      tmpFileSuffix: pathSuffix,
      breakpoints: this.#debugged?.thread.breakpoints.list() ?? [],
      stoppedThreads: this.isHolding ? [threadId] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: false, // later cells are checked, and no declaration would tell them of such a variable
    };
  }
}

const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsModulesRequest: true,
  exceptionBreakpointFilters: exceptionFilters,
};
