import { spawn } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import type { LanguageSnapshot } from "../protocol/threads.ts";

/** Milliseconds after the compiler is there: who opens a notebook runs its first cells, and these come first. */
const delay = 3000;

/** The compiler's start-up snapshot on disk. */
export class SnapshotFile {
  readonly #snapshot: LanguageSnapshot;
  readonly #log: (text: string) => void;
  #isMade = false;
  #isBad = false;

  constructor(snapshot: LanguageSnapshot, log: (text: string) => void) {
    this.#snapshot = snapshot;
    this.#log = log;
  }

  /** There is one, and nobody but this user could have written it: it is code. */
  isUsable(): boolean {
    if (this.#isBad) return false;
    const stats = statSync(this.#snapshot.file, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    const writableByOthers = 0o022;
    return process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & writableByOthers) === 0);
  }

  /** Has it made for later kernels, once, by a process that may outlive this kernel. */
  make(): void {
    if (this.#isMade || this.#isBad) return;
    this.#isMade = true;
    const [program = "", ...args] = this.#snapshot.make;
    const start = () => {
      const child = spawn(program, args, { stdio: "ignore", detached: true, windowsHide: true });
      child.on("error", ({ message }) => this.#log(`snapshot: ${message}`));
      child.unref();
    };
    setTimeout(start, delay).unref();
  }

  /** It is of no use here. */
  discard(reason: string): void {
    this.#isBad = true;
    this.#log(`snapshot: ${reason}; ${this.#snapshot.file} is removed`);
    try {
      rmSync(this.#snapshot.file, { force: true });
    } catch {
      // then the next kernel finds it again, and goes on without
    }
  }
}
