import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Message } from "../../kernel/protocol/message.ts";
import { flag } from "../../kernel/protocol/threads.ts";
import { ioHarness } from "./io-harness.ts";

describe("the start", () => {
  const states = ({ published }: { published: Message[] }) =>
    published.map(({ header, content }) => content.execution_state ?? header.msg_type);

  test("is announced once, behind the welcome of the first subscriber", () => {
    const h = ioHarness();
    h.subscribe();
    h.subscribe();
    expect(states(h)).toEqual(["iopub_welcome", "starting", "iopub_welcome"]);
    expect(h.published[0]?.content).toEqual({ subscription: "" });
  });

  test("is announced before a request's states, should that come first", async () => {
    const h = ioHarness();
    h.send("kernel_info_request", {});
    h.subscribe();
    await h.until(() => states(h).includes("idle"));
    expect(states(h)).toEqual(["starting", "busy", "iopub_welcome", "idle"]);
  });
});

describe("requests without a session or a language behind them", () => {
  test("a cell is busy, echoed, run, shown, answered, idle: in this order", async () => {
    const h = ioHarness();
    const id = h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.io.fromSession({ type: "stream", id: 1, name: "stdout", text: "hi" });
    const result = { data: { "text/plain": "2" }, metadata: {} };
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok", result } });
    await h.until(() => h.under(id).includes("idle"));
    expect(h.under(id)).toEqual(["busy", "execute_input", "stream", "execute_result", "idle"]);
    expect(h.replies[0]?.content).toMatchObject({ status: "ok", execution_count: 1, payload: [] });
  });

  test("before there is a session kernel_info is answered, and cells and the debugger wait", async () => {
    let ready = () => {};
    const h = ioHarness({ sessionReady: new Promise<void>((resolve) => (ready = resolve)) });
    h.send("execute_request", { code: "1" });
    h.send("debug_request", { type: "request", seq: 1, command: "debugInfo" }, "control");
    h.send("kernel_info_request", {}, "control");
    await h.until(() => h.replies.length > 0);
    await delay(50);
    expect(h.replies.map(({ header }) => header.msg_type)).toEqual(["kernel_info_reply"]);
    expect(h.toSession).toEqual([]);
    ready();
    await h.until(() => h.toSession.length === 1 && h.replies.length === 2);
    expect(h.replies[1]?.header.msg_type).toBe("debug_reply");
  });

  test("while a cell runs, kernel_info and completion are answered, and the last state heard is busy", async () => {
    const h = ioHarness();
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.send("kernel_info_request", {});
    h.send("complete_request", { code: "😀a", cursor_pos: 2 });
    await h.until(() => h.replies.length === 2);
    expect(h.replies[0]?.content).toMatchObject({ banner: "me" });
    expect(h.replies[1]?.content).toMatchObject({ matches: ["at 3"], cursor_start: 2, cursor_end: 2 });
    await h.until(() => h.published.at(-1)?.content.execution_state === "busy");
  });

  test("a cell that fails aborts those queued behind it, but none sent after its reply", async () => {
    const h = ioHarness();
    for (const code of ["bad", "x", "y"]) h.send("execute_request", { code });
    await h.until(() => h.replies.length === 3);
    expect(h.replies.map(({ content }) => content.status)).toEqual(["error", "aborted", "aborted"]);
    expect(h.toSession).toEqual([]);
    h.send("execute_request", { code: "z" });
    await h.until(() => h.toSession.length === 1);
  });

  test("with stop_on_error false the queue goes on", async () => {
    const h = ioHarness();
    h.send("execute_request", { code: "bad", stop_on_error: false });
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    expect(h.replies.map(({ content }) => content.status)).toEqual(["error"]);
  });

  test("a silent cell publishes its states only, and is not counted", async () => {
    const h = ioHarness();
    const id = h.send("execute_request", { code: "x", silent: true });
    await h.until(() => h.toSession.length === 1);
    h.io.fromSession({ type: "stream", id: 1, name: "stdout", text: "hi" });
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok" } });
    await h.until(() => h.under(id).includes("idle"));
    expect(h.under(id)).toEqual(["busy", "idle"]);
    expect(h.replies[0]?.content).toMatchObject({ execution_count: 0 });
  });

  test("the reply carries a cell's payloads, of one source the last, and no other cell's", async () => {
    const h = ioHarness();
    const payload = (text: string) => ({ source: "set_next_input", text, replace: false });
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.io.fromSession({ type: "payload", id: 1, payload: payload("first") });
    h.io.fromSession({ type: "payload", id: 1, payload: payload("last") });
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok" } });
    await h.until(() => h.replies.length === 1);
    expect(h.replies[0]?.content.payload).toEqual([payload("last")]);
    h.send("execute_request", { code: "y" });
    await h.until(() => h.toSession.length === 2);
    h.io.fromSession({ type: "payload", id: 1, payload: payload("late") });
    h.io.fromSession({ type: "done", id: 2, outcome: { status: "ok" } });
    await h.until(() => h.replies.length === 2);
    expect(h.replies[1]?.content.payload).toEqual([]);
  });

  test("a comm message goes to the session while a cell runs, with what comes of it under it, between busy and idle", async () => {
    const h = ioHarness();
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    const id = h.send("comm_open", { comm_id: "c1", target_name: "nobody", data: { n: 1 } });
    const delivered = h.toSession[1];
    if (delivered?.type !== "comm") throw new Error("not delivered at once");
    expect(delivered.event).toMatchObject({ type: "comm_open", comm: "c1", target: "nobody", data: { n: 1 } });
    h.io.fromSession({ type: "stream", id: delivered.id, name: "stdout", text: "hi" });
    h.io.fromSession({ type: "comm", id: delivered.id, event: { ...delivered.event, type: "comm_close" } });
    h.io.fromSession({ type: "handled", id: delivered.id });
    await h.until(() => h.under(id).includes("idle"));
    expect(h.under(id)).toEqual(["busy", "stream", "comm_close", "idle"]);
    await h.until(() => h.published.at(-1)?.content.execution_state === "busy"); // the cell still is
  });

  test("an interrupt ends the handler of a comm where no cell runs, and is no matter of the next message", async () => {
    const h = ioHarness();
    const deliver = (n: number) => h.send("comm_open", { comm_id: `c${n}`, target_name: "t", data: {} });
    deliver(1);
    h.send("interrupt_request", {});
    await h.until(() => h.toSession.some(({ type }) => type === "interrupt"));
    expect(h.toSession.find(({ type }) => type === "interrupt")).toEqual({ type: "interrupt", id: -1 });
    await h.until(() => h.terminations() >= 1);
    h.io.fromSession({ type: "handled", id: -1 });
    await h.until(() => h.published.at(-1)?.content.execution_state === "idle");
    deliver(2);
    expect(Atomics.load(h.flags, flag.interrupt)).toBe(0);
  });

  test("a request with wrong content and a request of unknown type are answered with an error", async () => {
    const h = ioHarness();
    h.send("execute_request", { code: 5 });
    h.send("complete_request", {});
    h.send("make_coffee_request", {});
    await h.until(() => h.replies.length === 3);
    expect(h.replies.map(({ content }) => content.status)).toEqual(["error", "error", "error"]);
    expect(h.replies.map(({ header }) => header.msg_type).sort()).toEqual([
      "complete_reply",
      "execute_reply",
      "make_coffee_reply",
    ]);
  });

  test("a reply goes out on the channel that its request came in on", async () => {
    const h = ioHarness();
    h.send("kernel_info_request", {}, "control");
    h.send("execute_request", { code: "bad" }, "control");
    await h.until(() => h.replies.length === 2);
    expect(h.replies.map(({ channel }) => channel)).toEqual(["control", "control"]);
  });

  test.each([
    "kernel_info_request",
    "comm_info_request",
    "history_request",
    "is_complete_request",
    "complete_request",
    "inspect_request",
    "execute_request",
    "connect_request",
    "interrupt_request",
    "debug_request",
    "make_coffee_request",
  ])("a %s whose every field is wrong is answered, and the kernel goes on", async (type) => {
    const h = ioHarness();
    const wrong = [5, null, [], { a: 1 }, -1, 1e300, true];
    const names = [
      "code",
      "cursor_pos",
      "target_name",
      "hist_access_type",
      "n",
      "pattern",
      "session",
      "user_expressions",
    ];
    for (const value of wrong) h.send(type, Object.fromEntries(names.map((name) => [name, value])));
    h.send(type, {});
    await h.until(() => h.replies.length > wrong.length);
    for (const { content } of h.replies) expect(content.status).toMatch(/^(ok|error|aborted)$/);
    h.send("kernel_info_request", {});
    await h.until(() => h.replies.at(-1)?.content.banner === "me");
  });

  test("content nested beyond any stack is answered with an error", async () => {
    const h = ioHarness();
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    h.send("execute_request", { code: deep });
    h.send("complete_request", { code: deep });
    h.send("history_request", { hist_access_type: deep });
    h.send("comm_info_request", { target_name: deep });
    await h.until(() => h.replies.length === 4);
    expect(h.replies.map(({ content }) => content.status)).toEqual(["error", "error", "error", "error"]);
    // How it is shown differs: some versions of V8 write out what is beyond the stack of others.
    expect(h.replies[0]?.content.evalue).toContain("should be a string, but is ");
    const refused = h.send("comm_open", { comm_id: deep });
    await h.until(() => h.under(refused).includes("idle"));
    h.send("comm_open", { comm_id: "c", target_name: deep });
    expect(h.toSession).toMatchObject([{ type: "comm", event: { target: "" } }]);
    h.send("execute_request", { code: "x", user_expressions: { a: deep } });
    await h.until(() => h.toSession.length === 2);
  });

  test("an interrupt raises the flag at once, asks before it terminates, and is forgotten by the next cell", async () => {
    const h = ioHarness();
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.send("interrupt_request", {});
    await h.until(() => Atomics.load(h.flags, flag.interrupt) === 1);
    expect(h.terminations()).toBe(0);
    await h.until(() => h.terminations() >= 1);
    expect(h.toSession.slice(0, 2).map(({ type }) => type)).toEqual(["run", "interrupt"]);
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok" } });
    h.send("execute_request", { code: "y" });
    await h.until(() => h.toSession.some((message) => message.type === "run" && message.id === 2));
    expect(Atomics.load(h.flags, flag.interrupt)).toBe(0);
  });

  test("an interrupt ends a cell that the compiler is still at", async () => {
    const h = ioHarness();
    const id = h.send("execute_request", { code: "slow" });
    await h.until(() => h.under(id).includes("execute_input"));
    h.send("interrupt_request", {});
    await h.until(() => h.under(id).includes("idle"));
    expect(h.under(id)).toContain("error");
    expect(h.replies.find(({ header }) => header.msg_type === "execute_reply")?.content.ename).toBe("Interrupted");
  });

  test("a compiler that does not end after an interrupt is given up, though the next cell's turn comes at once", async () => {
    const h = ioHarness();
    const id = h.send("execute_request", { code: "slow" });
    await h.until(() => h.under(id).includes("execute_input"));
    h.send("interrupt_request", {});
    await h.until(() => h.under(id).includes("idle"));
    const next = h.send("execute_request", { code: "slow" });
    await h.until(() => h.under(next).includes("execute_input"));
    expect(h.renewals()).toBe(0);
    await h.until(() => h.renewals() === 1);
    expect(h.under(next)).not.toContain("error");
  });

  test("an interrupt while nothing runs harms no later cell", async () => {
    const h = ioHarness();
    h.send("interrupt_request", {});
    h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    expect(Atomics.load(h.flags, flag.interrupt)).toBe(0);
  });

  test("what a cell prints after it ended is published under it", async () => {
    const h = ioHarness();
    const first = h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok" } });
    await h.until(() => h.under(first).includes("idle"));
    h.send("execute_request", { code: "y" });
    await h.until(() => h.toSession.length === 2);
    h.io.fromSession({ type: "stream", id: 1, name: "stdout", text: "late" });
    await h.until(() => h.under(first).includes("stream"));
  });

  test("a cell is answered before the compiler has noted what it declared, and told if it could not", async () => {
    let fail: (error: Error) => void = () => {};
    const h = ioHarness({ commit: () => new Promise((_, reject) => (fail = reject)) });
    const id = h.send("execute_request", { code: "x" });
    await h.until(() => h.toSession.length === 1);
    h.io.fromSession({ type: "done", id: 1, outcome: { status: "ok" } });
    await h.until(() => h.under(id).includes("idle"));
    expect(h.replies[0]?.content).toMatchObject({ status: "ok" });
    fail(new Error("it ended"));
    await h.until(() => h.under(id).includes("stream"));
    expect(h.published.at(-1)?.content).toEqual({
      name: "stderr",
      text: "later cells do not know what this one declared: it ended\n",
    });
  });
});
