import { describe, expect, test } from "vitest";
import { type Output, OutputQueue } from "../../kernel/io/outputs.ts";
import { Publisher } from "../../kernel/io/publisher.ts";
import { headerFactory, type Message } from "../../kernel/protocol/message.ts";

const newHeader = headerFactory("test");
const parent = newHeader("execute_request");
const stream = (name: "stdout" | "stderr", text: string): Output => ({
  parent,
  type: "stream",
  content: { name, text },
});

describe("the output queue", () => {
  test("ten thousand lines leave as few messages, complete and in order", async () => {
    const published: Output[] = [];
    const queue = new OutputQueue(async (output) => void published.push(output));
    const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`);
    for (const line of lines) queue.push(stream("stdout", line));
    await queue.flush();
    expect(published.map(({ content }) => "text" in content && content.text).join("")).toBe(lines.join(""));
    expect(published.length).toBeLessThan(5);
  });

  test("stdout, stderr and displays keep their order", async () => {
    const published: string[] = [];
    const queue = new OutputQueue(async ({ type, content }) => {
      published.push("text" in content ? `${content.name}:${content.text}` : type);
    });
    queue.push(stream("stdout", "a"));
    queue.push(stream("stdout", "b"));
    queue.push(stream("stderr", "c"));
    queue.push({ parent, type: "display_data", content: { data: {}, metadata: {} } });
    queue.push(stream("stdout", "d"));
    await queue.flush();
    expect(published).toEqual(["stdout:ab", "stderr:c", "display_data", "stdout:d"]);
  });

  /** What is published of outputs that were all pushed before the first flush: texts, else types and ids. */
  async function published(...outputs: Output[]): Promise<string[]> {
    const seen: string[] = [];
    const queue = new OutputQueue(async ({ type, content }) => {
      if ("text" in content) seen.push(content.text);
      else if ("wait" in content) seen.push(content.wait ? "clear later" : "clear");
      else if ("data" in content && "metadata" in content)
        seen.push(`${type} ${content.transient?.display_id} ${content.metadata.n}`);
    });
    for (const output of outputs) queue.push(output);
    await queue.flush();
    return seen;
  }
  const clear = (wait: boolean): Output => ({ parent, type: "clear_output", content: { wait } });
  const shown = (type: "display_data" | "update_display_data", id: string, n: number): Output => ({
    parent,
    type,
    content: { data: {}, metadata: { n }, transient: { display_id: id } },
  });
  const update = (id: string, n: number) => shown("update_display_data", id, n);

  test("a clear keeps its place behind what it clears, also when nothing comes after it", async () => {
    expect(await published(stream("stdout", "a"), clear(true))).toEqual(["a", "clear later"]);
    expect(await published(stream("stdout", "a"), clear(false))).toEqual(["a", "clear"]);
  });

  test("what a clear hides behind which something else comes is not sent, except updates of other places", async () => {
    const frames = [0, 1, 2].flatMap((n) => [clear(true), stream("stdout", `${n}`), shown("display_data", "p", n)]);
    expect(await published(stream("stdout", "a"), update("q", 7), ...frames)).toEqual([
      "update_display_data q 7",
      "clear later",
      "2",
      "display_data p 2",
    ]);
  });

  test("of many updates of a place the last is sent, at its own place, and the text around the others is one", async () => {
    const outputs = [0, 1, 2].flatMap((n) => [update("p", n), stream("stdout", `${n}`), update("q", n)]);
    expect(await published(shown("display_data", "p", 9), ...outputs)).toEqual([
      "display_data p 9",
      "01",
      "update_display_data p 2",
      "2",
      "update_display_data q 2",
    ]);
  });

  test("a flush ends, and with it a cell, while something goes on printing", async () => {
    const published: Output[] = [];
    const queue: OutputQueue = new OutputQueue(async (output) => {
      published.push(output);
      if (published.length < 1000) queue.push(stream("stdout", "more"));
    });
    queue.push(stream("stdout", "first"));
    await queue.flush();
    expect(published).toHaveLength(1);
  });

  test("the text of two cells is never joined", async () => {
    const published: Output[] = [];
    const queue = new OutputQueue(async (output) => void published.push(output));
    queue.push(stream("stdout", "a"));
    queue.push({ ...stream("stdout", "b"), parent: newHeader("execute_request") });
    await queue.flush();
    expect(published).toHaveLength(2);
  });
});

describe("the publisher", () => {
  test("remembers the last 4096 cells and the last 4096 comm messages, each for themselves", async () => {
    const parents: unknown[] = [];
    const publisher = new Publisher(async (message) => void parents.push((message as Message).parent.msg_id));
    const headers = new Map<number, string>();
    const adopt = (id: number) => {
      const header = newHeader("execute_request");
      headers.set(id, header.msg_id);
      publisher.adopt(id, header, false);
    };
    for (let id = 1; id <= 4097; id++) adopt(id);
    for (let id = 1; id <= 4097; id++) adopt(-id);
    for (const id of [2, 4086, 4097, -2, -4086, -4097]) publisher.stream(id, { name: "stdout", text: "late" });
    publisher.stream(1, { name: "stdout", text: "forgotten" });
    publisher.stream(-1, { name: "stdout", text: "forgotten" });
    await publisher.flush();
    expect(parents.slice(0, 6)).toEqual([2, 4086, 4097, -2, -4086, -4097].map((id) => headers.get(id)));
    expect(new Set(parents.slice(6))).toEqual(new Set([headers.get(4097)])); // the newest cell
  });
});
