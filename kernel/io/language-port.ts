import type { MessagePort } from "node:worker_threads";
import type { LanguageResponse, RemoteLanguage, ServedLanguage } from "../protocol/threads.ts";

interface Waiting {
  request: object;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What waits for an answer is told that none will come. */
export class LanguageAbandoned extends Error {
  override readonly name = "LanguageAbandoned";
}

/**
 * A language that answers `LanguageRequest`s at the other end of `port`.
 *
 * @param renew asks for a new thread, to be handed to `use`
 */
export function connectLanguage(
  port: MessagePort,
  renew: (state: unknown) => void,
): RemoteLanguage & { use(port: MessagePort): void } {
  /** In the order in which they are answered. */
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let current = port;
  let state: unknown;
  /** The thread is being replaced: what waits is sent to the new one. */
  let renewing = false;
  const listen = (from: MessagePort) =>
    from.on("message", (response: LanguageResponse) => {
      const call = waiting.get(response.id);
      if (from !== current || call === undefined) return; // of a thread that was given up
      waiting.delete(response.id);
      if ("failure" in response) return call.reject(new Error(`the compiler failed: ${response.failure}`));
      if (response.state !== undefined) ({ state } = response);
      call.resolve(response.value);
    });
  listen(port);
  const remote =
    (method: keyof ServedLanguage) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        const request = { id, method, args };
        waiting.set(id, { request, resolve, reject });
        if (!renewing) current.postMessage(request);
      });
  return {
    convert: remote("convert"),
    commit: remote("commit"),
    complete: remote("complete"),
    inspect: remote("inspect"),
    isComplete: remote("isComplete"),
    outline: remote("outline"),
    expression: remote("expression"),
    renew() {
      if (renewing) return;
      renewing = true;
      renew(state);
      const [first] = waiting;
      if (first === undefined) return;
      const [id, { reject }] = first;
      waiting.delete(id);
      reject(new LanguageAbandoned("the compiler was given up, as it did not end"));
    },
    use(next: MessagePort) {
      current = next;
      renewing = false;
      listen(next);
      for (const { request } of waiting.values()) next.postMessage(request);
    },
  } as RemoteLanguage & { use(port: MessagePort): void };
}
