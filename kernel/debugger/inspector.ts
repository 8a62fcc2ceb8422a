import type { Debugger } from "node:inspector";
import { Session } from "node:inspector/promises";
import { turning } from "../protocol/turning.ts";

export type CallFrame = Debugger.CallFrame;
export type Paused = Debugger.PausedEventDataType;
export type Resolved = Debugger.BreakpointResolvedEventDataType;

/** V8's debugger of the main thread, at the other end of a connection that nothing else uses. */
export interface Inspector {
  /** Rejects with V8's words. */
  readonly post: Session["post"];
  onPaused(listener: (event: Paused) => void): void;
  onResumed(listener: () => void): void;
  onResolved(listener: (event: Resolved) => void): void;
  /** What is held goes on; nothing stops any more. */
  close(): void;
}

/** Milliseconds between two turns of this thread's event loop while V8 is connected: no event of its always wakes it. */
const turn = 20;

/** @param wake sends the main thread a message that it has nothing to do for */
export function connectInspector(wake: () => void): Inspector {
  const session = new Session();
  session.connectToMainThread();
  const timer = setInterval(() => {}, turn);
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => void urls.set(scriptId, url));
  /** V8 leaves the names of scripts out of the frames of a stop. */
  const named = (event: Paused): Paused => ({
    ...event,
    callFrames: event.callFrames.map((frame) => ({ ...frame, url: urls.get(frame.location.scriptId) ?? frame.url })),
  });
  return {
    post: ((...request: Parameters<Session["post"]>) => turning(session.post(...request), wake)) as Session["post"],
    onPaused: (listener) => void session.on("Debugger.paused", ({ params }) => listener(named(params))),
    onResumed: (listener) => void session.on("Debugger.resumed", () => listener()),
    onResolved: (listener) => void session.on("Debugger.breakpointResolved", ({ params }) => listener(params)),
    close() {
      clearInterval(timer);
      session.disconnect();
    },
  };
}
