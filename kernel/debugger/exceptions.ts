import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Outline, Place } from "../protocol/debug.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import type { Inspector, Paused } from "./inspector.ts";
import type { Sources } from "./sources.ts";

export const exceptionFilters: DebugProtocol.ExceptionBreakpointsFilter[] = [
  { filter: "all", label: "All Exceptions", description: "Stops wherever something is thrown." },
  {
    filter: "uncaught",
    label: "Uncaught Exceptions",
    description: "Stops where something is thrown that no code of yours catches.",
  },
];

export interface ExceptionsOptions {
  inspector: Inspector;
  sources: Sources;
  language: Pick<RemoteLanguage, "outline">;
}

/** A frame of either kind of V8's stacks. */
interface Site {
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber?: number | undefined;
}

/**
 * Which exceptions are worth a stop. V8 takes every one of a cell's for caught, since the kernel catches it, so it is asked
 * for all of them, and what the code itself catches is found in its text.
 */
export class Exceptions {
  readonly #options: ExceptionsOptions;
  readonly #outlines = new Map<string, Promise<Outline>>();
  #filters: ReadonlySet<string> = new Set();

  constructor(options: ExceptionsOptions) {
    this.#options = options;
  }

  get isWanted(): boolean {
    return this.#filters.size > 0;
  }

  async set(filters: readonly string[]): Promise<void> {
    this.#filters = new Set(filters.filter((each) => exceptionFilters.some(({ filter }) => filter === each)));
    await this.#options.inspector.post("Debugger.setPauseOnExceptions", { state: this.isWanted ? "all" : "none" });
  }

  /** Whether V8 is to stay where it stopped for an exception. */
  async stops({ callFrames, asyncStackTrace }: Paused): Promise<boolean> {
    const { sources } = this.#options;
    const running = callFrames.map(({ url, location }) => ({ url, ...location }));
    const waiting: Site[] = [];
    for (let trace = asyncStackTrace; trace !== undefined; trace = trace.parent) {
      if (trace.description === "await") waiting.push(...trace.callFrames.slice(0, 1));
    }
    const isOwn = ({ url }: Site) => sources.program(url) !== undefined;
    const innermostOwn = running.findIndex(isOwn);
    if (innermostOwn < 0 && !waiting.some(isOwn)) return false;
    // What packages, Node and the kernel throw and catch themselves is theirs; what they do further down is not asked.
    if (await this.#isCaughtIn(innermostOwn < 0 ? running : running.slice(0, innermostOwn))) return false;
    if (this.#filters.has("all")) return innermostOwn >= 0;
    return !(await this.#isCaughtIn([...running, ...waiting].filter(isOwn)));
  }

  async #isCaughtIn(sites: readonly Site[]): Promise<boolean> {
    for (const site of sites) if (await this.#isGuarded(site)) return true;
    return false;
  }

  async #isGuarded(site: Site): Promise<boolean> {
    const { sources, inspector, language } = this.#options;
    const program = sources.program(site.url);
    const place =
      program === undefined ? { line: site.lineNumber + 1, column: site.columnNumber ?? 0 } : program.original(site);
    if (place === undefined) return false;
    const read = async () => {
      const own = program && (await sources.text(program.path));
      if (own !== undefined) return own;
      const { scriptSource } = await inspector.post("Debugger.getScriptSource", { scriptId: site.scriptId });
      return scriptSource;
    };
    let outline = this.#outlines.get(site.scriptId);
    outline ??= read().then((text) => language.outline(text));
    this.#outlines.set(site.scriptId, outline);
    return isGuarded(place, await outline);
  }
}

/** Whether a `try` catches what is thrown at a place, in the function that the place is in. */
function isGuarded(place: Place, { blocks }: Outline): boolean {
  const around = blocks.filter(({ from, to }) => isBefore(from, place) && isBefore(place, to));
  return around.at(-1)?.kind === "guarded";
}

const isBefore = (a: Place, b: Place): boolean => a.line < b.line || (a.line === b.line && a.column <= b.column);
