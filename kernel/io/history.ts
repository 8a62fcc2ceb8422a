import { randomUUID } from "node:crypto";
import { shown } from "../protocol/shown.ts";
import { matchesGlob } from "./glob.ts";
import type { HistoryEntry, HistoryFile } from "./history-file.ts";

/** Characters of the longest cell that is remembered; a longer one is data rather than something to run again. */
const longestInput = 100_000;

/** Characters of the longest result that is remembered. */
const longestOutput = 10_000;

/** Cells of this kernel that are remembered. */
const rememberedCells = 10_000;

/** `[session, line, input]`, or with outputs `[session, line, [input, output]]`, oldest first. */
export type HistoryRow = [number, number, string | [string, string | null]];

interface Numbered {
  session: number;
  line: number;
  input: string;
  output?: string;
}

/**
 * The cells that were run: those of this kernel with their results, which are kept in memory only, and those of other
 * kernels from the file. Nothing but code goes into the file: no output, and no answer to a prompt.
 */
export class History {
  readonly #file: HistoryFile | undefined;
  readonly #session = randomUUID();
  readonly #own: { line: number; input: string; output?: string }[] = [];

  /** @param file without one, other kernels are unknown and this one leaves nothing behind */
  constructor(file: HistoryFile | undefined) {
    this.#file = file;
  }

  record(line: number, input: string): void {
    if (input.trim() === "" || input.length > longestInput) return;
    this.#own.push({ line, input });
    if (this.#own.length > rememberedCells) this.#own.shift();
    void this.#file?.append({ session: this.#session, line, input });
  }

  /** The text of what a recorded cell gave. */
  recordResult(line: number, output: unknown): void {
    const cell = this.#own.at(-1);
    if (cell?.line !== line || typeof output !== "string") return;
    cell.output = output.length > longestOutput ? `${output.slice(0, longestOutput)}…` : output;
  }

  /** When all that was recorded is in the file. */
  async written(): Promise<void> {
    await this.#file?.written();
  }

  /** @throws TypeError if a field of the request is of a wrong type */
  async answer(content: Record<string, unknown>): Promise<{ status: "ok"; history: HistoryRow[] }> {
    const select = selectionOf(content);
    const { cells, current } = await this.#all();
    const rows = select(cells, current).map(({ session, line, input, output }): HistoryRow => {
      return [session, line, content.output === true ? [input, output ?? null] : input];
    });
    return { status: "ok", history: rows };
  }

  /** In the order of sessions, and of the cells in each. */
  async #all(): Promise<{ cells: Numbered[]; current: number }> {
    const nobody = { entries: [] as readonly HistoryEntry[], numberOf: () => 1 };
    const { entries, numberOf } = (await this.#file?.read()) ?? nobody;
    const current = numberOf(this.#session);
    const others = entries.filter(({ session }) => session !== this.#session);
    const cells: Numbered[] = others.map(({ session, line, input }) => ({ session: numberOf(session), line, input }));
    cells.push(...this.#own.map((cell) => ({ session: current, ...cell })));
    return { cells: cells.sort((a, b) => a.session - b.session || a.line - b.line), current };
  }
}

type Selection = (cells: Numbered[], current: number) => Numbered[];

/** What `hist_access_type` and its fields ask for, with IPython's defaults. Cells have one form, so `raw` is no matter. */
function selectionOf(content: Record<string, unknown>): Selection {
  const type = content.hist_access_type;
  if (type === "tail") {
    const count = integer(content, "n") ?? 10;
    return (cells) => newest(cells, count);
  }
  if (type === "range") return rangeOf(content);
  if (type === "search") return searchOf(content);
  throw new TypeError(`history: "hist_access_type" should be tail, range or search, but is ${shown(type)}`);
}

/** Session 0 is this one, -1 the one before it. Lines from `start`, up to but not `stop`; below 0 from the end. */
function rangeOf(content: Record<string, unknown>): Selection {
  const session = integer(content, "session") ?? 0;
  const start = integer(content, "start") ?? 0;
  const stop = integer(content, "stop") ?? 0;
  return (cells, current) => {
    const wanted = session > 0 ? session : current + session;
    const lines = cells.filter((cell) => cell.session === wanted);
    const end = (lines.at(-1)?.line ?? 0) + 1;
    const from = start < 0 ? start + end : start;
    const to = stop > 0 ? stop : stop + end;
    return lines.filter(({ line }) => line >= from && line < to);
  };
}

/** Whole cells that match a pattern; of the same cell run again, with `unique`, the last time. */
function searchOf(content: Record<string, unknown>): Selection {
  const pattern = content.pattern ?? "*";
  if (typeof pattern !== "string") {
    throw new TypeError(`history: "pattern" should be a string, but is ${shown(pattern)}`);
  }
  const count = integer(content, "n");
  return (cells) => {
    let found = cells.filter(({ input }) => matchesGlob(input, pattern));
    if (content.unique === true) {
      const last = new Map(found.map((cell) => [cell.input, cell]));
      found = found.filter((cell) => last.get(cell.input) === cell);
    }
    return count === undefined ? found : newest(found, count);
  };
}

const newest = (cells: Numbered[], count: number): Numbered[] => (count > 0 ? cells.slice(-count) : []);

function integer(content: Record<string, unknown>, name: string): number | undefined {
  const value = content[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isSafeInteger(value)) return Number(value);
  throw new TypeError(`history: "${name}" should be an integer, but is ${shown(value)}`);
}
