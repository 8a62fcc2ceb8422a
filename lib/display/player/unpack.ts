import type { Played } from "./played.ts";

const types = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;

/** What `pack` wrote, bit by bit. Bytes are the little end first, as on all machines that browsers run on. */
export function unpack(text: string): Played {
  return JSON.parse(text, (_, value: unknown) => {
    const [name, base64] = (typeof value === "object" && value !== null && Object.entries(value)[0]) || [];
    const type = types[name as keyof typeof types];
    if (type === undefined || typeof base64 !== "string") return value;
    return new type(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
  }) as Played;
}
