import { expect, test } from "vitest";
import { newOutputRing, OutputReader, OutputWriter } from "../../kernel/protocol/output-ring.ts";

/** Both ends in one thread; what is posted waits until the test delivers it. */
function line() {
  const ring = newOutputRing();
  const posted: { message?: string; written?: number }[] = [];
  const heard: string[] = [];
  const writer = new OutputWriter<string>(ring, { postMessage: (message) => void posted.push(message as object) });
  const reader = new OutputReader<string>(ring, {
    text: (cell, stream, text) => void heard.push(`${cell} ${stream}: ${text}`),
    message: (message) => void heard.push(message),
  });
  const deliver = () => {
    for (const message of posted.splice(0)) reader.receive(message);
  };
  return { writer, posted, heard, deliver };
}

test("text and messages arrive in the order in which they were made, whenever they are delivered", () => {
  const { writer, heard, deliver, posted } = line();
  const made: string[] = [];
  const write = (text: string, stream: "stdout" | "stderr" = "stdout") => {
    writer.write(7, stream, text);
    made.push(`7 ${stream}: ${text}`);
  };
  const post = (message: string) => {
    writer.post(message);
    made.push(message);
  };
  write("a");
  post("display 1");
  write("b", "stderr");
  write("c");
  post("display 2");
  write("d");
  deliver();
  write("e");
  post("done");
  deliver();
  expect(heard).toEqual(made);
  expect(posted).toEqual([]);
});

test("a text behind a message that is still on its way waits for it", () => {
  const { writer, heard, posted, deliver } = line();
  writer.write(1, "stdout", "before");
  const [announcement] = posted.splice(0);
  writer.post("display");
  writer.write(1, "stdout", "after");
  posted.unshift(announcement ?? {});
  deliver();
  expect(heard).toEqual(["1 stdout: before", "display", "1 stdout: after"]);
});

test("a loop of prints is announced once until it is heard", () => {
  const { writer, posted, heard, deliver } = line();
  for (let i = 0; i < 1000; i++) writer.write(1, "stdout", "line\n");
  expect(posted).toHaveLength(1);
  deliver();
  expect(heard).toHaveLength(1000);
});

test("fifty megabytes in pieces of all sizes go round the buffer unharmed", () => {
  const { writer, heard, deliver } = line();
  let sum = 0;
  for (let i = 0; sum < 50_000_000; i++) {
    const text = `${i}é€😀`.repeat(1 + ((i * 7919) % 20_000));
    writer.write(i, "stdout", text);
    deliver();
    // Pieces are cut between characters, so their sum is the text itself.
    const prefix = `${i} stdout: `;
    expect(
      heard
        .splice(0)
        .map((piece) => piece.slice(prefix.length))
        .join("") === text,
      `text ${i}`,
    ).toBe(true);
    sum += text.length;
  }
});
