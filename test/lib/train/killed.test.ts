import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseSafetensors } from "../../../lib/formats/safetensors.ts";
import { Random } from "../../../lib/random.ts";
import { root, succeed, temporaryFolder } from "../../package/command.ts";

const program = (name: string) => join(root, "test/lib/train", name);
const lastLine = (text: string) => text.trim().split("\n").at(-1);

/** Starts a program and kills it, without a warning, so many milliseconds after it said that it has begun. */
function killed(args: readonly string[], milliseconds: number): Promise<"killed" | "ended"> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), milliseconds));
    child.on("error", reject);
    child.on("exit", (_, signal) => resolve(signal === "SIGKILL" ? "killed" : "ended"));
  });
}

test("training that is killed again and again ends with the bits of training that never was, on any number of threads", async () => {
  const whole = lastLine((await succeed(process.execPath, [program("run-program.mjs"), "1"])).stdout);
  expect(whole).toMatch(/^\{"weights":/);
  const folder = temporaryFolder();
  const path = join(folder, "run");
  const random = new Random(11);
  for (let kills = 0; kills < 8; kills++) {
    // Some 10 ms a step with its checkpoint on a free machine: most of these moments lie within one, and few at its end.
    const ending = await killed([program("run-program.mjs"), `${1 + (kills % 2)}`, path], random.integer(120));
    if (existsSync(path)) expect(() => parseSafetensors(readFileSync(path), path)).not.toThrow();
    if (ending === "ended") break;
  }
  expect(lastLine((await succeed(process.execPath, [program("run-program.mjs"), "2", path])).stdout)).toBe(whole);
  expect(readdirSync(folder)).toEqual(["run"]);
});

test("a file that is being written when its program is killed is the old one or the new one", async () => {
  const path = join(temporaryFolder(), "numbers");
  const random = new Random(12);
  for (let kills = 0; kills < 8; kills++) {
    expect(await killed([program("write-program.mjs"), path], random.integer(60))).toBe("killed");
    const numbers = parseSafetensors(readFileSync(path), path).tensors.numbers!.data;
    expect(numbers.every((value) => value === numbers[0])).toBe(true);
  }
});
