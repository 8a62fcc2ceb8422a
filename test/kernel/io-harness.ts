import { setTimeout as delay } from "node:timers/promises";
import { KernelDebugger } from "../../kernel/debugger/debugger.ts";
import { KernelIo } from "../../kernel/io/kernel.ts";
import type { MemoryWatch } from "../../kernel/io/memory-watch.ts";
import type { KernelSockets, RequestChannel } from "../../kernel/io/sockets.ts";
import type { KernelInfoReply } from "../../kernel/protocol/contents.ts";
import { headerFactory, type Message } from "../../kernel/protocol/message.ts";
import {
  type Conversion,
  type InputReply,
  newFlags,
  type RemoteLanguage,
  type ToSession,
} from "../../kernel/protocol/threads.ts";

const newHeader = headerFactory("test");

/** The io half alone: sockets that remember, a language that knows the word "bad", a session played by the test. */
interface HarnessOptions {
  commit?: RemoteLanguage["commit"];
  /** Default: it is. */
  sessionReady?: Promise<void>;
}

export function ioHarness({ commit = async () => {}, sessionReady = Promise.resolve() }: HarnessOptions = {}) {
  const published: Message[] = [];
  const replies: (Message & { channel: RequestChannel })[] = [];
  const toSession: ToSession[] = [];
  const answers: InputReply[] = [];
  let handlers: Parameters<KernelSockets["serve"]>[0] = { request: () => {}, subscribed: () => {} };
  const flags = newFlags();
  const unused = async () => {
    throw new Error("not part of this test");
  };
  const convertAtOnce = (code: string): Conversion =>
    code === "bad"
      ? { ok: false, error: { ename: "TypeCheckError", evalue: "no", traceback: ["no"] } }
      : { ok: true, cell: { javascript: code, isAsync: false, sourceMaps: [], lineOffset: 0, modules: [] } };
  let renewals = 0;
  const language: RemoteLanguage = {
    convert: async (code) => {
      if (code === "slow") await new Promise(() => {});
      return convertAtOnce(code);
    },
    commit,
    discard: async () => {},
    complete: async (_code, offset) => ({ matches: [`at ${offset}`], start: offset, end: offset }),
    inspect: unused,
    isComplete: unused,
    outline: unused,
    expression: unused,
    renew: () => void renewals++,
  };
  let terminations = 0;
  const io = new KernelIo({
    connection: {} as never,
    info: { status: "ok", banner: "me" } as KernelInfoReply,
    historyFile: undefined,
    memoryLimit: Number.POSITIVE_INFINITY,
    outputLimit: Number.POSITIVE_INFINITY,
    preset: "",
    flags,
    language,
    sockets: {
      serve: (given) => {
        handlers = given;
      },
      send: async (channel, _identities, message) => void replies.push({ ...(message as Message), channel }),
      publish: async (message) => void published.push(message as Message),
      close: () => {},
    },
    toSession: (message) => void toSession.push(message),
    answerSession: (reply) => void answers.push(reply),
    connectDebugger: (event) => new KernelDebugger({ language, event, wake: () => {} }),
    mainThread: {
      unwind: async () => {
        terminations++;
        return "unwinding";
      },
      absorb: async () => {},
      heapUsed: unused,
      collect: unused,
      longestList: unused,
      close: () => {},
    },
    sessionReady,
    memory: { start: () => {}, stop: () => {} } as unknown as MemoryWatch,
    heapLimit: 1,
    kill: () => {},
    log: () => {},
  });
  io.start();
  return {
    io,
    flags,
    published,
    replies,
    toSession,
    answers,
    terminations: () => terminations,
    renewals: () => renewals,
    subscribe: () => handlers.subscribed(new Uint8Array()),
    send(type: string, content: Record<string, unknown>, channel: RequestChannel = "shell", subshell_id?: string) {
      const header = { ...newHeader(type), ...(subshell_id === undefined ? {} : { subshell_id }) };
      handlers.request(channel, {
        identities: [],
        message: { header, parent: {}, metadata: {}, content, buffers: [] },
      });
      return header.msg_id;
    },
    /** iopub messages of one request, short. */
    under: (id: string) =>
      published
        .filter((message) => message.parent.msg_id === id)
        .map(({ header, content }) =>
          typeof content.execution_state === "string" ? content.execution_state : header.msg_type,
        ),
    async until(condition: () => boolean) {
      while (!condition()) await delay(2);
    },
  };
}
