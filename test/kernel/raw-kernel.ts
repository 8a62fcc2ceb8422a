import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { ClientSockets, newConnection } from "../../kernel/protocol/client-sockets.ts";
import { type Header, headerFactory, type Message } from "../../kernel/protocol/message.ts";
import { startCommand } from "../../kernel/protocol/package.ts";

export interface SendOptions {
  channel?: "shell" | "control";
  /** Beside what every header has. */
  header?: object;
  metadata?: Record<string, unknown>;
}

/** A kernel process, and what it says to whoever sends it messages as they are. */
export async function startRawKernel() {
  const newHeader = headerFactory("test");
  const replies: Message[] = [];
  const published: Message[] = [];
  const folder = mkdtempSync(join(tmpdir(), "raw-"));
  const connection = await newConnection(folder);
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [node, ...args] = startCommand;
  const kernel = spawn(String(node), [...args, file], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const exited = new Promise<void>((resolve) => kernel.once("exit", () => resolve()));
  const sockets = new ClientSockets(connection);
  sockets.listen(
    (message) => void replies.push(message),
    (message) => void published.push(message),
  );
  const heard = () => published.some(({ header }) => header.msg_type === "iopub_welcome");
  await vi.waitUntil(heard, { timeout: 60_000 });

  function send(
    type: string,
    content: object,
    { channel = "shell", header: more = {}, metadata = {} }: SendOptions = {},
  ) {
    const header: Header = { ...newHeader(type), ...more };
    void sockets.send(channel, { header, parent: {}, metadata, content, buffers: [] });
    const mine = (messages: Message[]) => messages.filter(({ parent }) => parent.msg_id === header.msg_id);
    return {
      outputs: () => mine(published),
      text: () =>
        mine(published)
          .map(({ content }) => (typeof content.text === "string" ? content.text : ""))
          .join(""),
      hasReply: () => mine(replies).length > 0,
      /** When all of its outputs are here, too: they come by another socket, and are complete when the kernel says idle. */
      reply: async (): Promise<Message> => {
        const isIdle = () => mine(published).some(({ content }) => content.execution_state === "idle");
        await vi.waitUntil(() => mine(replies).length > 0 && isIdle(), { timeout: 60_000, interval: 2 });
        return mine(replies)[0] as Message;
      },
    };
  }
  return {
    folder,
    published,
    exited,
    send,
    execute: (code: string, more: object = {}, options: SendOptions = {}) =>
      send("execute_request", { code, allow_stdin: false, ...more }, options),
    async close() {
      kernel.kill("SIGKILL");
      sockets.close();
      await exited;
    },
  };
}

export type RawKernel = Awaited<ReturnType<typeof startRawKernel>>;
