import { randomUUID } from "node:crypto";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Outline } from "../protocol/debug.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import { BadDebugRequest, type RequestArguments } from "./arguments.ts";
import type { Inspector, Resolved } from "./inspector.ts";
import type { Program } from "./program.ts";
import type { Sources } from "./sources.ts";
import { conditionOf, type Terms, termsOf } from "./terms.ts";

interface Point {
  id: number;
  /** Where it stops, which may be below the line that was asked for. */
  line: number;
  terms: Terms;
  /** Why nothing will ever stop there: the source has no code, or the terms mean nothing. */
  problem: string | undefined;
}

export interface BreakpointsOptions {
  inspector: Inspector;
  sources: Sources;
  language: Pick<RemoteLanguage, "outline" | "expression">;
  /** Of the values of cells, which conditions may use. */
  names: () => Promise<string[]>;
  /** A breakpoint turned out to stop elsewhere. */
  moved: (point: DebugProtocol.Breakpoint) => void;
}

/**
 * Breakpoints by line of a source, kept until they are replaced, for every program of that source: those that ran, since
 * their functions may be called again, and those to come, each before it runs.
 */
export class Breakpoints {
  readonly #options: BreakpointsOptions;
  readonly #points = new Map<string, Point[]>();
  /** V8's own, by its name for each. */
  readonly #bound = new Map<string, { path: string; program: Program; point: Point }>();
  #lastId = 0;
  /** Counts of another debugging before this are no matter. */
  readonly #key = randomUUID();
  /** One after the other: of two requests for one source, the later one holds. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: BreakpointsOptions) {
    this.#options = options;
    options.inspector.onResolved((event) => this.#resolved(event));
  }

  /** Replaces all of a source. */
  set(path: string, wanted: readonly RequestArguments[]): Promise<DebugProtocol.Breakpoint[]> {
    return this.#inTurn(async () => {
      await this.#unbind(path);
      const outline = await this.#outlineOf(path);
      const points: Point[] = [];
      for (const each of wanted) points.push(await this.#point(each, outline));
      this.#points.set(path, points);
      for (const program of this.#options.sources.at(path)) await this.#bind(program);
      return points.map((point) => describe(point, path));
    });
  }

  /** Puts the breakpoints of its source into a program that is about to run. */
  bind(program: Program): Promise<void> {
    return this.#inTurn(() => this.#bind(program));
  }

  list(): { source: string; breakpoints: DebugProtocol.SourceBreakpoint[] }[] {
    return [...this.#points]
      .filter(([, points]) => points.length > 0)
      .map(([source, points]) => ({ source, breakpoints: points.map(({ line, terms }) => ({ line, ...terms })) }));
  }

  /** Those behind V8's names. */
  hit(names: readonly string[]): number[] {
    return names.flatMap((name) => this.#bound.get(name)?.point.id ?? []);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined); // whoever asked is told
    return done;
  }

  async #outlineOf(path: string): Promise<Outline | undefined> {
    const { sources, language } = this.#options;
    const text = await sources.text(path);
    return text === undefined ? undefined : language.outline(text);
  }

  async #point(wanted: RequestArguments, outline: Outline | undefined): Promise<Point> {
    const asked = wanted.number("line");
    const line = outline === undefined ? asked : outline.lines.find((each) => each >= asked);
    const point: Point = { id: ++this.#lastId, line: line ?? asked, terms: termsOf(wanted), problem: undefined };
    if (line === undefined) point.problem = "There is no code on this line or below it.";
    await this.#condition(point).catch((error: unknown) => {
      if (!(error instanceof BadDebugRequest)) throw error;
      point.problem ??= error.message;
    });
    return point;
  }

  /** As the names of cells are now. */
  async #condition({ id, terms }: Point): Promise<string | undefined> {
    const { language, names } = this.#options;
    return conditionOf(terms, `${this.#key} ${id}`, async (code) => language.expression(code, await names()));
  }

  async #bind(program: Program): Promise<void> {
    for (const point of this.#points.get(program.path) ?? []) {
      const at = program.emitted(point.line);
      if (at === undefined || point.problem !== undefined) continue;
      const { inspector } = this.#options;
      const condition = await this.#condition(point);
      try {
        const { breakpointId, locations } = await inspector.post("Debugger.setBreakpointByUrl", {
          ...at,
          url: program.name,
          ...(condition === undefined ? {} : { condition }),
        });
        this.#bound.set(breakpointId, { path: program.path, program, point });
        for (const location of locations) this.#resolved({ breakpointId, location });
      } catch {
        // There is one already: two lines that were asked for come to one place.
      }
    }
  }

  async #unbind(path: string): Promise<void> {
    for (const [breakpointId, { path: home }] of [...this.#bound]) {
      if (home !== path) continue;
      this.#bound.delete(breakpointId);
      await this.#options.inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
  }

  #resolved({ breakpointId, location }: Resolved): void {
    const { path, program, point } = this.#bound.get(breakpointId) ?? {};
    const line = program?.original(location)?.line;
    if (path === undefined || point === undefined || line === undefined || line === point.line) return;
    point.line = line;
    this.#options.moved(describe(point, path));
  }
}

const describe = ({ id, line, problem }: Point, path: string): DebugProtocol.Breakpoint => ({
  id,
  line,
  verified: problem === undefined,
  source: { path },
  ...(problem === undefined ? {} : { message: problem }),
});
