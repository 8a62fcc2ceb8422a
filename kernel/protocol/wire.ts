import { createHmac, timingSafeEqual } from "node:crypto";
import type { Header, Message } from "./message.ts";

/** A message as it arrived on a ROUTER or SUB socket. */
export interface Received {
  /** ROUTER: who asked; a reply repeats them. SUB: the topic. */
  identities: Uint8Array[];
  message: Message;
}

/** A multipart message that must not be believed: malformed, signed with another key, or seen before. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Levels of lists and objects in one frame; JSON.stringify and structured clones overflow the stack far beyond. */
const deepest = 500;

const delimiter = Buffer.from("<IDS|MSG>");

/** Signatures remembered to refuse replays; at a busy 100 messages a second this is the last ten minutes. */
const rememberedSignatures = 65536;

/**
 * Frames to messages and back: `identities… <IDS|MSG> signature header parent metadata content buffers…`
 * (Jupyter messaging 5.5, "The Wire Protocol"). The signature is an HMAC-SHA256 over the four JSON frames.
 */
export class Wire {
  readonly #key: string;
  readonly #seen = new Set<string>();

  /** @param key the connection file's; empty turns signing and checking off, as the protocol says */
  constructor(key: string) {
    this.#key = key;
  }

  encode(
    { header, parent, metadata, content, buffers }: Message<unknown>,
    identities: Uint8Array[] = [],
  ): Uint8Array[] {
    const json = [header, parent, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
    return [...identities, delimiter, Buffer.from(this.#sign(json)), ...json, ...buffers];
  }

  /** @throws WireError before anything is parsed, if the signature is not this key's or was used before */
  decode(frames: Uint8Array[]): Received {
    const at = frames.findIndex((frame) => delimiter.equals(frame));
    if (at < 0) throw new WireError(`${frames.length} frames without the delimiter <IDS|MSG>`);
    const [signature, ...rest] = frames.slice(at + 1);
    if (signature === undefined || rest.length < 4) {
      throw new WireError(`${frames.length - at - 1} frames after the delimiter, expected a signature and 4 of JSON`);
    }
    const json = rest.slice(0, 4);
    this.#verify(Buffer.from(signature), json);
    const [header, parent, metadata, content] = json.map(parseObject) as [object, object, object, object];
    if (!isHeader(header)) throw new WireError("the header lacks msg_id or msg_type");
    return {
      identities: frames.slice(0, at),
      message: {
        header: flat(header),
        parent: flat(parent) as Message["parent"],
        metadata: metadata as Record<string, unknown>,
        content: content as Record<string, unknown>,
        buffers: rest.slice(4),
      },
    };
  }

  #sign(json: Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac("sha256", this.#key);
    for (const frame of json) hmac.update(frame);
    return hmac.digest("hex");
  }

  #verify(signature: Buffer, json: Uint8Array[]): void {
    if (this.#key === "") return;
    const expected = Buffer.from(this.#sign(json));
    // timingSafeEqual demands equal lengths; the length of a digest is no secret.
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new WireError("the signature does not match; both ends need the key of the same connection file");
    }
    const text = expected.toString();
    if (this.#seen.has(text)) throw new WireError("the signature was used before: a replayed message");
    this.#seen.add(text);
    if (this.#seen.size > rememberedSignatures) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
  }
}

function parseObject(frame: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame).toString("utf8"));
  } catch (error) {
    throw new WireError("a signed frame is not JSON", { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WireError("a signed frame is not a JSON object");
  }
  if (isDeeper(value, deepest)) throw new WireError(`a signed frame is nested more than ${deepest} levels deep`);
  return value;
}

/** Headers are repeated in every answer; what is not a plain value is not part of the protocol, and may be of any depth. */
const flat = <T extends object>(header: T): T =>
  Object.fromEntries(Object.entries(header).filter(([, value]) => typeof value !== "object")) as T;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function isHeader(value: object): value is Header {
  const { msg_id, msg_type } = value as Partial<Header>;
  return typeof msg_id === "string" && typeof msg_type === "string";
}
