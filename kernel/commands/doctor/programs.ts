import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Ended {
  /** 0 is success; a program that could not be started, or took too long, has another. */
  code: number;
  stdout: string;
  /** Or why it could not be started. */
  stderr: string;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Long for what is asked of a program here, and not for ever: milliseconds. */
const patience = 120_000;

/** Runs a program to its end; never rejects. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    try {
      execFile(program, args, { ...options, timeout: patience, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr.trim() === "" && error !== null ? error.message : stderr });
      });
    } catch (error) {
      resolve({ code: 1, stdout: "", stderr: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** The first program of that name on the PATH. */
export function onPath(name: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const endings = platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}
