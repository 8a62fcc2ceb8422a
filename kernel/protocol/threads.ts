/**
 * What the parts of a kernel say to each other, and all they know of each other: `io` owns the sockets, on a thread,
 * `session` runs cells on the main thread, `language` checks them in a process of its own. Everything here survives a structured clone.
 */
import type { MessagePort } from "node:worker_threads";
import type { Connection } from "./connection.ts";
import type {
  DisplayData,
  ErrorContent,
  ExecutePayload,
  IsCompleteReply,
  KernelInfoReply,
  MimeBundle,
} from "./contents.ts";
import type { Outline } from "./debug.ts";

/** A cell that was checked and turned into JavaScript. */
export interface ConvertedCell {
  /** The body of a function of `cellParameters`; what the cell defines is set on `exports`. */
  javascript: string;
  /** The body awaits, so the function is async. */
  isAsync: boolean;
  /** The property of `exports` that holds the last expression's value. */
  resultName?: string;
  /** The property of `exports` that is to hold the last expression's value if it is shown. */
  keepResultAs?: string;
  /** Source maps (JSON) from `javascript` back to the cell, to be applied in this order, then `lineOffset`. */
  sourceMaps: string[];
  /** Lines which the last map's original has before the cell's first. */
  lineOffset: number;
  /** Files beside the notebook that the cell imports, as CommonJS, absent when nothing changed since the last cell. */
  modules: ConvertedModule[];
  /** What the cell imports where the language says import, as written: it may have to be awaited before. */
  imports?: string[];
}

export interface ConvertedModule {
  /** Absolute, ending in `.js` whatever the source ends in. */
  path: string;
  javascript: string;
  /** As for a cell; here no `lineOffset` follows. */
  sourceMaps: string[];
  /** The file that it was made of; `path` if absent. */
  source?: string;
  /** As for a cell. */
  isAsync?: boolean;
  imports?: string[];
}

/**
 * What the code around it gives a cell, and a file beside the notebook. `__importModule` stands for `import()`, whose
 * home would otherwise be the kernel's own folder, and `__importMeta` for `import.meta`.
 */
export const cellParameters = [
  "exports",
  "require",
  "__importModule",
  "__importMeta",
  "__filename",
  "__dirname",
  "module",
] as const;

/** `warnings`: lines of text about a cell that runs in spite of them. */
export type Conversion = { ok: true; cell: ConvertedCell; warnings?: string[] } | { ok: false; error: ErrorContent };

/** Positions are UTF-16 offsets. */
export interface Completions {
  matches: string[];
  start: number;
  end: number;
}

/**
 * A language, without sockets and without a runtime. Cells see the declarations of the cells that are over: `convert`
 * proposes, `commit` makes what the cell declared visible to later ones, in whatever order cells come to their ends.
 */
export interface Language {
  /** @param cell its number, if it may declare something for later ones: `commit` or `discard` follows */
  convert(code: string, cell?: CellId): Conversion;
  /**
   * @param defined the values that exist after the cell was run: all of them (`"all"`), or, when it threw, the ones it
   * came to
   * @param shown whether its last expression's value was shown, so that `keepResultAs` names it now; `false` by default
   */
  commit(cell: CellId, defined: "all" | string[], shown?: boolean): void;
  /** The cell does not run after all. */
  discard(cell: CellId): void;
  complete(code: string, offset: number): Completions;
  /** What is at `offset`: its type and documentation, or nothing. */
  inspect(code: string, offset: number): MimeBundle | undefined;
  isComplete(code: string): IsCompleteReply;
}

/** What a debugger asks of a language. */
export interface DebuggerLanguage {
  /** What a debugger needs to know of a source, a cell's or a script's: it is parsed, and not checked. */
  outline(code: string): Outline;
  /**
   * What the user asks of a debugger, as JavaScript in which the names of cells are read where their values are.
   *
   * @param cells the names of cells
   * @param visible the names that mean something else where it runs; not known yet if left out
   */
  expression(code: string, cells: string[], visible?: string[]): string;
}

/** All that a language's process answers. */
export type ServedLanguage = Language & DebuggerLanguage;

/** A language that another one, in a process of its own, can take the place of. */
export interface ResumableLanguage extends Language {
  /** All that it knows of cells that are over; the same object as long as that is the same. Survives a structured clone. */
  state(): unknown;
  /** Takes over what another one knew. */
  restore(state: unknown): void;
}

/** A language in another process. */
export type RemoteLanguage = {
  [M in keyof ServedLanguage]: (...args: Parameters<ServedLanguage[M]>) => Promise<ReturnType<ServedLanguage[M]>>;
} & {
  /** Gives up what is being worked on, and goes on with a new process, which knows the cells so far. */
  renew(): void;
};

export type LanguageRequest = {
  [M in keyof ServedLanguage]: { id: number; method: M; args: Parameters<ServedLanguage[M]> };
}[keyof ServedLanguage];

/** `state`, after a commit that changed it: for the process that may have to take this one's place. */
export type LanguageResponse = { id: number } & ({ value: unknown; state?: unknown } | { failure: string });

/** How the language's process is started: a program and its arguments, as all commands here. */
export interface LanguageCommand {
  plain: readonly string[];
  /** Not where none is to be used. */
  snapshot?: LanguageSnapshot;
}

/** A start-up snapshot of the language's process. */
export interface LanguageSnapshot {
  /** Where it lies, if it was made. */
  file: string;
  /** Starts the process from it. */
  command: readonly string[];
  /** Makes it. */
  make: readonly string[];
}

/**
 * A cell's number in this kernel's life: outputs name it, so that late ones find their parent. Numbers below 0 stand
 * for the handling of a comm message, which has outputs too.
 */
export type CellId = number;

/** How stack traces and V8's debugger name a cell's code. */
export const cellFile = (id: CellId): string => `cell:${id}`;

/** A message of a comm, from either end to the other. */
export interface CommEvent {
  type: "comm_open" | "comm_msg" | "comm_close";
  comm: string;
  target: string;
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

export type ToSession =
  | {
      type: "run";
      id: CellId;
      title: string;
      source: string;
      cell: ConvertedCell;
      mode: "result" | "quiet";
      /** Whether the front end can ask the user for input. */
      allowStdin: boolean;
      /** Which cell of the notebook it is, where the front end says so: what that had shown before is gone. */
      place?: string;
    }
  | { type: "comm"; id: CellId; event: CommEvent }
  | { type: "interrupt"; id: CellId }
  /** Nothing: its event loop turns. */
  | { type: "wake" }
  | { type: "shutdown" };

/** `defined`: the values the cell set, for `Language.commit`. */
export type Outcome =
  | { status: "ok"; result?: DisplayData }
  | { status: "error"; error: ErrorContent; defined: string[] };

export type FromSession =
  | { type: "stream"; id: CellId; name: "stdout" | "stderr"; text: string }
  | { type: "display"; id: CellId; content: DisplayData; update: boolean }
  | { type: "clear"; id: CellId; wait: boolean }
  | { type: "input"; id: CellId; request: number; prompt: string; password: boolean }
  | { type: "comm"; id: CellId; event: CommEvent }
  | { type: "handled"; id: CellId }
  | { type: "payload"; id: CellId; payload: ExecutePayload }
  | { type: "done"; id: CellId; outcome: Outcome }
  | { type: "sigint" }
  | { type: "exit"; code: number };

/** What the user answered to the `input` of that number. It has a port of its own, since the session waits for it. */
export type InputReply = { request: number } & ({ value: string } | { failure: string });

/** Indices into the Int32Array that the threads share. */
export const flag = {
  /** 1 from the moment an interrupt was asked for until the next cell starts. */
  interrupt: 0,
  /** 1 once everything was published, so the process may end. */
  flushed: 1,
  /** 1 once the running cell has looked whether an interrupt was asked for: it stops by itself, at its next look. */
  polled: 2,
  /** How often code was broken off by force. */
  terminations: 3,
} as const;

const flagCount = 4;

export const newFlags = (): Int32Array =>
  new Int32Array(new SharedArrayBuffer(flagCount * Int32Array.BYTES_PER_ELEMENT));

/** The session keeps its function that breaks off running code under `Symbol.for(unwindName)`, where the debugger finds it. */
export const unwindName = "stridelab.unwind";

/** As `unwindName`, of its function that collects garbage. */
export const collectName = "stridelab.collect";

/** As `unwindName`, of its function that says how many elements the longest list has that a variable of a cell names. */
export const longestListName = "stridelab.longestList";

/**
 * How far breaking off goes: code of cells; Node's own too, whose state may suffer; or whatever runs next where nothing is
 * found, as between two of a flood of microtasks.
 */
export type Reach = "cells" | "node" | "next";

/**
 * What the session's thread was found at when its code was to be broken off: nothing; code, which now unwinds; or the
 * lines of Node in which it should not be, so that one asks again.
 */
export type Unwound = "idle" | "unwinding" | "bookkeeping";

/** What the main thread tells the io thread beside the session's messages: what it needs, and that there is a session. */
export type ToIoThread = IoOptions | "session ready";

/** What the io thread is told when it has started. */
export interface IoOptions {
  connection: Connection;
  info: KernelInfoReply;
  language: LanguageCommand;
  /** Where cells are remembered for later kernels; nowhere if undefined. */
  historyFile: string | undefined;
  /** Bytes that V8 gives the session's thread for JavaScript's values. */
  heapLimit: number;
  /** Bytes that the process may take; Infinity for what the machine has. */
  memoryLimit: number;
  /** Characters that a cell may print. */
  outputLimit: number;
  /** A cell before the first, which nobody sees: it says what the language is set to. Empty for nothing. */
  preset: string;
  flags: Int32Array;
  /** Its end of the channel to the session. */
  session: MessagePort;
  /** Its end of the channel of answers to a cell that waits for input. */
  input: MessagePort;
  /** Where the session writes what it says; see output-ring. */
  outputs: SharedArrayBuffer;
}
