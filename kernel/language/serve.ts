import type { DebuggerLanguage, LanguageRequest, LanguageResponse, ResumableLanguage } from "../protocol/threads.ts";

/** Answers requests of the process that started this one with `language`, one after the other. */
export function serveLanguage(language: ResumableLanguage & DebuggerLanguage): void {
  let told: unknown;
  /** What has changed since it was last told. */
  const news = () => {
    const state = language.state();
    if (state === told) return {};
    told = state;
    return { state };
  };
  process.on("message", (message: LanguageRequest | { restore: unknown }) => {
    if ("restore" in message) language.restore(message.restore);
    else process.send?.(answer(language, message, news));
  });
}

function answer(
  language: ResumableLanguage & DebuggerLanguage,
  { id, method, args }: LanguageRequest,
  news: () => { state?: unknown },
): LanguageResponse {
  try {
    const call = language[method] as (...args: unknown[]) => unknown;
    const value = call.apply(language, args);
    return method === "commit" ? { id, value, ...news() } : { id, value };
  } catch (error) {
    // A compiler that fails on one cell must answer, or that cell waits for ever.
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
