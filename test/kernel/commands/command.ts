import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../bin/stridelab.js", import.meta.url));

if (!existsSync(new URL("../../../dist/kernel/main.js", import.meta.url))) {
  throw new Error("these tests run the built program: npm run build");
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Sent once, when `after` says so. */
  signal?: { name: NodeJS.Signals; after: () => boolean };
}

/** Runs the program as a user does, as a process of its own. */
export function stridelab(args: string[], { cwd, env, signal }: CommandOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...process.env, ...env } });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    const timer =
      signal &&
      setInterval(() => {
        if (!signal.after()) return;
        clearInterval(timer);
        child.kill(signal.name);
      }, 50);
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
