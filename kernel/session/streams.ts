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
    const undo = seemPipe(stream);
    return () => {
      stream.write = original;
      undo();
    };
  });
  return () => {
    for (const undo of restore) undo();
  };
}

/**
 * Makes a stream look like a pipe wherever the kernel was started, a terminal too, and has it outlive its ends: the
 * next cell has the same one.
 * @returns makes it as it was
 */
function seemPipe(stream: NodeJS.WriteStream): () => void {
  const end = (...args: unknown[]) => {
    const callback = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    const [chunk, encoding] = args.filter((arg) => arg !== callback);
    if (chunk !== undefined && chunk !== null) stream.write(chunk as string, encoding as BufferEncoding);
    process.nextTick(() => {
      callback?.();
      stream.emit("finish");
      stream.emit("close"); // what waits for the end of a stream may wait for this
    });
    return stream;
  };
  const look = { isTTY: false, end, destroy: () => stream, destroySoon: () => stream };
  const absent = [
    "columns",
    "rows",
    "getWindowSize",
    "getColorDepth",
    "hasColors",
    "cursorTo",
    "moveCursor",
    "clearLine",
  ];
  const names = [...Object.keys(look), ...absent];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(stream, name));
  for (const name of names) {
    const value: unknown = Reflect.get(look, name);
    Object.defineProperty(stream, name, { value, configurable: true, writable: true });
  }
  return () => {
    names.forEach((name, i) => {
      const own = before[i];
      if (own === undefined) Reflect.deleteProperty(stream, name);
      else Object.defineProperty(stream, name, own);
    });
  };
}

/** `write("00ff", "hex")` means bytes; text encodings mean the text itself. */
function decodeString(chunk: string, encoding: unknown): string {
  if (encoding !== "hex" && encoding !== "base64" && encoding !== "base64url") return chunk;
  return Buffer.from(chunk, encoding).toString("utf8");
}
