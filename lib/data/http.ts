import type { Dispatcher } from "undici";

/** An answer of a server, as far as a download needs it. */
export interface Answer {
  /** 200: the whole; 206: the rest from where it was asked for; others: no. */
  readonly status: number;
  /** In words, for errors: `404 Not Found`. */
  readonly reason: string;
  /** Of the whole file, where the server says so. */
  readonly bytes: number | undefined;
  /** Where a 206 begins. */
  readonly from: number;
  /** What tells this state of the file from another: a strong ETag or a date; undefined where there is neither. */
  readonly validator: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How to ask. */
export interface Request {
  readonly url: string;
  /** The first byte wanted; 0: all. */
  readonly from: number;
  /** What the server must still have for `from` to make sense; without it, the checksum will tell. */
  readonly validator: string | undefined;
  /** Milliseconds without a byte after which to give up. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks a server for a file, through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in small letters too.
 * Redirections are followed. The file comes as it is: a server that would pack it on the way is told not to.
 *
 * @throws what undici throws if there is no answer
 */
export async function ask(request: Request): Promise<{ answer: Answer; close: () => Promise<void> }> {
  const { url, from, validator, timeout, signal } = request;
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatcher: Dispatcher = new EnvHttpProxyAgent({
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connectTimeout: timeout,
  });
  const close = (): Promise<void> => dispatcher.destroy();
  try {
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (from > 0) headers.range = `bytes=${from}-`;
    if (from > 0 && validator !== undefined) headers["if-range"] = validator;
    const response = await fetch(url, { dispatcher, headers, ...(signal && { signal }) });
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
    const length = response.headers.get("content-length");
    const answer = {
      status: response.status,
      reason: `${response.status} ${response.statusText}`.trim(),
      bytes: range ? Number(range[2]) : length === null ? undefined : Number(length),
      from: range ? Number(range[1]) : 0,
      validator: validatorOf(response.headers),
      body: (response.body ?? []) as unknown as AsyncIterable<Uint8Array>,
    };
    return { answer, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Weak tags do not vouch for bytes (RFC 9110, section 13.1.5). */
function validatorOf(headers: { get(name: string): string | null }): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return headers.get("last-modified") ?? undefined;
}

/** Why a request failed, in words: undici wraps the system's reason, sometimes twice. */
export function whyNot(error: unknown): string {
  let deepest = error;
  for (let depth = 0; depth < 5 && deepest instanceof Error && deepest.cause instanceof Error; depth++) {
    deepest = deepest.cause;
  }
  const { code } = deepest as { code?: string };
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: "no such host, or no network",
    EAI_AGAIN: "no answer from the name server: no network?",
    ECONNREFUSED: "the connection was refused",
    ECONNRESET: "the connection was cut",
    UND_ERR_SOCKET: "the connection was cut",
    UND_ERR_HEADERS_TIMEOUT: "no answer in time",
    UND_ERR_BODY_TIMEOUT: "nothing more came",
    UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  };
  const message = deepest instanceof Error ? deepest.message : String(deepest);
  const known = code === undefined ? undefined : words[code];
  return known === undefined ? message : `${known} (${code})`;
}
