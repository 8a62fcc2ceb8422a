import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ClientSockets, newConnection } from "../protocol/client-sockets.ts";
import type {
  ClearOutput,
  DisplayData,
  ErrorContent,
  ExecuteReply,
  ExecuteResult,
  InputReply,
  InputRequest,
  KernelInfoReply,
  StreamContent,
} from "../protocol/contents.ts";
import { type Header, headerFactory, type Message } from "../protocol/message.ts";
import { startCommand } from "../protocol/package.ts";

/** What a cell shows, in the order in which the kernel published it. */
export type KernelOutput =
  | { type: "stream"; content: StreamContent }
  | { type: "display_data"; content: DisplayData }
  | { type: "update_display_data"; content: DisplayData }
  | { type: "execute_result"; content: ExecuteResult }
  | { type: "error"; content: ErrorContent }
  | { type: "clear_output"; content: ClearOutput };

/** What a cell says to the front end's half of a widget. */
export interface KernelComm {
  type: "comm_open" | "comm_msg" | "comm_close";
  content: Record<string, unknown>;
  buffers: readonly Uint8Array[];
}

export interface ExecuteOptions {
  onOutput?: (output: KernelOutput) => void;
  /** Default: nobody listens. */
  onComm?: (message: KernelComm) => void;
  /** Default false: counted, stored, and its value shown. */
  silent?: boolean;
  /** Default true unless `silent`. */
  storeHistory?: boolean;
  /** Default true: cells queued behind a failing one are answered "aborted". */
  stopOnError?: boolean;
  /** Answers a cell that asks for input; default: it fails at once. */
  onInput?: (question: InputRequest) => string | Promise<string>;
}

export interface KernelExit {
  code: number | null;
  signal: string | null;
}

/** A running kernel process and the five sockets to it. */
export interface KernelClient {
  readonly info: KernelInfoReply;
  /**
   * Runs one cell. Resolves after both the reply and the idle status, so every output was delivered; a cell that
   * throws resolves with `status: "error"`.
   * @throws KernelDied if the process ends before that
   */
  execute(code: string, options?: ExecuteOptions): Promise<ExecuteReply>;
  /** Sends `type` (`complete_request`, `inspect_request`, ...) on shell and resolves with the reply's content. */
  request(type: string, content: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Resolves when the kernel has acknowledged; the running cell then ends with an error by itself. */
  interrupt(): Promise<void>;
  /** Asks the kernel to end, waits, and kills it after a grace period. */
  shutdown(): Promise<void>;
  readonly exited: Promise<KernelExit>;
}

export interface StartOptions {
  /** Default: this package's own kernel under this Node. The connection file's path is appended. */
  command?: readonly string[];
  /** The notebook's folder; default the current one. */
  cwd?: string;
  /** Added to this process's environment. What a program runs is no history of the user's, so that is off by default. */
  env?: Record<string, string>;
  /** Milliseconds until the first kernel_info reply; default 60000. */
  startTimeout?: number;
}

/** The kernel process ended while something waited for it. */
export class KernelDied extends Error {
  override readonly name = "KernelDied";
  readonly exit: KernelExit;
  /** The last lines the process wrote to its own stderr. */
  readonly stderrTail: string;

  constructor(exit: KernelExit, stderrTail: string) {
    const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
    super(`the kernel died (${how})${stderrTail === "" ? "" : `\n${stderrTail}`}`);
    this.exit = exit;
    this.stderrTail = stderrTail;
  }
}

/** How long a kernel that was asked to end may take, and how long messages of a dead one are awaited. Milliseconds. */
const shutdownGrace = 3000;
const drainTime = 100;

/** Lines of the process's stderr that an error about its death quotes. */
const quotedLines = 20;

/**
 * Starts a kernel in a process of its own, with real sockets, signed messages and a private connection file, as a front
 * end does.
 * @throws KernelDied if it ends before it answers, Error if it does not answer within `startTimeout`
 */
export async function startKernel(options: StartOptions = {}): Promise<KernelClient> {
  const { command = startCommand, cwd = process.cwd(), env = {}, startTimeout = 60_000 } = options;
  const [program, ...args] = command;
  if (program === undefined) throw new RangeError("startKernel: the command is empty; leave it out for this kernel");
  const folder = await mkdtemp(join(tmpdir(), "kernel-"));
  const connection = await newConnection(folder);
  const file = join(folder, "connection.json");
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
  const child = spawn(program, [...args, file], {
    cwd,
    env: { ...process.env, JPY_PARENT_PID: String(process.pid), STRIDELAB_HISTORY: "off", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const client = new ProcessClient(child, new ClientSockets(connection));
  try {
    await client.connect(startTimeout);
  } catch (error) {
    child.kill("SIGKILL");
    await client.exited;
    throw error;
  } finally {
    // The kernel has read it, and nobody else should: so no key outlives this process, however that ends. The folder
    // stays: the other sockets' files lie in it, and a channel may come to connect after the first answer.
    await rm(file);
    void client.exited.then(() => rm(folder, { recursive: true, force: true }));
  }
  return client;
}

/** Milliseconds that a message may be on its way to a kernel that has answered before. */
const longestWay = 1000;

interface Execution {
  onOutput: (output: KernelOutput) => void;
  onComm: ((message: KernelComm) => void) | undefined;
  onInput: ExecuteOptions["onInput"];
  /** Its turn has come, or gone. */
  state: "queued" | "busy" | "over";
  /** Idle was heard. */
  idle: () => void;
}

interface Pending {
  resolve: (content: Record<string, unknown>) => void;
  reject: (error: Error) => void;
}

class ProcessClient implements KernelClient {
  readonly exited: Promise<KernelExit>;
  readonly #sockets: ClientSockets;
  readonly #newHeader = headerFactory("client");
  readonly #replies = new Map<string, Pending>();
  /** Kept after the reply: late output still belongs to its cell. */
  readonly #executions = new Map<string, Execution>();
  #info: KernelInfoReply | undefined;
  #heardOutputs = false;
  #stderr = "";
  #death: KernelDied | undefined;

  constructor(child: ChildProcess, sockets: ClientSockets) {
    this.#sockets = sockets;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).split("\n").slice(-quotedLines).join("\n");
    });
    this.exited = new Promise((resolve) => {
      const end = async (exit: KernelExit) => {
        await delay(drainTime); // what it sent before its end may still be on the way
        this.#die(new KernelDied(exit, this.#stderr.trim()));
        sockets.close();
        resolve(exit);
      };
      child.once("error", (error) => {
        this.#stderr += error.message;
        void end({ code: null, signal: null });
      });
      child.once("exit", (code, signal) => void end({ code, signal }));
    });
    this.#kill = () => child.kill("SIGKILL");
    sockets.listen(
      (message) => (message.header.msg_type === "input_request" ? this.#onQuestion(message) : this.#onReply(message)),
      (message) => this.#onOutput(message),
    );
  }

  readonly #kill: () => void;

  get info(): KernelInfoReply {
    if (this.#info === undefined) throw new Error("the kernel has not answered yet");
    return this.#info;
  }

  /** A subscription takes a moment to arrive; until an output is heard, kernel_info is asked again to cause some. */
  async connect(timeout: number): Promise<void> {
    const deadline = performance.now() + timeout;
    while (this.#info === undefined || !this.#heardOutputs) {
      if (this.#death !== undefined) throw this.#death;
      if (performance.now() > deadline) throw new Error(`the kernel did not answer within ${timeout} ms`);
      const asked = this.request("kernel_info_request", {}).then((content) => {
        this.#info = content as unknown as KernelInfoReply;
      });
      asked.catch(() => {}); // its death is thrown above
      await Promise.race([asked, delay(Math.min(1000, timeout))]);
      if (!this.#heardOutputs) await delay(20);
    }
  }

  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteReply> {
    const {
      onOutput = () => {},
      silent = false,
      storeHistory = !silent,
      stopOnError = true,
      onInput,
      onComm,
    } = options;
    const header = this.#newHeader("execute_request");
    const idle = new Promise<void>((resolve) => {
      this.#executions.set(header.msg_id, { onOutput, onComm, onInput, state: "queued", idle: resolve });
    });
    const reply = await this.#ask("shell", header, {
      code,
      silent,
      store_history: storeHistory,
      user_expressions: {},
      allow_stdin: onInput !== undefined,
      stop_on_error: stopOnError,
    });
    await Promise.race([idle, this.exited]);
    return reply as unknown as ExecuteReply;
  }

  request(type: string, content: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#ask("shell", this.#newHeader(type), content);
  }

  /** What was sent on another channel before may arrive later: a cell that is to be stopped has begun. */
  async interrupt(): Promise<void> {
    const any = (state: Execution["state"]) => [...this.#executions.values()].some((each) => each.state === state);
    const deadline = performance.now() + longestWay;
    while (any("queued") && !any("busy") && performance.now() < deadline) await delay(1);
    await this.#ask("control", this.#newHeader("interrupt_request"), {});
  }

  async shutdown(): Promise<void> {
    if (this.#death !== undefined) return;
    const asked = this.#ask("control", this.#newHeader("shutdown_request"), { restart: false });
    asked.catch(() => {}); // its death is what was asked for
    const timer = setTimeout(this.#kill, shutdownGrace);
    await this.exited;
    clearTimeout(timer);
  }

  #ask(channel: "shell" | "control", header: Header, content: object): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) return reject(this.#death);
      this.#replies.set(header.msg_id, { resolve, reject });
      this.#sockets.send(channel, { header, parent: {}, metadata: {}, content, buffers: [] }).catch(reject);
    });
  }

  #onQuestion({ header, parent, content }: Message): void {
    const { onInput } = this.#executions.get(parent.msg_id ?? "") ?? {};
    const question = content as unknown as InputRequest;
    const answer = async (): Promise<InputReply> => {
      try {
        return { status: "ok", value: (await onInput?.(question)) ?? "" };
      } catch (error) {
        return { status: "error", ename: "InputFailed", evalue: String(error), traceback: [] };
      }
    };
    void answer().then((reply) => {
      const message = { parent: header, metadata: {}, content: reply, buffers: [] };
      return this.#sockets.send("stdin", { header: this.#newHeader("input_reply"), ...message });
    });
  }

  #onReply({ parent, content }: Message): void {
    const id = parent.msg_id ?? "";
    this.#replies.get(id)?.resolve(content);
    this.#replies.delete(id);
  }

  #onOutput({ header, parent, content, buffers }: Message): void {
    this.#heardOutputs = true;
    const execution = this.#executions.get(parent.msg_id ?? "");
    if (execution === undefined) return;
    if (header.msg_type === "status") {
      execution.state = content.execution_state === "idle" ? "over" : "busy";
      if (execution.state === "over") execution.idle();
    } else if (outputTypes.has(header.msg_type))
      execution.onOutput({ type: header.msg_type, content } as unknown as KernelOutput);
    else if (header.msg_type.startsWith("comm_")) {
      execution.onComm?.({ type: header.msg_type as KernelComm["type"], content, buffers });
    }
  }

  #die(death: KernelDied): void {
    this.#death = death;
    for (const { reject } of this.#replies.values()) reject(death);
    this.#replies.clear();
  }
}

const outputTypes: ReadonlySet<string> = new Set<KernelOutput["type"]>([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "error",
  "clear_output",
]);
