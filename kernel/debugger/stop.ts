import type { Debugger } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Place } from "../protocol/debug.ts";
import { cellParameters, type RemoteLanguage } from "../protocol/threads.ts";
import { BadDebugRequest } from "./arguments.ts";
import type { CallFrame, Inspector, Paused } from "./inspector.ts";
import type { Program } from "./program.ts";
import type { Sources } from "./sources.ts";
import { limited, messageOf, type Named, type RemoteValue, type Values } from "./values.ts";

/** A frame in the user's own code; without `call` it waits for an `await`, and its variables are out of reach. */
export interface OwnFrame {
  id: number;
  program: Program;
  place: Place;
  name: string;
  call: CallFrame | undefined;
}

/** By which V8 knows the kinds of scopes that hold what the function in question declares. */
const localScopes = new Set(["local", "block", "catch", "with"]);

export interface StopOptions {
  inspector: Inspector;
  sources: Sources;
  language: Pick<RemoteLanguage, "expression">;
  values: Values;
  /** Numbers of frames differ from stop to stop. */
  firstFrame: number;
}

/** The main thread, held in the middle of code: its stack of calls, and what is to be seen from each. */
export class Stop {
  readonly event: Paused;
  readonly frames: OwnFrame[];
  readonly #options: StopOptions;

  constructor(event: Paused, options: StopOptions) {
    this.event = event;
    this.#options = options;
    this.frames = ownFrames(event, options);
  }

  /** As a front end lists it: what Node, packages and the kernel do in between is left out. */
  stackTrace(): DebugProtocol.StackFrame[] {
    return this.frames.map(({ id, name, program, place, call }) => ({
      id,
      name,
      source: { name: program.title, path: program.path },
      line: place.line,
      column: place.column + 1,
      ...(call === undefined ? { presentationHint: "subtle" as const } : {}),
    }));
  }

  scopes(frameId: number): DebugProtocol.Scope[] {
    const frame = this.#frame(frameId);
    const { values } = this.#options;
    const scope = (name: string, read: () => Promise<Named[]>): DebugProtocol.Scope => ({
      name,
      variablesReference: values.reference(read),
      expensive: false,
    });
    const scopes: DebugProtocol.Scope[] = [];
    if (frame.call !== undefined) {
      const isOf = (type: string) => frame.call?.scopeChain.some((each) => each.type === type) ?? false;
      scopes.push(scope("Locals", () => this.#locals(frame)));
      if (isOf("closure")) scopes.push(scope("Closure", () => this.#variables(frame, (type) => type === "closure")));
    }
    return [...scopes, scope("Globals", () => values.ofCells())];
  }

  /** @throws BadDebugRequest with what it threw */
  async evaluate(code: string, frameId: number, throwOnSideEffect: boolean): Promise<RemoteValue> {
    const frame = this.#frame(frameId);
    if (frame.call === undefined) {
      throw new BadDebugRequest("evaluate: this frame awaits something; choose one above it, which is running");
    }
    const { inspector, language, values } = this.#options;
    const visible = (await this.#variables(frame, (type) => type !== "global")).map(({ name }) => name);
    const expression = await language.expression(code, await values.ask("names", []), visible);
    const { callFrameId } = frame.call;
    const asked: Debugger.EvaluateOnCallFrameParameterType = { callFrameId, expression, throwOnSideEffect };
    const { result, exceptionDetails } = await inspector.post("Debugger.evaluateOnCallFrame", limited(asked));
    if (exceptionDetails !== undefined) throw new BadDebugRequest(messageOf(exceptionDetails));
    return result;
  }

  #frame(id: number): OwnFrame {
    const frame = this.frames.find((each) => each.id === id);
    if (frame === undefined) throw new BadDebugRequest(`frameId: there is no frame ${id} any more`);
    return frame;
  }

  async #locals(frame: OwnFrame): Promise<Named[]> {
    const variables = await this.#variables(frame, (type) => localScopes.has(type));
    const { this: self, returnValue } = frame.call as CallFrame;
    if (returnValue !== undefined && returnValue.type !== "undefined") {
      variables.unshift({ name: "(returns)", value: returnValue });
    }
    if (self.type === "object") variables.unshift({ name: "this", value: self, expression: "this" });
    return variables;
  }

  /** Variables of the scopes of these types, of two of one name the inner one; without those that the emit made up. */
  async #variables({ call, program }: OwnFrame, isWanted: (type: string) => boolean): Promise<Named[]> {
    const { values, sources } = this.#options;
    const source = (await sources.text(program.path)) ?? "";
    const words = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
    const found = new Map<string, Named>();
    for (const { type, object } of call?.scopeChain ?? []) {
      if (!isWanted(type) || type === "global" || object.objectId === undefined) continue;
      for (const { name, ...rest } of await values.properties(object.objectId)) {
        const isOwn = words.has(name) && !(cellParameters as readonly string[]).includes(name);
        if (isOwn && !found.has(name)) found.set(name, { name, ...rest, expression: name });
      }
    }
    return [...found.values()];
  }
}

/** Those in the user's own code, and below them the callers that wait for an `await`. */
function ownFrames({ callFrames, asyncStackTrace }: Paused, { sources, firstFrame }: StopOptions): OwnFrame[] {
  const frames: OwnFrame[] = [];
  const add = (
    url: string,
    at: { lineNumber: number; columnNumber?: number | undefined },
    name: string,
    call?: CallFrame,
  ) => {
    const program = sources.program(url);
    const place = program?.original(at);
    if (program === undefined || place === undefined) return;
    frames.push({ id: firstFrame + frames.length, program, place, name: nameOf(name, program), call });
  };
  for (const call of callFrames) add(call.url, call.location, call.functionName, call);
  for (let trace = asyncStackTrace; trace !== undefined; trace = trace.parent) {
    if (trace.description !== "await") continue;
    for (const site of trace.callFrames.slice(0, 1))
      add(site.url, site, `await in ${nameOf(site.functionName, sources.program(site.url))}`);
  }
  return frames;
}

/** A cell, a file and an arrow function have no name to V8. */
const nameOf = (name: string, program: Program | undefined): string => (name === "" ? (program?.title ?? "") : name);
