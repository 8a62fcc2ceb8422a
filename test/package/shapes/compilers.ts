import { join } from "node:path";
import { root, run } from "../command.ts";
import { consumer, type Resolution } from "../consumer.ts";

/** A TypeScript compiler that people have. */
export interface Compiler {
  readonly name: string;
  readonly tsc: string;
  readonly resolution: Resolution;
}

/** The one that checks cells, and the newest. */
export const compilers: readonly Compiler[] = [
  {
    name: "tslab's TypeScript 5.0.4",
    tsc: join(root, "node_modules/@tslab/typescript-for-tslab/lib/tsc.js"),
    resolution: "node10",
  },
  { name: "TypeScript 7", tsc: join(root, "node_modules/typescript/bin/tsc"), resolution: "nodenext" },
];

/** What a compiler says of a program that uses this package. */
export interface Verdict {
  /** Each error's first line, with all lines of its message. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
  readonly instantiations: number;
}

/** Compiles a program, without checking libraries. */
export async function compile({ tsc, resolution }: Compiler, source: string): Promise<Verdict> {
  const project = consumer(resolution, source);
  const options = ["--pretty", "false", "--skipLibCheck", "--extendedDiagnostics"];
  const { stdout, stderr } = await run(process.execPath, [tsc, "-p", project, ...options]);
  const errors: { line: number; message: string }[] = [];
  for (const text of `${stdout}${stderr}`.split("\n")) {
    const [, line, message] = /consumer\.ts\((\d+),\d+\): error (.*)/.exec(text) ?? [];
    if (line !== undefined) errors.push({ line: Number(line), message: message! });
    else if (/^\S*error TS/.test(text)) throw new Error(`${tsc}: ${text}`);
    else if (text.startsWith("  ") && errors.length > 0) errors.at(-1)!.message += `\n${text}`;
  }
  const [, count] = /Instantiations:\s*(\d+)/.exec(stdout) ?? [];
  if (count === undefined) throw new Error(`${tsc} broke down\n${stdout}${stderr}`);
  return { errors, instantiations: Number(count) };
}
