import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ExecuteOptions,
  type KernelClient,
  type KernelOutput,
  startKernel,
} from "../../kernel/notebook/client.ts";
import type { InputRequest } from "../../kernel/protocol/contents.ts";

const history = join(mkdtempSync(join(tmpdir(), "input-")), "stridelab", "history.jsonl");
let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernel({ env: { STRIDELAB_HISTORY: history } });
});
afterAll(() => kernel.shutdown());

/** Runs a cell, answering with `answers` in turn. */
async function run(code: string, answers: (string | (() => string | Promise<string>))[], options?: ExecuteOptions) {
  const outputs: KernelOutput[] = [];
  const questions: InputRequest[] = [];
  const reply = await kernel.execute(code, {
    onOutput: (output) => outputs.push(output),
    onInput: (question) => {
      questions.push(question);
      const answer = answers[questions.length - 1];
      return typeof answer === "function" ? answer() : String(answer);
    },
    ...options,
  });
  return { reply, outputs, questions };
}

const shown = (outputs: KernelOutput[]): unknown =>
  outputs.flatMap((output) => (output.type === "execute_result" ? [output.content.data["text/plain"]] : []))[0];

test("a cell asks twice, and goes on with the answers", async () => {
  const { outputs, questions } = await run('[prompt("a? "), prompt("b? ", "two")].join(" ")', ["one", ""]);
  expect(shown(outputs)).toBe("'one two'");
  expect(questions).toEqual([
    { prompt: "a? ", password: false },
    { prompt: "b? [two] ", password: false },
  ]);
});

test("what was printed before the question is there when it comes", async () => {
  const outputs: KernelOutput[] = [];
  await run(
    'console.log("the rules"); prompt("ready?");',
    [
      async () => {
        await expect.poll(() => outputs).toHaveLength(1); // iopub is another socket, but nothing holds it back
        return "yes";
      },
    ],
    { onOutput: (output) => outputs.push(output) },
  );
});

test("a password is in no output and in no history", async () => {
  const { questions, outputs } = await run(
    'import { prompt as ask } from "stridelab/notebook";\nask("word", { password: true }).length',
    ["hunter2"],
  );
  expect(questions).toEqual([{ prompt: "word", password: true }]);
  expect(shown(outputs)).toBe("7");
  expect(JSON.stringify(outputs)).not.toContain("hunter2");
  await expect.poll(() => readFileSync(history, "utf8")).toContain("password: true");
  expect(readFileSync(history, "utf8")).not.toContain("hunter2");
});

test("an interrupt ends the wait, later answers are nobody's, and the next question gets its own", async () => {
  let late: (answer: string) => void = () => {};
  const { reply } = await run('let kept = 1;\nprompt("name?")', [
    () => {
      void kernel.interrupt();
      return new Promise((resolve) => {
        late = resolve;
      });
    },
  ]);
  expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
  late("too late");
  const { outputs } = await run('kept + " " + prompt()', ["in time"]);
  expect(shown(outputs)).toBe("'1 in time'");
});

test("where nobody can answer, the cell fails at once and says what to do", async () => {
  const reply = await kernel.execute('prompt("name?")');
  expect(reply).toMatchObject({ ename: "StdinNotImplemented", evalue: expect.stringContaining("JupyterLab") });
});

test("a question asked after its cell is refused, where an awaited one is not", async () => {
  const outputs: KernelOutput[] = [];
  // Later than the turn that a cell lasts behind its last line.
  await kernel.execute('setTimeout(() => prompt("late?"), 100);', {
    onOutput: (output) => outputs.push(output),
    onInput: () => "never asked",
  });
  await kernel.execute("await new Promise((r) => setTimeout(r, 200));");
  await expect.poll(() => JSON.stringify(outputs)).toContain("the cell has ended");
  const { outputs: awaited } = await run("await new Promise((r) => setTimeout(r, 1));\nprompt()", ["yes"]);
  expect(shown(awaited)).toBe("'yes'");
});
