import type { DebugProtocol } from "@vscode/debugprotocol";
import { vi } from "vitest";
import type { RawKernel } from "./raw-kernel.ts";

/** A front end's debugger, which does as JupyterLab's: each method is one of its gestures. */
export function debugClient(kernel: RawKernel) {
  let seq = 0;
  let told = 0;

  const ask = async (command: string, given: object = {}): Promise<DebugProtocol.Response> => {
    const content = { type: "request", seq: ++seq, command, arguments: given };
    const { content: reply } = await kernel.send("debug_request", content, { channel: "control" }).reply();
    return reply as unknown as DebugProtocol.Response;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each command has a body of its own
  const request = async (command: string, given: object = {}): Promise<any> => {
    const reply = await ask(command, given);
    if (!reply.success) throw new Error(reply.message);
    return reply.body;
  };
  const events = () =>
    kernel.published
      .filter(({ header }) => header.msg_type === "debug_event")
      .map(({ content }) => content as unknown as DebugProtocol.Event);

  return {
    ask,
    request,
    events,
    async start() {
      await request("initialize", { clientID: "test", linesStartAt1: true });
      await request("attach");
      told = events().length;
    },
    /** Breakpoints by lines of a cell. @returns the lines where they are */
    async breakpoints(code: string, lines: number[]): Promise<number[]> {
      const { sourcePath } = await request("dumpCell", { code });
      const source = { path: sourcePath };
      const { breakpoints } = await request("setBreakpoints", { source, breakpoints: lines.map((line) => ({ line })) });
      return breakpoints.map(({ line }: DebugProtocol.Breakpoint) => line);
    },
    /** Waits for the next stop. @returns its reason, and where the frames are */
    async stopped(): Promise<{ reason: string; text?: string; at: string[]; frames: DebugProtocol.StackFrame[] }> {
      const next = () => events().findIndex(({ event }, i) => i >= told && event === "stopped");
      await vi.waitUntil(() => next() >= 0, { timeout: 60_000, interval: 2 });
      const { body } = events()[next()] as DebugProtocol.StoppedEvent;
      told = next() + 1;
      const { stackFrames } = await request("stackTrace", { threadId: 1 });
      const at = stackFrames.map(({ name, line }: DebugProtocol.StackFrame) => `${name}:${line}`);
      return { ...body, at, frames: stackFrames };
    },
    /** One scope of the innermost frame, or of another, as names and values. */
    async scope(name: string, frame = 0): Promise<Record<string, string>> {
      const { stackFrames } = await request("stackTrace", { threadId: 1 });
      const { scopes } = await request("scopes", { frameId: stackFrames[frame].id });
      const scope = scopes.find((each: DebugProtocol.Scope) => each.name === name);
      const { variables } = await request("variables", { variablesReference: scope.variablesReference });
      return shown(variables);
    },
    async evaluate(expression: string, frame = 0): Promise<string> {
      const { stackFrames } = await request("stackTrace", { threadId: 1 });
      const { result } = await request("evaluate", { expression, frameId: stackFrames[frame]?.id });
      return result;
    },
    isRunning: () => events().at(-1)?.event !== "stopped",
  };
}

export const shown = (variables: DebugProtocol.Variable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));
