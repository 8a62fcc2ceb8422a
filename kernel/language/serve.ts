import type { MessagePort } from "node:worker_threads";
import type { DebuggerLanguage, LanguageRequest, LanguageResponse, ResumableLanguage } from "../protocol/threads.ts";

/** Answers requests from `port` with `language`, one after the other. */
export function serveLanguage(port: MessagePort, language: ResumableLanguage & DebuggerLanguage): void {
  port.on("message", ({ id, method, args }: LanguageRequest) => {
    let response: LanguageResponse;
    try {
      const call = language[method] as (...args: unknown[]) => unknown;
      const value = call.apply(language, args);
      response = method === "commit" ? { id, value, state: language.state() } : { id, value };
    } catch (error) {
      // A compiler that fails on one cell must answer, or that cell waits for ever.
      response = { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    port.postMessage(response);
  });
}
