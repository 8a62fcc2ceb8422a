import { chmodSync } from "node:fs";
import { Router, type Socket, XPublisher } from "zeromq";
import { type Channel, type Connection, channels, endpointOf } from "../protocol/connection.ts";
import type { Message } from "../protocol/message.ts";
import { type Received, Wire, WireError } from "../protocol/wire.ts";

export type RequestChannel = "shell" | "control" | "stdin";

export interface KernelSockets {
  /** Handles requests as they come, and subscribers as they join; never resolves while the sockets are open. */
  serve(handlers: {
    request: (channel: RequestChannel, received: Received) => void;
    subscribed: (topic: Uint8Array) => void;
  }): void;
  send(channel: RequestChannel, identities: Uint8Array[], message: Message<unknown>): Promise<void>;
  publish(message: Message<unknown>, topic?: Uint8Array): Promise<void>;
  /** Closes after what was sent has left, or a second. What is sent later is dropped, as nobody can hear it. */
  close(): void;
}

/** A socket's file is open to everybody who may enter its folder, and an empty key keeps nobody out. */
const fileOf = (endpoint: string): string => endpoint.slice("ipc://".length);

/** An address of the connection file that cannot be had. */
export class BindError extends Error {
  override readonly name = "BindError";

  constructor(channel: Channel, endpoint: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${channel} cannot listen at ${endpoint}: ${reason}; does another kernel have this connection file?`, {
      cause,
    });
  }
}

/**
 * Binds the five sockets of a kernel.
 *
 * @throws BindError with none of them left open
 */
export async function bindSockets(connection: Connection, log: (text: string) => void): Promise<KernelSockets> {
  const wire = new Wire(connection.key);
  // No limit to what waits for a slow reader: at a limit ZeroMQ drops messages, and with them output and idle states.
  const options = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
  const routers = { shell: new Router(options), control: new Router(options), stdin: new Router(options) };
  const iopub = new XPublisher({ linger: 1000, sendHighWaterMark: 0, verbosity: "allSubs" });
  // Not a REP socket: it takes a frame without an envelope for a failure, and with it the whole thread would end.
  const hb = new Router({ linger: 0 });
  const sockets: Record<Channel, Socket> = { ...routers, iopub, hb };
  const close = () => {
    for (const channel of channels) sockets[channel].close();
  };
  const bound = await Promise.allSettled(channels.map((name) => sockets[name].bind(endpointOf(connection, name))));
  for (const [i, result] of bound.entries()) {
    if (result.status === "fulfilled") continue;
    close(); // all have settled, so that none is closed in the middle
    throw new BindError(channels[i]!, endpointOf(connection, channels[i]!), result.reason);
  }
  if (connection.transport === "ipc") {
    for (const channel of channels) chmodSync(fileOf(endpointOf(connection, channel)), 0o600);
  }

  // A socket takes one send at a time, so each has a line.
  const lines = new Map<object, Promise<void>>();
  const enqueue = (socket: Router | XPublisher, frames: Uint8Array[]): Promise<void> => {
    const sent = (lines.get(socket) ?? Promise.resolve()).then(() => (socket.closed ? undefined : socket.send(frames)));
    lines.set(
      socket,
      sent.catch(() => undefined),
    ); // the sender is told; the next one still gets its turn
    return sent;
  };

  const receive = async (channel: RequestChannel, handle: (channel: RequestChannel, received: Received) => void) => {
    for await (const frames of routers[channel]) {
      try {
        handle(channel, wire.decode(frames));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        log(`${channel}: refused a message: ${error.message}`);
      }
    }
  };
  const echo = async () => {
    for await (const frames of hb) await hb.send(frames);
  };
  const watchSubscribers = async (subscribed: (topic: Uint8Array) => void) => {
    for await (const [frame] of iopub) if (frame?.[0] === 1) subscribed(frame.subarray(1)); // 1: subscribe, 0: leave
  };

  return {
    serve({ request, subscribed }) {
      const fail = (error: unknown) => {
        // A receive loop that ended leaves a kernel which looks alive and is deaf; end the thread instead.
        setImmediate(() => {
          throw error;
        });
      };
      for (const channel of ["shell", "control", "stdin"] as const) receive(channel, request).catch(fail);
      echo().catch(fail);
      watchSubscribers(subscribed).catch(fail);
    },
    send: (channel, identities, message) => enqueue(routers[channel], wire.encode(message, identities)),
    publish: (message, topic = Buffer.from(message.header.msg_type)) => enqueue(iopub, wire.encode(message, [topic])),
    close,
  };
}
