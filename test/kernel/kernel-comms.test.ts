/** Comms over real sockets, with messages that no client of ours sends. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ClientSockets, newConnection } from "../../kernel/protocol/client-sockets.ts";
import { headerFactory, type Message } from "../../kernel/protocol/message.ts";
import { startCommand } from "../../kernel/protocol/package.ts";

const newHeader = headerFactory("test");
const replies: Message[] = [];
const published: Message[] = [];
let kernel: ChildProcess;
let sockets: ClientSockets;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "comms-"));
  const connection = await newConnection(folder);
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [node, ...args] = startCommand;
  kernel = spawn(String(node), [...args, file], { stdio: "ignore" });
  sockets = new ClientSockets(connection);
  sockets.listen(
    (message) => void replies.push(message),
    (message) => void published.push(message),
  );
  const heard = () => published.some(({ header }) => header.msg_type === "iopub_welcome");
  await vi.waitUntil(heard, { timeout: 60_000 });
});
afterAll(() => {
  kernel.kill("SIGKILL");
  sockets.close();
});

function send(type: string, content: object, channel: "shell" | "control" = "shell", buffers: Uint8Array[] = []) {
  const message = { header: newHeader(type), parent: {}, metadata: {}, content, buffers };
  void sockets.send(channel, message);
  const mine = (messages: Message[]) => messages.filter(({ parent }) => parent.msg_id === message.header.msg_id);
  return {
    outputs: () => mine(published),
    /** Types of its outputs, and the states among them. */
    outline: () => mine(published).map(({ header, content }) => content.execution_state ?? header.msg_type),
    reply: async () => {
      await expect.poll(() => mine(replies)).toHaveLength(1);
      return mine(replies)[0] as Message;
    },
  };
}

const text = (messages: Message[]) =>
  messages.map(({ content }) => (typeof content.text === "string" ? content.text : "")).join("");
const execute = (code: string) => send("execute_request", { code });

test("a cell opens a comm, bytes go both ways while it awaits, and the front end sees what is open", async () => {
  const cell = execute(`
    import { comms } from "stridelab/notebook";
    const comm = comms.open("picture", { data: { width: 2 }, buffers: [new Uint8Array([1, 2])] });
    const answer = await comm.next();
    comm.send({ sum: answer!.buffers[0]!.reduce((a, b) => a + b, 0) }, { buffers: answer!.buffers });
    [answer!.data.word, answer!.buffers[0]!.buffer.byteLength]
  `);
  const ofType = (type: string) => cell.outputs().find(({ header }) => header.msg_type === type);
  await expect.poll(() => ofType("comm_open")).toBeDefined();
  const open = ofType("comm_open");
  expect(open?.content).toMatchObject({ target_name: "picture", data: { width: 2 } });
  expect(open?.buffers.map((bytes) => [...bytes])).toEqual([[1, 2]]);
  const comm_id = String(open?.content.comm_id);
  expect((await send("comm_info_request", { target_name: "picture" }).reply()).content).toEqual({
    status: "ok",
    comms: { [comm_id]: { target_name: "picture" } },
  });
  send("comm_msg", { comm_id, data: { word: "hello" } }, "shell", [new Uint8Array([3, 4, 5])]);
  expect((await cell.reply()).content.status).toBe("ok");
  await expect.poll(() => ofType("execute_result")?.content.data).toEqual({ "text/plain": "[ 'hello', 3 ]" });
  expect(ofType("comm_msg")?.content).toMatchObject({ comm_id, data: { sum: 12 } });
  expect([...(ofType("comm_msg")?.buffers[0] ?? [])]).toEqual([3, 4, 5]);
});

test("what a handler prints, sends and throws is published under its message, between busy and idle", async () => {
  await execute(`
    import { comms } from "stridelab/notebook";
    comms.register("echo", (comm) => comm.onMessage(({ data }) => {
      console.log("heard", data.n);
      comm.send(data);
      if (data.n === 2) throw new RangeError("two is too many");
    }));
  `).reply();
  send("comm_open", { comm_id: "e", target_name: "echo", data: {} });
  const one = send("comm_msg", { comm_id: "e", data: { n: 1 } });
  const two = send("comm_msg", { comm_id: "e", data: { n: 2 } });
  await expect.poll(one.outline).toEqual(["busy", "stream", "comm_msg", "idle"]);
  await expect.poll(two.outline).toEqual(["busy", "stream", "comm_msg", "stream", "idle"]);
  expect(text(two.outputs())).toContain("RangeError: two is too many");
});

test("a handler that never ends is interrupted, with and without a cell, and the state is kept", async () => {
  await execute(`
    import { comms } from "stridelab/notebook";
    let kept = 0;
    comms.register("loop", (comm) => comm.onMessage(({ data }) => {
      kept++;
      console.log("in");
      if (data.wait) return new Promise(() => {});
      for (;;);
    }));
  `).reply();
  send("comm_open", { comm_id: "l", target_name: "loop", data: {} });
  for (const data of [{}, { wait: true }]) {
    const message = send("comm_msg", { comm_id: "l", data });
    await expect.poll(() => text(message.outputs())).toContain("in");
    send("interrupt_request", {}, "control");
    await expect.poll(() => message.outline().at(-1)).toBe("idle");
    expect(text(message.outputs())).toContain("Interrupted");
  }
  const cell = execute("await new Promise(() => {})");
  await expect.poll(cell.outline).toEqual(["busy", "execute_input"]);
  const message = send("comm_msg", { comm_id: "l", data: {} });
  await expect.poll(() => text(message.outputs())).toContain("in");
  send("interrupt_request", {}, "control");
  expect((await cell.reply()).content).toMatchObject({ status: "error", ename: "Interrupted" });
  await expect.poll(() => message.outline()).toContain("idle");
  const after = execute("kept");
  await expect.poll(() => after.outputs().at(-2)?.content.data).toEqual({ "text/plain": "3" });
});

test("messages that nobody can take are answered by their states, and the kernel goes on", async () => {
  const wrong = [
    send("comm_msg", { comm_id: "unknown", data: {} }),
    send("comm_open", { comm_id: 5, target_name: "echo" }),
    send("comm_close", {}),
  ];
  for (const message of wrong) await expect.poll(message.outline).toEqual(["busy", "idle"]);
  const unknown = send("comm_open", { comm_id: "u", target_name: "nobody", data: {} });
  await expect.poll(unknown.outline).toEqual(["busy", "comm_close", "idle"]);
  expect((await execute("1").reply()).content.status).toBe("ok");
});
