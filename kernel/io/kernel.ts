import { setTimeout as delay } from "node:timers/promises";
import type { KernelDebugger } from "../debugger/debugger.ts";
import type { Header, Message } from "../protocol/message.ts";
import {
  type CellId,
  type CommEvent,
  type FromSession,
  flag,
  type InputReply,
  type IoOptions,
  type RemoteLanguage,
  type ToSession,
} from "../protocol/threads.ts";
import type { Received } from "../protocol/wire.ts";
import { CellQueue } from "./cell-queue.ts";
import { OpenComms } from "./comms.ts";
import { type CellRequest, Executor } from "./executor.ts";
import { History } from "./history.ts";
import { HistoryFile } from "./history-file.ts";
import { Interrupter } from "./interrupter.ts";
import type { MainThread } from "./main-thread.ts";
import type { MemoryWatch } from "./memory-watch.ts";
import { Publisher } from "./publisher.ts";
import { immediateAnswers } from "./requests.ts";
import type { KernelSockets, RequestChannel } from "./sockets.ts";
import { Stdin } from "./stdin.ts";
import { Subshells } from "./subshells.ts";

export interface KernelIoOptions extends Omit<IoOptions, "language" | "session" | "input" | "outputs"> {
  sockets: KernelSockets;
  language: RemoteLanguage;
  toSession: (message: ToSession) => void;
  answerSession: (reply: InputReply) => void;
  mainThread: MainThread;
  /** @param event takes the content of a `debug_event` */
  connectDebugger: (event: (content: object) => void) => KernelDebugger;
  memory: MemoryWatch;
  /** The main thread has what cells, and the debugger, find there. */
  sessionReady: Promise<void>;
  /** Ends the process at once, for a session that does not. */
  kill: () => void;
  log: (text: string) => void;
}

/** Milliseconds a session gets to end by itself after each, stronger, request to. */
const patience = 300;

/** Milliseconds for the `exit` handlers of cells, which may save something, after a `process.exit` of theirs. */
const exitPatience = 3000;

/** Terminations before the process is killed: the first may hit a callback that is not the one which blocks. */
const attempts = 4;

/** Stands for the settings among the numbers of cells, which begin above it. */
const presetId: CellId = 0;

const nativeCall =
  "The cell is inside a native call, such as execSync, which cannot be interrupted. It stops when the call returns; " +
  "to stop it now, restart the kernel.\n";

/** Between the sockets and the threads: who answers what, and under which busy and idle. */
export class KernelIo {
  readonly #options: KernelIoOptions;
  readonly #publisher: Publisher;
  readonly #interrupter: Interrupter;
  readonly #executor: Executor;
  readonly #subshells: Subshells;
  readonly #stdin: Stdin;
  readonly #comms = new OpenComms();
  readonly #history: History;
  /** What is to be done when the session has handled a comm message. */
  readonly #deliveries = new Map<CellId, () => void>();
  #lastDelivery = 0;
  readonly #answers: ReturnType<typeof immediateAnswers>;
  readonly #debugger: KernelDebugger;
  /** The last request to the debugger: what happens to it belongs there, as with ipykernel. */
  #debugRequest: Header | undefined;
  #announced = false;
  #closing = false;
  /** The session's thread came to its exit handler. */
  #leaving = false;

  constructor(options: KernelIoOptions) {
    const { sockets, info, connection, historyFile, language, flags, toSession, mainThread, memory, log } = options;
    this.#options = options;
    const publish = (message: Message<unknown>, topic?: Uint8Array) => sockets.publish(message, topic);
    this.#publisher = new Publisher(publish, options.outputLimit);
    this.#debugger = options.connectDebugger((content) => {
      void this.#publisher.flush(); // what was printed before a stop is there when it is told
      void this.#publisher.now("debug_event", content, this.#debugRequest);
    });
    this.#interrupter = new Interrupter({
      flags,
      unwind: mainThread.unwind,
      absorb: mainThread.absorb,
      stuck: (id) => this.#publisher.stream(id, { name: "stderr", text: nativeCall }),
      ask: (id) => toSession({ type: "interrupt", id }),
      isHeld: () => this.#debugger.isHolding,
      release: () => this.#debugger.release(),
    });
    this.#history = new History(historyFile === undefined ? undefined : new HistoryFile(historyFile, log));
    this.#executor = new Executor({
      language,
      history: this.#history,
      toSession,
      publisher: this.#publisher,
      interrupter: this.#interrupter,
      memory,
      prepare: async (files) => {
        await options.sessionReady;
        await this.#debugger.prepare(files);
      },
    });
    this.#subshells = new Subshells(
      () =>
        new CellQueue({
          executor: this.#executor,
          publisher: this.#publisher,
          interrupter: this.#interrupter,
          reply: (to, content) => this.#reply(to.channel, to, "execute_reply", content),
          idle: () => this.#stillBusy(),
        }),
    );
    this.#stdin = new Stdin({
      send: (cell, content) => {
        const { header, sent } = this.#send("stdin", cell, "input_request", content);
        sent.catch((error) => log(`stdin: ${describe(error)}`));
        return header;
      },
      deliver: (reply) => this.#deliver(reply),
    });
    this.#answers = immediateAnswers({
      info,
      connection,
      language,
      history: this.#history,
      comms: this.#comms,
      subshells: this.#subshells,
    });
  }

  start(): void {
    const { language, preset, log } = this.#options;
    // Before any cell can be asked for; committed, so that a compiler which takes this one's place knows it too.
    if (preset !== "") {
      void language.convert(preset, presetId).catch((error: unknown) => log(`settings: ${describe(error)}`));
      void language.commit(presetId, "all").catch(() => {}); // its compiler failed, which is told already
    }
    this.#options.sockets.serve({
      request: (channel, received) => {
        // A request that breaks something here must not take the thread with it, on which all others depend.
        this.#handle(channel, received).catch((error) => this.#options.log(`${channel}: ${describe(error)}`));
      },
      // A front end that hears this knows that it misses nothing from here on (JEP 65).
      subscribed: (topic) => {
        const subscription = Buffer.from(topic).toString("utf8");
        void this.#publisher.now("iopub_welcome", { subscription }, undefined, { topic });
        this.#announceStart();
      },
    });
  }

  /** Behind the first welcome, which is to be a subscriber's first message, but never behind the state of a request. */
  #announceStart(): void {
    if (this.#announced) return;
    this.#announced = true;
    void this.#publisher.now("status", { execution_state: "starting" }, undefined);
  }

  fromSession(message: FromSession): void {
    switch (message.type) {
      case "stream":
        this.#publisher.stream(message.id, { name: message.name, text: message.text });
        break;
      case "display":
        this.#publisher.display(message.id, message.content, message.update);
        break;
      case "clear":
        this.#publisher.clear(message.id, message.wait);
        break;
      case "input":
        void this.#ask(message);
        break;
      case "comm":
        this.#comms.note(message.event);
        this.#publisher.comm(message.id, message.event);
        break;
      case "handled":
        this.#deliveries.get(message.id)?.();
        break;
      case "payload":
        this.#executor.addPayload(message.id, message.payload);
        break;
      case "done":
        this.#forgetQuestion(message.id);
        this.#executor.done(message.id, message.outcome);
        break;
      case "sigint":
        this.#interrupt();
        break;
      case "exit":
        void this.#finish(message.code);
    }
  }

  async #handle(channel: RequestChannel, received: Received): Promise<void> {
    const { header, content } = received.message;
    const { msg_type } = header;
    this.#announceStart();
    if (msg_type === "execute_request") return this.#enqueue({ ...received, channel });
    if (isCommType(msg_type)) return this.#deliverComm(received.message);
    if (msg_type === "input_reply") {
      const refusal = this.#stdin.answer(received);
      if (refusal !== undefined) this.#options.log(`${channel}: ignored an input_reply: ${refusal}`);
      return;
    }
    if (!msg_type.endsWith("_request")) return this.#options.log(`${channel}: ignored a message of type ${msg_type}`);
    if (msg_type === "debug_request") this.#debugRequest = header;
    if (msg_type === "interrupt_request") this.#interrupt(); // at once: a cell that comes after it is not meant
    await this.#busyWhile(header, async () => {
      const answer = await this.#answer(msg_type, content);
      await this.#reply(channel, received, msg_type.replace(/_request$/, "_reply"), answer);
    });
    if (msg_type === "shutdown_request") await this.#shutdown(header, content);
  }

  async #enqueue(request: CellRequest): Promise<void> {
    const problem = this.#subshells.enqueue(request);
    if (problem === undefined) return;
    await this.#busyWhile(request.message.header, () =>
      this.#reply(request.channel, request, "execute_reply", this.#executor.refuse(problem)),
    );
  }

  #forgetQuestion(id: CellId): void {
    const cell = this.#executor.requestOf(id);
    if (cell !== undefined) this.#stdin.forget(cell);
  }

  #interrupt(): void {
    this.#stdin.forget();
    this.#interrupter.request();
    Atomics.notify(this.#options.flags, flag.interrupt); // a cell that waits for input waits for this too
  }

  /** What was shown before the question is there when it comes. */
  async #ask({ id, request, prompt, password }: Extract<FromSession, { type: "input" }>): Promise<void> {
    await this.#publisher.flush();
    const cell = this.#executor.requestOf(id);
    if (cell === undefined) this.#deliver({ request, failure: "the cell has ended" });
    else if (!this.#interrupter.requested) this.#stdin.ask(cell, request, { prompt, password });
  }

  #deliver(reply: InputReply): void {
    this.#options.answerSession(reply);
    Atomics.notify(this.#options.flags, flag.interrupt);
  }

  async #answer(type: string, content: Record<string, unknown>): Promise<object> {
    if (type === "interrupt_request") return { status: "ok" };
    if (type === "shutdown_request") return { status: "ok", restart: content.restart === true };
    if (type === "debug_request") {
      await this.#options.sessionReady;
      return this.#debugger.answer(content);
    }
    const answer = this.#answers.get(type);
    try {
      if (answer === undefined) throw new TypeError(`this kernel does not know ${type}`);
      return await answer(content);
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      return { status: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
    }
  }

  async #busyWhile(parent: Header, work: () => Promise<void>): Promise<void> {
    await this.#publisher.now("status", { execution_state: "busy" }, parent);
    await work();
    await this.#publisher.now("status", { execution_state: "idle" }, parent);
    await this.#stillBusy();
  }

  /** Front ends show the last state they heard, and a cell may still be running. */
  async #stillBusy(): Promise<void> {
    const running = this.#subshells.current;
    if (running !== undefined) await this.#publisher.now("status", { execution_state: "busy" }, running);
  }

  /** To the session at once, which hears it as soon as it is free: also while a cell awaits. */
  async #deliverComm(message: Message): Promise<void> {
    const { toSession, log } = this.#options;
    const event = this.#comms.read(message);
    if (typeof event === "string") {
      log(`${message.header.msg_type}: ${event}`);
      return this.#busyWhile(message.header, async () => {});
    }
    const id = --this.#lastDelivery;
    this.#publisher.adopt(id, message.header, false);
    this.#interrupter.refresh(); // an interrupt of what ran before is not meant for this
    const handled = new Promise<void>((resolve) => this.#deliveries.set(id, resolve));
    const idle = this.#busyWhile(message.header, async () => {
      await handled;
      await this.#publisher.flush();
    });
    try {
      toSession({ type: "comm", id, event });
    } catch (error) {
      log(`${message.header.msg_type}: ${describe(error)}`); // nested more deeply than what passes between threads
      this.#deliveries.get(id)?.();
    }
    this.#interrupter.started(id);
    await handled;
    this.#interrupter.settled(id);
    this.#deliveries.delete(id);
    await idle;
  }

  #reply(channel: RequestChannel, to: Received, type: string, content: object): Promise<void> {
    return this.#send(channel, to, type, content).sent;
  }

  #send(channel: RequestChannel, { identities, message }: Received, type: string, content: object) {
    const header = this.#publisher.newHeader(type);
    const { sockets } = this.#options;
    const whole = { header, parent: message.header, metadata: {}, content, buffers: [] };
    return { header, sent: sockets.send(channel, identities, whole) };
  }

  async #shutdown(asked: Header, { restart }: Record<string, unknown>): Promise<void> {
    await this.#publisher.flush();
    await this.#publisher.now("shutdown_reply", { status: "ok", restart: restart === true }, asked);
    await this.#close();
    const { toSession, mainThread, kill } = this.#options;
    toSession({ type: "shutdown" });
    if (this.#debugger.isHolding) await mainThread.unwind("node"); // what it holds ends where it is
    this.#debugger.close();
    for (let attempt = 0; attempt < attempts; attempt++) {
      await delay(patience);
      // A session that is blocked comes to its message when unwound. Nothing is awaited: one that does not even answer
      // is killed, and one that has left cannot.
      if (!this.#leaving) void mainThread.unwind("node");
    }
    await delay(patience);
    kill();
  }

  /** The session's thread waits in its exit handler for the flag. */
  async #finish(code: number): Promise<void> {
    this.#leaving = true;
    const { flags, mainThread, kill } = this.#options;
    if (!this.#closing) await this.#subshells.exit(code);
    await this.#close();
    this.#debugger.close();
    mainThread.close();
    Atomics.store(flags, flag.flushed, 1);
    Atomics.notify(flags, flag.flushed);
    await delay(exitPatience); // which nobody waits for, if all goes well: this thread ends with the process
    kill();
  }

  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await Promise.race([this.#history.written(), delay(patience)]); // a disk that hangs must not keep the process
    await delay(20); // for ZeroMQ's own thread to hand over the last messages
    this.#options.sockets.close();
  }
}

const isCommType = (type: string): type is CommEvent["type"] =>
  type === "comm_open" || type === "comm_msg" || type === "comm_close";

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
