import { expect, test } from "vitest";
import { run } from "../package/command.ts";

test("training that is interrupted at a thousand random moments is left in the state of a whole step", async () => {
  const { code, stdout, stderr } = await run(process.execPath, ["test/all/training-interrupts.mjs", "1000"], {
    timeout: 590_000,
  });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});
