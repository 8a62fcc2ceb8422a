/** Subshells in the io half alone. */
import { expect, test } from "vitest";
import type { Outcome } from "../../kernel/protocol/threads.ts";
import { ioHarness } from "./io-harness.ts";

const ok: Outcome = { status: "ok" };

/** With a subshell. */
async function start() {
  const h = ioHarness();
  const ask = async (type: string, content: Record<string, unknown> = {}) => {
    const id = h.send(type, content, "control");
    const reply = () => h.replies.find(({ parent }) => parent.msg_id === id);
    await h.until(() => reply() !== undefined);
    return reply()?.content ?? {};
  };
  const subshell = String((await ask("create_subshell_request")).subshell_id);
  const answerTo = (id: string) => h.replies.find(({ parent }) => parent.msg_id === id)?.content;
  const runs = (count: number) => h.until(() => h.toSession.length === count);
  return {
    ...h,
    ask,
    subshell,
    answerTo,
    runs,
    execute: (code: string, id?: string) => h.send("execute_request", { code }, "shell", id),
    done: (id: number, outcome = ok) => h.io.fromSession({ type: "done", id, outcome }),
  };
}

test("they are made, listed and deleted; one that is not there is not deleted, and runs nothing", async () => {
  const h = await start();
  const { subshell_id: other } = await h.ask("create_subshell_request");
  expect(await h.ask("list_subshell_request")).toEqual({ status: "ok", subshell_id: [h.subshell, other] });
  expect(await h.ask("delete_subshell_request", { subshell_id: other })).toEqual({ status: "ok" });
  expect(await h.ask("delete_subshell_request", { subshell_id: other })).toMatchObject({
    status: "error",
    evalue: `delete_subshell: there is no subshell "${String(other)}"`,
  });
  expect(await h.ask("delete_subshell_request")).toMatchObject({ status: "error" });
  const id = h.execute("x", String(other));
  await h.until(() => h.under(id).includes("idle"));
  expect(h.answerTo(id)).toMatchObject({ status: "error", evalue: expect.stringContaining("there is no subshell") });
  expect(h.toSession).toEqual([]);
});

test("a cell of a subshell runs while one of the shell does; each ends by itself, and they are counted together", async () => {
  const h = await start();
  const long = h.execute("long");
  await h.runs(1);
  const short = h.execute("short", h.subshell);
  await h.runs(2);
  expect(h.toSession).toMatchObject([{ source: "long" }, { source: "short" }]);
  h.io.fromSession({ type: "stream", id: 1, name: "stdout", text: "of the long one" });
  h.done(2);
  await h.until(() => h.under(short).includes("idle"));
  expect(h.answerTo(short)).toMatchObject({ status: "ok", execution_count: 2 });
  await h.until(() => h.published.at(-1)?.content.execution_state === "busy"); // what is shown last is true
  expect(h.under(long)).toEqual(["busy", "execute_input", "stream", "busy"]);
  h.done(1);
  await h.until(() => h.under(long).includes("idle"));
  expect(h.answerTo(long)).toMatchObject({ status: "ok", execution_count: 1 });
});

test("a failure aborts what waits in its own queue alone", async () => {
  const h = await start();
  h.execute("other", h.subshell);
  const waiting = h.execute("waits", h.subshell);
  await h.runs(1);
  h.execute("bad");
  const behind = h.execute("behind");
  await h.until(() => h.answerTo(behind) !== undefined);
  expect(h.answerTo(behind)).toMatchObject({ status: "aborted" });
  h.done(1);
  await h.runs(2);
  h.done(3);
  await h.until(() => h.answerTo(waiting) !== undefined);
  expect(h.answerTo(waiting)).toMatchObject({ status: "ok" });
});

test("deleting one aborts what waits in it, and what runs comes to its end", async () => {
  const h = await start();
  const running = h.execute("runs", h.subshell);
  const waiting = h.execute("waits", h.subshell);
  await h.runs(1);
  await h.ask("delete_subshell_request", { subshell_id: h.subshell });
  expect(h.answerTo(waiting)).toMatchObject({ status: "aborted", evalue: "its subshell was deleted" });
  h.done(1);
  await h.until(() => h.answerTo(running) !== undefined);
  expect(h.answerTo(running)).toMatchObject({ status: "ok" });
});

test("an interrupt is meant for all that run; a cell that comes meanwhile waits for their ends and runs", async () => {
  const h = await start();
  h.execute("one");
  h.execute("two", h.subshell);
  await h.runs(2);
  h.send("interrupt_request", {}, "control");
  const { subshell_id: third } = await h.ask("create_subshell_request");
  h.execute("three", String(third));
  const asked = () => h.toSession.flatMap((message) => (message.type === "interrupt" ? [message.id] : []));
  await h.until(() => asked().length >= 2);
  expect(asked().slice(0, 2)).toEqual([1, 2]);
  expect(h.toSession.filter(({ type }) => type === "run")).toHaveLength(2);
  h.done(1);
  h.done(2);
  await h.until(() => h.toSession.filter(({ type }) => type === "run").length === 3);
  expect(h.flags[0]).toBe(0);
});

test("a question belongs to the cell that asks: the end of another leaves it open", async () => {
  const h = await start();
  h.execute("asks");
  h.execute("ends", h.subshell);
  await h.runs(2);
  h.io.fromSession({ type: "input", id: 1, request: 5, prompt: "?", password: false });
  await h.until(() => h.replies.some(({ header }) => header.msg_type === "input_request"));
  h.done(2);
  h.send("input_reply", { value: "answer" });
  await h.until(() => h.answers.length > 0);
  expect(h.answers).toEqual([{ request: 5, value: "answer" }]);
});
