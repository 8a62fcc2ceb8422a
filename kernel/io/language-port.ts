import type { MessagePort } from "node:worker_threads";
import type { Language, LanguageResponse, RemoteLanguage } from "../protocol/threads.ts";

/** A language that answers `LanguageRequest`s at the other end of `port`. */
export function connectLanguage(port: MessagePort): RemoteLanguage {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  port.on("message", (response: LanguageResponse) => {
    const call = waiting.get(response.id);
    waiting.delete(response.id);
    if ("failure" in response) call?.reject(new Error(`the compiler failed: ${response.failure}`));
    else call?.resolve(response.value);
  });
  const remote =
    (method: keyof Language) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        port.postMessage({ id, method, args });
      });
  return {
    convert: remote("convert"),
    commit: remote("commit"),
    complete: remote("complete"),
    inspect: remote("inspect"),
    isComplete: remote("isComplete"),
  } as RemoteLanguage;
}
