import { type FileHandle, mkdir, open, rename, stat, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A cell that was run: one line of JSON in the file. */
export interface HistoryEntry {
  /** A kernel's life, by a name that no other has. */
  session: string;
  /** The cell's number in it. */
  line: number;
  input: string;
}

/** Opens a file that was compacted: `sessions` have the numbers from `first` on, also those without a line of theirs. */
interface CompactedHeader {
  first: number;
  sessions: string[];
}

/** Bytes at which the next kernel to start drops the older half. */
const longestFile = 4_000_000;

/** Milliseconds in which a kernel that had opened the file before it was compacted has written its line. */
const settling = 200;

/** Milliseconds after which the lock of a compaction is one that died. */
const staleLock = 60_000;

/**
 * The history of all kernels of a user, which append to one file at the same time. A session's number is its place in
 * the order of first lines, which everybody reads alike, so no two kernels can take the same.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #log: (text: string) => void;
  #work: Promise<void> = Promise.resolve();
  #prepared = false;
  #failed = false;
  #entries: HistoryEntry[] = [];
  #numbers = new Map<string, number>();
  /** Of sessions whose lines another kernel has dropped while this one ran. */
  readonly #former = new Map<string, number>();
  #next = 1;
  /** How far the file was read, and which file that was: compaction puts another in its place. */
  #offset = 0;
  #inode = 0;

  constructor(path: string, log: (text: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Writes behind what is already waiting to be written. A file that cannot be written is named once, then let be. */
  append(entry: HistoryEntry): Promise<void> {
    return this.#queue(async () => {
      const opening = this.#prepared ? "" : await this.#prepare();
      this.#prepared = true;
      const file = await open(this.#path, "a", 0o600);
      try {
        await file.appendFile(`${opening}${JSON.stringify(entry)}\n`);
      } finally {
        await file.close();
      }
    });
  }

  /** When all that was appended is written, or is known not to be. */
  written(): Promise<void> {
    return this.#work;
  }

  /** What was written so far, by all kernels. */
  async read(): Promise<{ entries: readonly HistoryEntry[]; numberOf: (session: string) => number }> {
    await this.#queue(() => this.#readOn());
    const numberOf = (session: string) => this.#numbers.get(session) ?? this.#former.get(session) ?? this.#next;
    return { entries: this.#entries, numberOf };
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#failed) return;
      try {
        await work();
      } catch (error) {
        this.#failed = true;
        const problem = error instanceof Error ? error.message : String(error);
        this.#log(`history: ${problem}; this kernel remembers its own cells only`);
      }
    });
    return this.#work;
  }

  /** @returns what has to stand before the first line: an end for one that was torn */
  async #prepare(): Promise<string> {
    const folder = dirname(this.#path);
    await mkdir(dirname(folder), { recursive: true }); // not ours, so not closed to others
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const known = await stat(this.#path).catch(() => undefined);
    // Opening a pipe would wait for its reader.
    if (known !== undefined && !known.isFile()) throw new Error(`${this.#path} is not an ordinary file`);
    if (known !== undefined && known.size > longestFile) await this.#compact();
    const file = await open(this.#path, "a+", 0o600);
    try {
      await file.chmod(0o600);
      const { size } = await file.stat();
      const last = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      return last.bytesRead === 1 && last.buffer[0] !== newline ? "\n" : "";
    } finally {
      await file.close();
    }
  }

  async #readOn(): Promise<void> {
    const known = await stat(this.#path).catch(() => undefined);
    if (known === undefined || !known.isFile()) return;
    const file = await open(this.#path, "r");
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode || size < this.#offset) {
        this.#inode = ino;
        this.#offset = 0;
        this.#next = 1;
        this.#entries = [];
        for (const [session, number] of this.#numbers) this.#former.set(session, number);
        this.#numbers = new Map();
      }
      const bytes = await readRange(file, this.#offset, size);
      const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1); // the rest is still being written
      this.#offset += whole.length;
      for (const line of whole.toString("utf8").split("\n")) this.#take(line);
    } finally {
      await file.close();
    }
  }

  #take(text: string): void {
    const line = parseLine(text);
    if (line === undefined) return;
    if ("first" in line) {
      this.#next = line.first;
      for (const session of line.sessions) this.#number(session);
    } else {
      this.#number(line.session);
      this.#entries.push(line);
    }
  }

  #number(session: string): void {
    if (!this.#numbers.has(session)) this.#numbers.set(session, this.#next++);
  }

  /** Replaces the file by its newer half. Others may write meanwhile: what they put into the old one is carried over. */
  async #compact(): Promise<void> {
    const lock = `${this.#path}.lock`;
    if (!(await takeLock(lock))) return;
    const old = await open(this.#path, "r");
    try {
      await this.#readOn();
      const kept: string[] = [];
      let size = 0;
      let oldest = this.#next;
      for (const entry of this.#entries.toReversed()) {
        const line = JSON.stringify(entry);
        size += Buffer.byteLength(line) + 1;
        if (size > longestFile / 2) break;
        kept.push(line);
        oldest = Math.min(oldest, this.#numbers.get(entry.session) ?? oldest);
      }
      const sessions = [...this.#numbers].filter(([, number]) => number >= oldest).map(([session]) => session);
      const header: CompactedHeader = { first: oldest, sessions };
      const text = [JSON.stringify(header), ...kept.toReversed(), ""].join("\n");
      const { size: before } = await old.stat();
      const unread = await readRange(old, this.#offset, before);
      await writeFile(`${this.#path}.new`, Buffer.concat([Buffer.from(text), unread]), { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
      await delay(settling);
      const late = await readRange(old, before, (await old.stat()).size);
      if (late.length > 0) await writeFile(this.#path, late, { flag: "a" });
    } finally {
      await old.close();
      await unlink(lock);
    }
  }
}

const newline = 10;

async function readRange(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) break; // it became shorter
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function takeLock(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > staleLock) await unlink(path); // the next kernel compacts
    return false;
  }
}

/** Undefined for anything but a whole entry: a line that was torn, or one of a later version. */
function parseLine(text: string): HistoryEntry | CompactedHeader | undefined {
  if (text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { session, line, input, first, sessions } = value as Partial<HistoryEntry & CompactedHeader>;
  if (typeof session === "string" && Number.isInteger(line) && typeof input === "string") {
    return { session, line: Number(line), input };
  }
  if (!Number.isInteger(first) || !Array.isArray(sessions)) return undefined;
  return { first: Number(first), sessions: sessions.map(String) };
}
