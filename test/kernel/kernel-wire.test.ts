/** The kernel's sockets, spoken to frame by frame over TCP, as no well-behaved client would. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Dealer, Request, Subscriber } from "zeromq";
import { type Connection, channels, endpointOf } from "../../kernel/protocol/connection.ts";
import { headerFactory, type Message } from "../../kernel/protocol/message.ts";
import { startCommand } from "../../kernel/protocol/package.ts";
import { Wire } from "../../kernel/protocol/wire.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const newHeader = headerFactory("test");
const wire = new Wire("the key");
let connection: Connection;
let kernel: ChildProcess;
let stderr = "";
const shell = new Dealer({ receiveTimeout: 20_000 });
const iopub = new Subscriber({ receiveTimeout: 20_000 });
const heartbeat = new Request({ receiveTimeout: 20_000 });
const published: Message[] = [];

beforeAll(async () => {
  const ports = await Promise.all(channels.map(freePort));
  connection = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "the key",
    signature_scheme: "hmac-sha256",
    ...Object.fromEntries(channels.map((channel, i) => [`${channel}_port`, ports[i]])),
  } as Connection;
  const file = join(mkdtempSync(join(tmpdir(), "wire-")), "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [node, ...args] = startCommand;
  kernel = spawn(String(node), [...args, file], { stdio: ["ignore", "ignore", "pipe"] });
  kernel.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  shell.connect(endpointOf(connection, "shell"));
  heartbeat.connect(endpointOf(connection, "hb"));
  iopub.connect(endpointOf(connection, "iopub"));
  iopub.subscribe();
  void (async () => {
    for await (const frames of iopub) published.push(wire.decode(frames).message);
  })();
});
afterAll(() => {
  for (const socket of [shell, iopub, heartbeat]) socket.close();
  kernel.kill("SIGKILL");
});

const request = (type: string, content: object = {}): Message => ({
  header: newHeader(type),
  parent: {},
  metadata: {},
  content: content as Record<string, unknown>,
  buffers: [],
});

/** The next reply, which must be to `asked`. */
async function replyTo(asked: Message): Promise<Message> {
  const { message } = wire.decode(await shell.receive());
  expect(message.parent.msg_id).toBe(asked.header.msg_id);
  return message;
}

const under = (asked: Message) => published.filter(({ parent }) => parent.msg_id === asked.header.msg_id);

test("a subscriber is welcomed", async () => {
  const welcome = () => published.find(({ header }) => header.msg_type === "iopub_welcome");
  await expect.poll(welcome).toMatchObject({ content: { subscription: "" } }); // to everything
});

test("malformed, unsigned, wrongly signed and replayed messages get no answer, and the next honest one does", async () => {
  await shell.send(["garbage"]);
  await shell.send(["<IDS|MSG>", "", "{}", "{}", "{}", "{}"]);
  await shell.send(new Wire("another key").encode(request("kernel_info_request")));
  const honest = request("kernel_info_request");
  const frames = wire.encode(honest);
  await shell.send(frames);
  await shell.send(frames);
  expect((await replyTo(honest)).content).toMatchObject({ protocol_version: "5.5" });
  const next = request("comm_info_request");
  await shell.send(wire.encode(next));
  expect((await replyTo(next)).header.msg_type).toBe("comm_info_reply");
  // what the kernel writes of it travels by a pipe of its own, which the replies do not wait for
  await expect.poll(() => stderr).toContain("replayed");
});

test("a comm for an unknown target is closed", async () => {
  const open = request("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
  await shell.send(wire.encode(open));
  await expect.poll(() => under(open).map(({ header }) => header.msg_type)).toEqual(["status", "comm_close", "status"]);
});

test("the heart beats while a cell blocks", async () => {
  const cell = request("execute_request", {
    code: 'console.log("on"); const t = Date.now(); while (Date.now() < t + 700);',
  });
  await shell.send(wire.encode(cell));
  await expect.poll(() => under(cell).some(({ header }) => header.msg_type === "stream")).toBe(true);
  await heartbeat.send("beat");
  expect(String(await heartbeat.receive())).toBe("beat");
  expect(under(cell).some(({ content }) => content.execution_state === "idle")).toBe(false);
  await replyTo(cell);
});

test("a restart is answered on shell and announced, and the process ends by itself with code 0", async () => {
  const exit = new Promise((resolve) => kernel.once("exit", resolve));
  const asked = request("shutdown_request", { restart: true });
  await shell.send(wire.encode(asked));
  expect((await replyTo(asked)).content).toEqual({ status: "ok", restart: true });
  await expect.poll(() => published.map(({ header }) => header.msg_type)).toContain("shutdown_reply");
  expect(await exit).toBe(0);
});
