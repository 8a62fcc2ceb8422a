import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { type Channel, type Connection, channels, endpointOf } from "./connection.ts";
import type { Message } from "./message.ts";
import { Wire } from "./wire.ts";

/**
 * Addresses for a kernel that is yet to be started: socket files in `folder`, which nobody else can take or reach; or free
 * loopback ports, as some kernels know nothing else, and ZeroMQ neither on Windows.
 */
export async function newConnection(folder: string, transport = defaultTransport): Promise<Connection> {
  const key = randomBytes(32).toString("hex");
  const ports = await (transport === "tcp" ? freePorts() : channels.map((_, i) => i + 1));
  const portOf = (channel: Channel) => ports[channels.indexOf(channel)]!;
  return {
    transport,
    ip: transport === "tcp" ? "127.0.0.1" : join(folder, "k"),
    shell_port: portOf("shell"),
    iopub_port: portOf("iopub"),
    stdin_port: portOf("stdin"),
    control_port: portOf("control"),
    hb_port: portOf("hb"),
    key,
    signature_scheme: "hmac-sha256",
  };
}

const defaultTransport: Connection["transport"] = process.platform === "win32" ? "tcp" : "ipc";

/** All five are held open together, so they differ. */
async function freePorts(): Promise<number[]> {
  const servers = channels.map(() => createServer().listen(0, "127.0.0.1"));
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.once("listening", () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
}

export type ClientChannel = "shell" | "control" | "stdin";

const clientChannels: readonly ClientChannel[] = ["shell", "control", "stdin"];

/** Milliseconds between two attempts to reach a kernel that does not listen yet. */
const reconnectInterval = 10;

/** A client's ends of all channels but the heartbeat. */
export class ClientSockets {
  readonly #wire: Wire;
  readonly #dealers: Record<ClientChannel, Dealer>;
  /** No limit: outputs that do not fit would be dropped. */
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0, reconnectInterval });
  #sending: Promise<void> = Promise.resolve();

  constructor(connection: Connection) {
    this.#wire = new Wire(connection.key);
    // One identity for all: the kernel asks for input whoever sent the cell, on another socket.
    const options = { linger: 0, routingId: randomUUID(), reconnectInterval };
    this.#dealers = { shell: new Dealer(options), control: new Dealer(options), stdin: new Dealer(options) };
    for (const channel of clientChannels) this.#dealers[channel].connect(endpointOf(connection, channel));
    this.#iopub.connect(endpointOf(connection, "iopub"));
    this.#iopub.subscribe();
  }

  /** @param onMessage takes replies, and on stdin the kernel's questions */
  listen(onMessage: (message: Message) => void, onOutput: (message: Message) => void): void {
    const read = async (socket: Dealer | Subscriber, handle: (message: Message) => void) => {
      for await (const frames of socket) handle(this.#wire.decode(frames).message);
    };
    const fail = (error: unknown) => {
      // A message that cannot be trusted is a fault of the kernel under test, not something to wait on in silence.
      setImmediate(() => {
        throw error;
      });
    };
    for (const channel of clientChannels) read(this.#dealers[channel], onMessage).catch(fail);
    read(this.#iopub, onOutput).catch(fail);
  }

  send(channel: ClientChannel, message: Message<unknown>): Promise<void> {
    const frames = this.#wire.encode(message);
    const sent = this.#sending.then(() => this.#dealers[channel].send(frames));
    this.#sending = sent.catch(() => undefined); // the caller is told; the next message still gets its turn
    return sent;
  }

  close(): void {
    for (const socket of [...Object.values(this.#dealers), this.#iopub]) socket.close();
  }
}
