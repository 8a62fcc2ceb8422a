import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { count } from "../display/html.ts";
import { textOf } from "../display/text.ts";
import type { ErrorContent } from "../protocol/contents.ts";
import type { RanFile } from "../protocol/debug.ts";

/** Code that ran here. */
export type SourceFile = Omit<RanFile, "name">;

interface Frame {
  file: SourceFile;
  caller: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Node's types leave out that V8 words a frame. */
interface CallSite extends NodeJS.CallSite {
  toString(): string;
}

/** Files of this kernel, whose frames are nobody's concern: as V8 names ES modules, and others. */
const kernelFolder = new URL("..", import.meta.url);
const kernelFolders = [kernelFolder.href, fileURLToPath(kernelFolder)];

/** Causes of causes that are followed. */
const deepest = 8;

/** Frames that V8 remembers: Node's loader alone fills its usual ten, and the cell that called it would be lost. */
const deepestStack = 40;

/** Errors that are told in all: each may have many behind it, and be one of them itself. */
const mostErrors = 50;

/** Parts of one AggregateError. */
const mostParts = 20;

/** Turns what was thrown into what a reader needs: what, where in their own code, and why. */
export class ErrorReporter {
  readonly #files = new Map<string, SourceFile>();
  readonly #maps = new Map<SourceFile, SourceMap[]>();
  /** By error, since V8 tells the frames once, when the stack is first read. */
  readonly #frames = new WeakMap<object, Frame[]>();

  add(filename: string, file: SourceFile): void {
    this.#files.set(filename, file);
  }

  /** All that was added. */
  files(): RanFile[] {
    return [...this.#files].map(([name, file]) => ({ name, ...file }));
  }

  /**
   * Takes over how V8 words a stack, so that an error which a cell prints or returns names the cell's own lines, as one
   * that it throws does.
   * @returns gives it back
   */
  attach(): () => void {
    const previous = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, sites) => this.#stack(error, sites);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = deepestStack;
    return () => {
      Error.stackTraceLimit = stackTraceLimit;
      if (previous === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
      else Error.prepareStackTrace = previous;
    };
  }

  report(thrown: unknown): ErrorContent {
    try {
      if (isError(thrown)) {
        return {
          ename: nameOf(thrown),
          evalue: String(thrown.message),
          traceback: this.#lines(thrown, "", 0, new Set()),
        };
      }
    } catch {
      // Its own name, message or stack throws; what can be said of it is said below.
    }
    const evalue = textOf(thrown);
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }

  /** @param told the errors before it */
  #lines(error: Error, label: string, depth: number, told: Set<Error>): string[] {
    const lines = [`${label}${nameOf(error)}: ${error.message}`];
    if (told.has(error) || told.size === mostErrors) return lines;
    told.add(error);
    const frames = this.#framesOf(error);
    const [top] = frames;
    if (top?.file.source !== undefined) lines.push(...excerpt(top, top.file.source));
    lines.push(...folded(frames.map(describe)));
    if (depth === deepest) return lines;
    const related = (thrown: unknown, because: string) =>
      isError(thrown) ? this.#lines(thrown, because, depth + 1, told) : [`${because}${textOf(thrown)}`];
    const cause = partOf(error, "cause");
    if (cause !== undefined) lines.push(...related(cause, "Caused by "));
    const suppressed = partOf(error, "suppressed");
    if (suppressed !== undefined) {
      lines.push(...related(partOf(error, "error"), "While closing: "), ...related(suppressed, "After "));
    }
    const parts = partOf(error, "errors");
    if (Array.isArray(parts)) {
      lines.push(...parts.slice(0, mostParts).flatMap((part) => related(part, "One of ")));
      if (parts.length > mostParts) lines.push(`… ${count(parts.length - mostParts)} more`);
    }
    return lines;
  }

  /** The frames in the user's own code: what Node, packages and the kernel did in between is theirs. */
  #framesOf(error: Error): Frame[] {
    partOf(error, "stack"); // reading it makes V8 call `#stack`, unless somebody read it before
    return this.#frames.get(error) ?? [];
  }

  /** The stack as text: frames of cells in their own lines, those of packages as V8 has them, the kernel's left out. */
  #stack(error: Error, sites: CallSite[]): string {
    const own: Frame[] = [];
    const lines: string[] = [];
    for (const site of sites) {
      const filename = site.getFileName() ?? "";
      const file = this.#files.get(filename);
      const frame = file === undefined ? undefined : this.#frame(file, site);
      if (frame !== undefined) {
        own.push(frame);
        lines.push(describe(frame));
      } else if (file === undefined && !kernelFolders.some((folder) => filename.startsWith(folder))) {
        lines.push(`    at ${site.toString()}`);
      }
    }
    // Below the first cell there is only what called it: Node's event loop.
    while (own.length > 0 && lines.at(-1)?.includes("node:internal/")) lines.pop();
    this.#frames.set(error, own);
    return [headline(error), ...lines].join("\n");
  }

  /** Undefined for generated code, such as import helpers. */
  #frame(file: SourceFile, site: CallSite): Frame | undefined {
    let maps = this.#maps.get(file);
    maps ??= file.sourceMaps.map(
      (text) => new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]),
    );
    this.#maps.set(file, maps);
    let position = { line: (site.getLineNumber() ?? 1) - 1, column: (site.getColumnNumber() ?? 1) - 1 };
    for (const map of maps) {
      const entry = map.findEntry(position.line, position.column);
      if (!("originalLine" in entry)) return undefined;
      position = { line: entry.originalLine, column: entry.originalColumn };
    }
    // "async Object.train (cell:3:1:2)": `Object` stands for the scope of all cells, which is an object to V8 only.
    const caller = /^(?:async )?(?:Object\.)?(.*) \(.*\)$/.exec(site.toString())?.[1] ?? "";
    return { file, caller, line: position.line + 1 - file.lineOffset, column: position.column + 1 };
  }
}

const describe = ({ caller, file, line, column }: Frame): string =>
  `    at ${caller === "" ? "" : `${caller}, `}${file.title}, ${line}:${column}`;

/** Recursion without an end repeats one line as often as V8 remembers frames: it is shown once, with how often. */
function folded(lines: readonly string[]): string[] {
  const starts = lines.flatMap((line, i) => (line === lines[i - 1] ? [] : [i]));
  return starts.flatMap((start, i) => {
    const [line = "", ...more] = lines.slice(start, starts[i + 1]);
    return more.length < 2 ? [line, ...more] : [line, `    … the same ${more.length} times more`];
  });
}

/** What V8 puts first; an error whose own parts throw still has a stack. */
function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function excerpt({ line, column }: Frame, source: string): string[] {
  const text = source.split(/\r?\n/)[line - 1];
  if (text === undefined) return [];
  const margin = `${line} | `;
  const padding = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [`  ${margin}${text}`, `  ${" ".repeat(margin.length - 2)}| ${padding}^`];
}

const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";

/** What an error has beside its name and message; one that throws when it is asked for is not there. */
function partOf(error: Error, part: "cause" | "error" | "errors" | "stack" | "suppressed"): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[part];
  } catch {
    return undefined;
  }
}

/** A class which extends Error without setting `name` is still known by its own name. */
function nameOf(error: Error): string {
  const { name } = error;
  const constructed = error.constructor?.name;
  return name === "Error" && constructed !== undefined && constructed !== "" ? constructed : String(name);
}
