import { StringDecoder } from "node:string_decoder";

export type StreamName = "stdout" | "stderr";

/**
 * Hands everything written to `process.stdout` and `process.stderr`, and so by `console`, to `receive`.
 * @returns puts the streams back
 */
export function captureStreams(receive: (name: StreamName, text: string) => void): () => void {
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const original = stream.write;
    const decoder = new StringDecoder("utf8"); // a character may be split over two writes of bytes
    stream.write = (chunk: string | Uint8Array, encoding?: unknown, written?: unknown): boolean => {
      const text = typeof chunk === "string" ? decodeString(chunk, encoding) : decoder.write(Buffer.from(chunk));
      if (text !== "") receive(name, text);
      const callback = typeof encoding === "function" ? encoding : written;
      if (typeof callback === "function") process.nextTick(callback as () => void);
      return true;
    };
    return () => {
      stream.write = original;
    };
  });
  return () => {
    for (const undo of restore) undo();
  };
}

/** `write("00ff", "hex")` means bytes; text encodings mean the text itself. */
function decodeString(chunk: string, encoding: unknown): string {
  if (encoding !== "hex" && encoding !== "base64" && encoding !== "base64url") return chunk;
  return Buffer.from(chunk, encoding).toString("utf8");
}
