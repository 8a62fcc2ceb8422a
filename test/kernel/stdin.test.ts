import { expect, test } from "vitest";
import { Stdin } from "../../kernel/io/stdin.ts";
import { headerFactory } from "../../kernel/protocol/message.ts";
import { type FromSession, flag, type InputReply, newFlags } from "../../kernel/protocol/threads.ts";
import { Questions, refuseStdin } from "../../kernel/session/input.ts";

const newHeader = headerFactory("test");
const received = (type: string, parent: object, content: Record<string, unknown>, identity = "front end") => ({
  identities: [Buffer.from(identity)],
  message: { header: newHeader(type), parent: parent as never, metadata: {}, content, buffers: [] },
});
const cell = received("execute_request", {}, {});

/** The io side alone, with a question open. */
function asked() {
  const delivered: InputReply[] = [];
  const header = newHeader("input_request");
  const stdin = new Stdin({ send: () => header, deliver: (reply) => delivered.push(reply) });
  stdin.ask(cell, 1, { prompt: "name", password: false });
  return { stdin, header, delivered };
}

test("a reply to the question is delivered, once", () => {
  const { stdin, header, delivered } = asked();
  expect(stdin.answer(received("input_reply", header, { value: "Ada" }))).toBeUndefined();
  expect(stdin.answer(received("input_reply", header, { value: "again" }))).toContain("nobody asked");
  expect(delivered).toEqual([{ request: 1, value: "Ada" }]);
});

test("a reply that names no question, or the cell, answers the open one, as some front ends do", () => {
  for (const parent of [{}, cell.message.header]) {
    const { stdin, delivered } = asked();
    stdin.answer(received("input_reply", parent, { value: "Ada" }));
    expect(delivered).toEqual([{ request: 1, value: "Ada" }]);
  }
});

test("a reply to an earlier question, from another front end, or after the cell is ignored", () => {
  const { stdin, header, delivered } = asked();
  expect(stdin.answer(received("input_reply", newHeader("input_request"), { value: "stale" }))).toContain("earlier");
  expect(stdin.answer(received("input_reply", header, { value: "mine" }, "another"))).toContain("not asked");
  stdin.forget();
  expect(stdin.answer(received("input_reply", header, { value: "late" }))).toContain("nobody asked");
  expect(delivered).toEqual([]);
});

test.each([
  [{ status: "error", evalue: "closed" }, "the front end failed: closed"],
  [{}, "answered without a text"],
  [{ value: 5 }, "answered without a text"],
  [{ value: "\u0004" }, "ended instead of answered"],
])("a reply %j is a failure, not a wait for ever", (content, reason) => {
  const { stdin, header, delivered } = asked();
  stdin.answer(received("input_reply", header, content));
  expect(delivered).toEqual([{ request: 1, failure: expect.stringContaining(reason) }]);
});

/** The session side alone: replies are there when it looks. */
function asking(replies: InputReply[]) {
  const posted: FromSession[] = [];
  const flags = newFlags();
  const questions = new Questions({ post: (message) => posted.push(message), receive: () => replies.shift(), flags });
  return { questions, posted, flags };
}

test("a question waits for its own answer and passes over those that came too late", () => {
  const { questions, posted } = asking([
    { request: 1, value: "one" },
    { request: 1, value: "stale" },
    { request: 2, value: "two" },
  ]);
  expect(questions.ask(7, "first", false)).toBe("one");
  expect(questions.ask(7, "second", true)).toBe("two");
  expect(posted).toEqual([
    { type: "input", id: 7, request: 1, prompt: "first", password: false },
    { type: "input", id: 7, request: 2, prompt: "second", password: true },
  ]);
});

test("an answer that is no text is an error by the name of EndOfInput", () => {
  const { questions } = asking([{ request: 1, failure: "the input was ended" }]);
  expect(() => questions.ask(7, "name", false)).toThrow(expect.objectContaining({ name: "EndOfInput" }));
});

test("an interrupt ends the wait, and nothing is asked once there is one", () => {
  const { questions, posted, flags } = asking([]);
  Atomics.store(flags, flag.interrupt, 1);
  expect(() => questions.ask(7, "name", false)).toThrow(expect.objectContaining({ name: "Interrupted" }));
  expect(posted).toEqual([]);
});

test("process.stdin fails when it is read, each time, and is given back", async () => {
  const original = Object.getOwnPropertyDescriptor(process, "stdin");
  const restore = refuseStdin();
  for (const _ of [1, 2]) {
    const read = async () => {
      for await (const chunk of process.stdin) return chunk;
    };
    await expect(read()).rejects.toThrow("ask with prompt() instead");
  }
  restore();
  expect(Object.getOwnPropertyDescriptor(process, "stdin")).toEqual(original);
});
