import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { CommOutput } from "../../kernel/api/comm-end.ts";
import { notebookSymbol } from "../../kernel/api/host.ts";
import { type Comm, type CommMessage, comms } from "../../kernel/api/index.ts";
import { OpenComms } from "../../kernel/io/comms.ts";
import { headerFactory } from "../../kernel/protocol/message.ts";
import type { CommEvent, FromSession } from "../../kernel/protocol/threads.ts";
import { CommDeliveries } from "../../kernel/session/comm-deliveries.ts";
import { CommRegistry } from "../../kernel/session/comms.ts";

const globals = globalThis as Record<symbol, unknown>;
afterEach(() => void delete globals[notebookSymbol]);

/** The session's half, with `comms` of stridelab/notebook in front of it. */
function harness() {
  const sent: CommOutput[] = [];
  let caller = 1;
  const registry = new CommRegistry({ send: (output) => void sent.push(output), caller: () => caller });
  globals[notebookSymbol] = { comms: registry };
  return {
    sent,
    registry,
    as: (cell: number) => {
      caller = cell;
    },
    hear: (type: CommEvent["type"], comm: string, data: Record<string, unknown> = {}, buffers: Uint8Array[] = []) =>
      registry.receive({ type, comm, target: "counter", data, metadata: {}, buffers }),
  };
}

describe("a comm that a cell opens", () => {
  test("speaks under one id: opening, messages with bytes, last words", () => {
    const { sent } = harness();
    const comm = comms.open("counter", { data: { n: 1 }, metadata: { version: "2" } });
    comm.send({ n: 2, left: undefined }, { buffers: [new Float32Array([1, 2]).subarray(1), new ArrayBuffer(3)] });
    comm.close({ bye: true });
    expect(sent).toMatchObject([
      { type: "comm_open", target: "counter", data: { n: 1 }, metadata: { version: "2" }, buffers: [] },
      { type: "comm_msg", data: { n: 2 }, metadata: {} },
      { type: "comm_close", data: { bye: true } },
    ]);
    expect(new Set(sent.map((output) => output.comm))).toEqual(new Set([comm.id]));
    expect(sent[1]?.buffers.map((bytes) => [...bytes])).toEqual([
      [...new Uint8Array(new Float32Array([2]).buffer)],
      [0, 0, 0],
    ]);
  });

  test("sends the bytes as they were, whatever becomes of them", () => {
    const { sent } = harness();
    const bytes = new Uint8Array([1, 2]);
    comms.open("counter").send({}, { buffers: [bytes] });
    bytes[0] = 9;
    expect([...(sent[1]?.buffers[0] ?? [])]).toEqual([1, 2]);
  });

  test("hears messages by all handlers, until they are taken back", async () => {
    const { hear } = harness();
    const comm = comms.open("counter");
    const heard: unknown[] = [];
    const stop = comm.onMessage(({ data }) => heard.push(["first", data.n]));
    comm.onMessage(({ data }) => heard.push(["second", data.n]));
    await hear("comm_msg", comm.id, { n: 1 });
    stop();
    await hear("comm_msg", comm.id, { n: 2 });
    expect(heard).toEqual([
      ["first", 1],
      ["second", 1],
      ["second", 2],
    ]);
  });

  test("gives messages one by one to who awaits them, those that came before too", async () => {
    const { hear } = harness();
    const comm = comms.open("counter");
    await hear("comm_msg", comm.id, { n: 1 });
    await hear("comm_msg", comm.id, { n: 2 });
    expect((await comm.next())?.data).toEqual({ n: 1 });
    expect((await comm.next())?.data).toEqual({ n: 2 });
    const third = comm.next();
    await hear("comm_msg", comm.id, { n: 3 });
    expect((await third)?.data).toEqual({ n: 3 });
  });

  test("closed by the other end says so, ends who awaits, and sends nothing more", async () => {
    const { sent, hear } = harness();
    const comm = comms.open("counter");
    const words: CommMessage[] = [];
    comm.onClose((message) => words.push(message));
    const next = comm.next();
    await hear("comm_close", comm.id, { why: "gone" });
    expect(comm.isOpen).toBe(false);
    expect(await next).toBeUndefined();
    expect(await comm.next()).toBeUndefined();
    comm.send({ n: 1 });
    comm.close();
    expect(words).toMatchObject([{ data: { why: "gone" } }]);
    expect(sent.map(({ type }) => type)).toEqual(["comm_open"]);
  });

  test("a message for an interrupted cell goes to the next that asks", async () => {
    const { hear, registry, as } = harness();
    const comm = comms.open("counter");
    const lost = comm.next();
    registry.abandon(1);
    as(2);
    const next = comm.next();
    await hear("comm_msg", comm.id, { n: 1 });
    expect((await next)?.data).toEqual({ n: 1 });
    expect(await Promise.race([lost, delay(5, "still waiting")])).toBe("still waiting");
  });

  test("refuses data that is no JSON object and then is not open", () => {
    const { sent } = harness();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (const data of [[1], () => {}, loop]) {
      expect(() => comms.open("counter", { data })).toThrow(TypeError);
    }
    expect(sent).toEqual([]);
  });
});

describe("a comm that the front end opens", () => {
  test("goes to the handler registered last, with what was said", async () => {
    const { hear, sent } = harness();
    comms.register("counter", () => {
      throw new Error("replaced");
    });
    const opened: [Comm, CommMessage][] = [];
    comms.register("counter", (comm, opening) => void opened.push([comm, opening]));
    expect(await hear("comm_open", "c1", { n: 1 }, [new Uint8Array([7])])).toEqual([]);
    const [comm, opening] = opened[0] ?? [];
    expect(opening).toMatchObject({ data: { n: 1 }, buffers: [new Uint8Array([7])] });
    comm?.send({ n: 2 });
    expect(sent).toMatchObject([{ type: "comm_msg", comm: "c1", data: { n: 2 } }]);
  });

  test("is closed if nobody takes it, any longer, or its handler throws", async () => {
    const { hear, sent } = harness();
    await hear("comm_open", "c1");
    comms.register("counter", () => {})();
    await hear("comm_open", "c2");
    comms.register("counter", async () => {
      throw new Error("no");
    });
    expect(await hear("comm_open", "c3")).toEqual([new Error("no")]);
    expect(sent.map(({ type, comm }) => [type, comm])).toEqual([
      ["comm_close", "c1"],
      ["comm_close", "c2"],
      ["comm_close", "c3"],
    ]);
  });
});

test("of too many, the one silent for the longest is closed", async () => {
  const { sent, hear } = harness();
  const first = comms.open("counter");
  const second = comms.open("counter");
  for (let i = 2; i < 10_000; i++) comms.open("counter");
  await hear("comm_msg", first.id);
  comms.open("counter");
  expect([first.isOpen, second.isOpen]).toEqual([true, false]);
  expect(sent.filter(({ type }) => type === "comm_close").map(({ comm }) => comm)).toEqual([second.id]);
});

test("a handler that throws or waits keeps no message from the others", async () => {
  const { hear } = harness();
  const comm = comms.open("counter");
  const heard: unknown[] = [];
  comm.onMessage(() => {
    throw new Error("no");
  });
  comm.onMessage(async ({ data }) => {
    if (data.n === 1) await comm.next();
    heard.push(data.n);
  });
  const first = hear("comm_msg", comm.id, { n: 1 });
  const second = hear("comm_msg", comm.id, { n: 2 });
  expect(await second).toEqual([new Error("no")]);
  expect(await first).toEqual([new Error("no")]);
  expect(new Set(heard)).toEqual(new Set([1, 2]));
});

describe("a delivery", () => {
  /** With handlers that end when the test says so. */
  function delivering() {
    const posted: FromSession[] = [];
    let end: (thrown: unknown[]) => void = () => {};
    const deliveries = new CommDeliveries({
      post: (message) => void posted.push(message),
      handle: () => new Promise((resolve) => (end = resolve)),
      explain: String,
    });
    deliveries.deliver(-1, { type: "comm_msg", comm: "c", target: "t", data: {}, metadata: {}, buffers: [] });
    return { deliveries, posted, end: (thrown: unknown[]) => end(thrown) };
  }
  const stderr = (text: unknown) => ({ type: "stream", id: -1, name: "stderr", text });

  test("is over when its handlers are and what they show is there, and says what they threw", async () => {
    const { deliveries, posted, end } = delivering();
    let drawn = () => {};
    deliveries.hold(-1, new Promise((resolve) => (drawn = resolve)));
    end([new RangeError("no")]);
    await delay(1);
    expect(posted).toEqual([]);
    drawn();
    await expect
      .poll(() => posted)
      .toEqual([stderr("Uncaught (in a comm's handler) RangeError: no\n"), { type: "handled", id: -1 }]);
  });

  test("that was interrupted is over once, whatever its handlers still do", async () => {
    const { deliveries, posted, end } = delivering();
    deliveries.interrupt(-1);
    end([]);
    await delay(1);
    expect(posted).toEqual([stderr(expect.stringContaining("Interrupted")), { type: "handled", id: -1 }]);
  });
});

test("outside a kernel a comm is closed from the start, and nothing is registered", async () => {
  const comm = comms.open("counter");
  comm.send({ n: 1 });
  expect(comm.isOpen).toBe(false);
  expect(await comm.next()).toBeUndefined();
  comms.register("counter", () => {})();
});

describe("what is open, for the front end", () => {
  const newHeader = headerFactory("test");
  const message = (type: string, content: Record<string, unknown>) => ({
    header: newHeader(type),
    parent: {},
    metadata: {},
    content,
    buffers: [],
  });

  test("is what either end has opened and neither has closed, by target if asked", () => {
    const open = new OpenComms();
    open.read(message("comm_open", { comm_id: "a", target_name: "x" }));
    open.note({ type: "comm_open", comm: "b", target: "y", data: {}, metadata: {}, buffers: [] });
    expect(open.info({}).comms).toEqual({ a: { target_name: "x" }, b: { target_name: "y" } });
    expect(open.info({ target_name: "y" }).comms).toEqual({ b: { target_name: "y" } });
    open.read(message("comm_close", { comm_id: "b" }));
    open.note({ type: "comm_close", comm: "a", target: "x", data: {}, metadata: {}, buffers: [] });
    expect(open.info({}).comms).toEqual({});
    expect(() => open.info({ target_name: 5 })).toThrow('"target_name" should be a string, but is 5');
  });

  test.each([
    ["comm_open", {}, '"comm_id" should be a string'],
    ["comm_open", { comm_id: "b", data: 5 }, '"data" should be an object'],
    ["comm_open", { comm_id: "a" }, "open already"],
    ["comm_msg", { comm_id: "nobody" }, "is not open"],
    ["comm_close", { comm_id: "__proto__" }, "is not open"],
  ])("a %s with %j is not passed on", (type, content, reason) => {
    const open = new OpenComms();
    open.read(message("comm_open", { comm_id: "a", target_name: "x" }));
    expect(open.read(message(type, content))).toContain(reason);
  });

  test("bytes travel without the block that they are a view of", () => {
    const block = Buffer.alloc(1000, 7);
    const open = new OpenComms();
    const event = open.read({ ...message("comm_open", { comm_id: "a" }), buffers: [block.subarray(10, 12)] });
    if (typeof event === "string") throw new Error(event);
    expect(event.buffers[0]?.buffer.byteLength).toBe(2);
  });
});
