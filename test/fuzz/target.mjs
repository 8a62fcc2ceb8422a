/** A kernel process under attack, and an honest front end that looks whether it is well. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Subscriber, XSubscriber } from "zeromq";
import { newConnection } from "../../dist/kernel/protocol/client-sockets.js";
import { endpointOf } from "../../dist/kernel/protocol/connection.js";
import { headerFactory } from "../../dist/kernel/protocol/message.js";
import { startCommand } from "../../dist/kernel/protocol/package.js";
import { Wire } from "../../dist/kernel/protocol/wire.js";

/** Milliseconds after which a cell is interrupted as a user would: the accident that a mutation makes of a loop. */
const beforeInterrupt = 3000;

/** Milliseconds after which a kernel that does not answer is taken to hang. A loaded machine answers long before. */
const patience = 120_000;

/** What the kernel may say about messages that it does not take. */
const refusal = /^(shell|control|stdin|comm_open|comm_msg|comm_close|connection file|iopub|history|log)\b.*$/;

export class Target {
  stderr = "";
  interrupts = 0;
  #waiting = new Map();
  #ended;

  static async start() {
    const target = new Target();
    target.folder = mkdtempSync(join(tmpdir(), "fuzz-"));
    target.connection = await newConnection(target.folder);
    const file = join(target.folder, "connection.json");
    writeFileSync(file, JSON.stringify(target.connection), { mode: 0o600 });
    const [program, ...args] = startCommand;
    target.process = spawn(program, [...args, file], {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: target.folder,
      env: { ...process.env, STRIDELAB_HISTORY: join(target.folder, "history.jsonl"), JPY_PARENT_PID: String(process.pid) },
    });
    target.process.stderr.setEncoding("utf8").on("data", (text) => {
      target.stderr += text;
    });
    target.process.once("exit", (code, signal) => {
      target.#ended = `the process ended (${signal ?? `exit code ${code}`})`;
    });
    target.#connect();
    // Not interrupted: on a busy machine the first cell waits for the compiler.
    await target.compute(
      "import { comms } from 'stridelab/notebook';\n" +
        "comms.register('echo', (c) => { c.onMessage((m) => c.send(m.data, { buffers: m.buffers })); });",
    );
    return target;
  }

  #connect() {
    this.newHeader = headerFactory("honest");
    this.wire = new Wire(this.connection.key);
    const to = (socket, channel) => {
      socket.connect(endpointOf(this.connection, channel));
      return socket;
    };
    this.shell = to(new Dealer({ linger: 0 }), "shell");
    this.control = to(new Dealer({ linger: 0 }), "control");
    /** Their own identities: an attacker is another front end. */
    this.attackers = {
      shell: to(new Dealer({ linger: 0, sendTimeout: 5000 }), "shell"),
      control: to(new Dealer({ linger: 0, sendTimeout: 5000 }), "control"),
      stdin: to(new Dealer({ linger: 0, sendTimeout: 5000 }), "stdin"),
      hb: to(new Dealer({ linger: 0, sendTimeout: 5000 }), "hb"),
      iopub: to(new XSubscriber({ linger: 0, sendTimeout: 5000 }), "iopub"),
    };
    this.outputs = to(new Subscriber({ linger: 0, receiveHighWaterMark: 0 }), "iopub");
    this.outputs.subscribe();
    for (const socket of [this.shell, this.control]) void this.#listen(socket);
    for (const socket of [...Object.values(this.attackers), this.outputs]) void drain(socket);
  }

  async #listen(socket) {
    for await (const frames of socket) {
      const { message } = this.wire.decode(frames);
      this.#waiting.get(message.parent.msg_id)?.(message.content);
      this.#waiting.delete(message.parent.msg_id);
    }
  }

  async attack({ channel, frames }) {
    try {
      await this.attackers[channel].send(frames);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // a queue that is full is a message less, not a fault of the kernel
    }
  }

  /** @param most milliseconds until a cell is interrupted */
  async ask(socket, type, content, most = beforeInterrupt) {
    const header = this.newHeader(type);
    const answered = new Promise((resolve) => this.#waiting.set(header.msg_id, resolve));
    await socket.send(this.wire.encode({ header, parent: {}, metadata: {}, content, buffers: [] }));
    const deadline = Date.now() + most + patience;
    let interruptAt = Date.now() + most;
    for (;;) {
      const answer = await Promise.race([answered, delay(200)]);
      if (answer !== undefined) return answer;
      if (this.#ended !== undefined) throw new Error(this.#ended);
      if (Date.now() > deadline) throw new Error(`no answer to ${type}: the kernel hangs`);
      if (type === "execute_request" && Date.now() > interruptAt) {
        interruptAt = Date.now() + most;
        this.interrupts++;
        await this.ask(this.control, "interrupt_request", {});
      }
    }
  }

  /** Runs a cell that takes its time: it is not interrupted. */
  async compute(code) {
    const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: false };
    const reply = await this.ask(this.shell, "execute_request", content, Number.POSITIVE_INFINITY);
    if (reply.status !== "ok") throw new Error(`${code}: ${JSON.stringify(reply)}`);
  }

  /** Runs a cell, again if one of the attacks failed and took it along. */
  async run(code, expressions = {}) {
    for (let i = 0; i < 20; i++) {
      const content = { code, silent: true, store_history: false, user_expressions: expressions, allow_stdin: false, stop_on_error: false };
      const reply = await this.ask(this.shell, "execute_request", content);
      if (reply.status === "ok") return reply;
      if (reply.status === "error" && reply.ename !== "Interrupted") throw new Error(`${code}: ${JSON.stringify(reply)}`);
    }
    throw new Error(`${code} was aborted or interrupted twenty times`);
  }

  /** @returns {Promise<number>} resident memory in MB; throws if anything is wrong with the kernel */
  async examine() {
    for (const socket of [this.shell, this.control]) {
      const info = await this.ask(socket, "kernel_info_request", {});
      if (info.protocol_version !== "5.5") throw new Error(`kernel_info is wrong: ${JSON.stringify(info)}`);
    }
    const reply = await this.run("0", { two: "1 + 1", rss: "process.memoryUsage.rss()", clean: "'polluted' in {}" });
    const value = (name) => reply.user_expressions[name].data?.["text/plain"] ?? JSON.stringify(reply.user_expressions[name]);
    if (value("two") !== "2") throw new Error(`1 + 1 is ${value("two")}`);
    if (value("clean") !== "false") throw new Error("Object.prototype was polluted");
    const lines = this.stderr.split("\n").filter((line) => line.trim() !== "");
    const strange = lines.find((line) => !refusal.test(line));
    if (strange !== undefined) throw new Error(`the kernel's stderr has more than refusals:\n${this.stderr.slice(-3000)}`);
    this.stderr = "";
    return Number(value("rss").replaceAll("_", "")) / 2 ** 20;
  }

  stop() {
    for (const socket of [this.shell, this.control, this.outputs, ...Object.values(this.attackers)]) socket.close();
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function drain(socket) {
  for await (const _ of socket);
}
