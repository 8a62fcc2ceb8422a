import { BadDebugRequest, type RequestArguments } from "./arguments.ts";
import { type DebuggedThread, threadId } from "./thread.ts";
import type { RemoteValue } from "./values.ts";

/** What a request is answered with; what it throws becomes a failure. */
export type Handler = (given: RequestArguments) => object | undefined | Promise<object | undefined>;

const nothing = undefined;

/** What front ends may ask without having started a debugger. */
export const atAnyTime: ReadonlySet<string> = new Set([
  "inspectVariables",
  "richInspectVariables",
  "variables",
  "modules",
]);

/** The requests of the protocol, and Jupyter's own, of a thread under the debugger. */
export function handlersOf(thread: DebuggedThread, ready: () => void): ReadonlyMap<string, Handler> {
  const { sources, values } = thread;
  const handlers: Record<string, Handler> = {
    attach() {
      ready();
      return nothing;
    },
    configurationDone: () => nothing,
    threads: () => ({ threads: [{ id: threadId, name: "main" }] }),
    dumpCell: (given) => ({ sourcePath: sources.dump(given.text("code")) }),
    source: (given) => sourceOf(thread, given),
    modules: () => modulesOf(thread),
    async setBreakpoints(given) {
      const path = given.part("source").text("path");
      return { breakpoints: await thread.setBreakpoints(path, given.list("breakpoints")) };
    },
    async setExceptionBreakpoints(given) {
      await thread.stopAt(given.texts("filters"));
      return nothing;
    },
    exceptionInfo: () => exceptionOf(thread),
    continue() {
      thread.resume();
      return { allThreadsContinued: true };
    },
    next() {
      thread.step("next");
      return nothing;
    },
    stepIn() {
      thread.step("stepIn");
      return nothing;
    },
    stepOut() {
      thread.step("stepOut");
      return nothing;
    },
    async pause() {
      await thread.pause();
      return nothing;
    },
    stackTrace: (given) => stackOf(thread, given),
    scopes: (given) => ({ scopes: thread.held("scopes").scopes(given.number("frameId")) }),
    variables: async (given) => ({ variables: await values.list(given.number("variablesReference")) }),
    evaluate: (given) => evaluate(thread, given),
    async inspectVariables() {
      if (!thread.isHolding) await values.forget(); // asked for again and again, while nothing else lets go of them
      return { variables: await values.describe(await values.ofCells()) };
    },
    richInspectVariables: (given) => richInspect(thread, given),
  };
  return new Map(Object.entries(handlers));
}

async function sourceOf({ sources }: DebuggedThread, given: RequestArguments): Promise<object> {
  const path = given.part("source").text("path");
  const content = await sources.text(path);
  if (content === undefined) {
    throw new BadDebugRequest(`source: ${path} is neither a cell nor a file that a cell imports`);
  }
  return { content, mimeType: "text/typescript" };
}

function modulesOf({ sources }: DebuggedThread): object {
  const modules = sources.files().map((path, id) => ({ id, name: path.split(/[\\/]/).at(-1) ?? path, path }));
  return { modules, totalModules: modules.length };
}

function stackOf(thread: DebuggedThread, given: RequestArguments): object {
  const all = thread.stop?.stackTrace() ?? []; // JupyterLab asks after every expression, whatever runs
  const start = given.optionalNumber("startFrame") ?? 0;
  const levels = given.optionalNumber("levels") ?? 0; // 0: all of them
  return { stackFrames: all.slice(start, levels > 0 ? start + levels : undefined), totalFrames: all.length };
}

function exceptionOf(thread: DebuggedThread): object {
  const { data } = thread.held("exceptionInfo").event;
  const { description, className = "Thrown", value } = (data ?? {}) as unknown as RemoteValue;
  const stackTrace = description ?? String(value);
  const message = stackTrace.split("\n    at ")[0] ?? "";
  return {
    exceptionId: className,
    description: message,
    breakMode: "always",
    details: { message, typeName: className, stackTrace },
  };
}

async function evaluate(thread: DebuggedThread, given: RequestArguments): Promise<object> {
  const isHover = given.optionalText("context") === "hover"; // which is to change nothing
  const value = await thread.evaluate(given.text("expression"), given.optionalNumber("frameId"), isHover);
  const [result = ""] = await thread.values.lines([value]);
  return { result, variablesReference: thread.values.unfolding(value) };
}

async function richInspect(thread: DebuggedThread, given: RequestArguments): Promise<object> {
  const name = given.text("variableName");
  // Front ends ask so for whatever they list, members of values too, by whose names nothing can be found.
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return { data: {}, metadata: {} };
  try {
    const value = await thread.evaluate(name, given.optionalNumber("frameId"), false);
    return { data: await thread.values.bundle(value, thread.isHolding), metadata: {} };
  } catch (error) {
    if (error instanceof BadDebugRequest) return { data: {}, metadata: {} };
    throw error;
  }
}
