import { spawn } from "node:child_process";
import { rmSync, statSync, utimesSync } from "node:fs";
import type { LanguageSnapshot } from "../protocol/threads.ts";

/** Milliseconds after the compiler is there: who opens a notebook runs its first cells, and these come first. */
const delay = 3000;

/** By these whoever ends a kernel ends its compiler: no fault of the snapshot's. */
const sentByOthers: ReadonlySet<string> = new Set(["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGKILL"]);

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

  /** @returns whether there is one to use; nobody but this user may have written it, as it is code */
  use(): boolean {
    if (this.#isBad) return false;
    const { file } = this.#snapshot;
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    const writableByOthers = 0o022;
    if (process.getuid !== undefined && (stats.uid !== process.getuid() || (stats.mode & writableByOthers) !== 0)) {
      return false;
    }
    try {
      const now = new Date();
      utimesSync(file, now, now); // those are kept that were used last
    } catch {
      // on a disk that cannot be written to nothing is removed either
    }
    return true;
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

  /**
   * A process that was started from it ended before it was there.
   *
   * @param signal by which it ended, if by one
   */
  failed(reason: string, signal: NodeJS.Signals | null): void {
    this.#isBad = true;
    if (signal !== null && sentByOthers.has(signal)) return;
    this.#log(`snapshot: ${reason}; ${this.#snapshot.file} is removed`);
    try {
      rmSync(this.#snapshot.file, { force: true });
    } catch {
      // then the next kernel finds it again, and goes on without
    }
  }
}
