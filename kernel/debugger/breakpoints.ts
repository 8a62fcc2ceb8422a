import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Outline } from "../protocol/debug.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import type { RequestArguments } from "./arguments.ts";
import type { Inspector, Resolved } from "./inspector.ts";
import type { Program } from "./program.ts";
import type { Sources } from "./sources.ts";

interface Point {
  id: number;
  /** Where it stops, which may be below the line that was asked for. */
  line: number;
  /** What it hangs on, if anything. */
  condition: string | undefined;
  /** The source has code there, or is not known yet. */
  verified: boolean;
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
      for (const each of wanted) points.push(this.#point(each, outline));
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
      .map(([source, points]) => ({ source, breakpoints: points.map(({ line }) => ({ line })) }));
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

  #point(wanted: RequestArguments, outline: Outline | undefined): Point {
    const asked = wanted.number("line");
    const condition = wanted.optionalText("condition");
    const line = outline === undefined ? asked : outline.lines.find((each) => each >= asked);
    return {
      id: ++this.#lastId,
      line: line ?? asked,
      condition,
      verified: line !== undefined,
    };
  }

  async #bind(program: Program): Promise<void> {
    for (const point of this.#points.get(program.path) ?? []) {
      const at = program.emitted(point.line);
      if (at === undefined) continue;
      const { inspector, language, names } = this.#options;
      const { condition } = point;
      const javascript =
        condition === undefined ? {} : { condition: await language.expression(condition, await names()) };
      try {
        const { breakpointId, locations } = await inspector.post("Debugger.setBreakpointByUrl", {
          ...at,
          url: program.name,
          ...javascript,
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

const describe = ({ id, line, verified }: Point, path: string): DebugProtocol.Breakpoint => ({
  id,
  line,
  verified,
  source: { path },
  ...(verified ? {} : { message: "There is no code on this line or below it." }),
});
