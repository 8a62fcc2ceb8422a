import type { Paused } from "./inspector.ts";
import type { Stop } from "./stop.ts";

export type Step = "stepOver" | "stepInto" | "stepOut";

/** What V8 is to do next; undefined to stay. */
export type Onward = Step | "resume" | undefined;

/** Places of emitted code that one step of the user's may pass: a line that loops by itself is shown after so many. */
const mostPlaces = 200;

interface Begun {
  step: Step;
  /** Cells that had run when it began. */
  cells: number;
  /** From where, and how deep in calls. */
  line: number | undefined;
  path: string | undefined;
  depth: number;
  places: number;
}

/**
 * Steps by lines of the source. V8 steps by places of the emitted code, of which a line has several and the code around the
 * user's has more, and a step that it was left with when a cell ended would stop the next one.
 */
export class Stepping {
  #begun: Begun | undefined;

  begin(step: Step, stop: Stop, cells: number): void {
    const [top] = stop.frames;
    const depth = stop.event.callFrames.length;
    this.#begun = { step, cells, line: top?.place.line, path: top?.program.path, depth, places: 0 };
  }

  end(): void {
    this.#begun = undefined;
  }

  get isUnderWay(): boolean {
    return this.#begun !== undefined;
  }

  /** @param isOwn whether V8 has come to the user's own code */
  onward({ callFrames }: Paused, stop: Stop, isOwn: boolean, cells: number): Onward {
    const begun = this.#begun;
    if (begun === undefined) return undefined;
    if (begun.cells !== cells) return "resume";
    if (!isOwn) return stop.frames.some(({ call }) => call !== undefined) ? "stepOut" : "resume";
    const [top] = stop.frames;
    const isMapped = top !== undefined && top.call === callFrames[0];
    const isSameLine = top?.place.line === begun.line && top?.program.path === begun.path;
    const isSameLevel = callFrames.length === begun.depth;
    if (isMapped && !(isSameLine && isSameLevel && begun.step !== "stepOut")) return undefined;
    return ++begun.places > mostPlaces ? undefined : begun.step === "stepInto" ? "stepInto" : "stepOver";
  }
}
