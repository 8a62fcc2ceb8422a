import childProcess, { type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "./streams.ts";

/** Where output of a child goes: bound, when the child starts, to the cell that starts it. */
export type OpenOutput = () => (name: StreamName, text: string) => void;

type AnyFunction = (...args: unknown[]) => unknown;
type Options = Record<string, unknown>;

const names: readonly (StreamName | undefined)[] = [undefined, "stdout", "stderr"];

/**
 * A child process that inherits the kernel's stdout or stderr prints into the cell that started it: the kernel's own are
 * seen by nobody. Of one that runs by itself the output comes as it is made; of one that is waited for, at its end.
 * @returns gives `child_process` back
 */
export function captureChildren(open: OpenOutput): () => void {
  const methods = childProcess as unknown as Record<string, AnyFunction>;
  const originals: Record<string, AnyFunction> = {};
  const wrap = (name: string, inherits: unknown, call: (original: AnyFunction, args: unknown[]) => unknown) => {
    const original = methods[name] as AnyFunction;
    originals[name] = original;
    const wrapped: AnyFunction = (...args) => {
      const { options, rest } = split(args);
      const stdio = channels(options.stdio ?? (options.silent === true ? "pipe" : inherits));
      const taken = stdio.map(inherited);
      if (!taken.some((stream) => stream !== undefined)) return original(...args);
      return call(original, [taken, stdio, (changed: unknown[]) => [...rest, { ...options, stdio: changed }]]);
    };
    methods[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  };
  type Plan = [(StreamName | undefined)[], unknown[], (stdio: unknown[]) => unknown[]];
  const stream = (original: AnyFunction, plan: unknown[]) => {
    const [taken, stdio, withStdio] = plan as Plan;
    const child = original(
      ...withStdio(stdio.map((one, i) => (taken[i] === undefined ? one : "pipe"))),
    ) as ChildProcess;
    const print = open();
    taken.forEach((name, i) => {
      if (name !== undefined) forward(child, i, (text) => print(name, text));
    });
    return child;
  };
  /** A call that is interrupted never comes to its end, and the next one, or that of the process, tidies up after it. */
  const folders = new Set<string>();
  const tidy = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    folders.clear();
  };
  process.on("exit", tidy);
  const collect = (original: AnyFunction, plan: unknown[]) => {
    tidy();
    const [taken, stdio, withStdio] = plan as Plan;
    const folder = mkdtempSync(join(tmpdir(), "stridelab-"));
    folders.add(folder);
    const print = open();
    const files = taken.map((name, i) => (name === undefined ? undefined : openSync(join(folder, `${i}`), "a")));
    try {
      return original(...withStdio(stdio.map((one, i) => files[i] ?? one)));
    } finally {
      taken.forEach((name, i) => {
        if (name === undefined) return;
        closeSync(files[i] as number);
        print(name, readFileSync(join(folder, `${i}`), "utf8"));
      });
      tidy();
    }
  };
  wrap("spawn", "pipe", stream);
  wrap("fork", ["inherit", "inherit", "inherit", "ipc"], stream);
  for (const name of ["spawnSync", "execSync", "execFileSync"]) wrap(name, "pipe", collect);
  syncBuiltinESMExports();
  return () => {
    process.off("exit", tidy);
    tidy();
    Object.assign(methods, originals);
    syncBuiltinESMExports();
  };
}

/** The options are the last argument, if that is an object; behind a list of arguments that may be left out. */
function split(args: unknown[]): { options: Options; rest: unknown[] } {
  const given = args.at(-1);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return { options: {}, rest: args.filter((arg) => arg !== undefined && arg !== null) };
  }
  return { options: given as Options, rest: args.slice(0, -1).filter((arg) => arg !== undefined && arg !== null) };
}

function channels(stdio: unknown): unknown[] {
  if (Array.isArray(stdio)) return [...stdio, "pipe", "pipe", "pipe"].slice(0, Math.max(3, stdio.length));
  return [stdio, stdio, stdio];
}

/** The stream of the kernel's own that a channel of the child would be. */
function inherited(channel: unknown, index: number): StreamName | undefined {
  if (channel === "inherit") return names[index];
  if (channel === 1 || channel === process.stdout) return "stdout";
  if (channel === 2 || channel === process.stderr) return "stderr";
  return undefined;
}

/** The child then looks as if it had inherited: it has no such stream to read. */
function forward(child: ChildProcess, index: number, print: (text: string) => void): void {
  const source = child.stdio[index] as Readable | null | undefined;
  if (source === null || source === undefined) return; // it did not start
  const decoder = new StringDecoder("utf8");
  source.on("data", (chunk: Buffer) => print(decoder.write(chunk)));
  source.on("end", () => print(decoder.end()));
  if (index < 3) Object.assign(child, { [index === 1 ? "stdout" : "stderr"]: null });
}
