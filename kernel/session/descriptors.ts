import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "./streams.ts";

type AnyFunction = (...args: unknown[]) => unknown;

const streams: ReadonlyMap<unknown, StreamName> = new Map<unknown, StreamName>([
  [1, "stdout"],
  [2, "stderr"],
  ["/dev/stdout", "stdout"],
  ["/dev/stderr", "stderr"],
]);

/** What is to be returned in place of the original; nothing where that should judge the arguments itself. */
type Handled = { value?: unknown } | undefined;

/**
 * Hands everything that `fs` is asked to write to descriptors 1 and 2, or to the files that stand for them, to
 * `receive`: the kernel's own are seen by nobody. Opening such a file gives the descriptor, and closing that leaves it
 * open, since the file that got its number next would be taken for it.
 * @returns gives `fs` back
 */
export function captureDescriptors(receive: (name: StreamName, text: string) => void): () => void {
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const print = (name: StreamName, bytes: Uint8Array | undefined): Handled => {
    if (bytes === undefined) return undefined;
    const text = decoders[name].write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (text !== "") receive(name, text);
    return { value: bytes.byteLength };
  };
  const write = (name: StreamName, [, data, ...place]: unknown[]) => print(name, part(data, place));
  const writeAll = (name: StreamName, [, data, options]: unknown[]) => {
    const encoding = typeof options === "object" ? (options as { encoding?: unknown } | null)?.encoding : options;
    return print(name, part(data, [undefined, encoding])) && {};
  };
  const writeEach = (name: StreamName, [, list]: unknown[]) =>
    print(name, Array.isArray(list) && list.every(ArrayBuffer.isView) ? Buffer.concat(list.map(bytesOf)) : undefined);
  const open = (name: StreamName, [path]: unknown[]): Handled =>
    typeof path === "string" ? { value: name === "stdout" ? 1 : 2 } : undefined;
  const close = (_: StreamName, [descriptor]: unknown[]): Handled => (typeof descriptor === "number" ? {} : undefined);

  const undo: (() => void)[] = [];
  const replace = (holder: object, name: string, call: (stream: StreamName, args: unknown[]) => Handled) => {
    const original = Reflect.get(holder, name) as AnyFunction;
    const replacement: AnyFunction = (...args) => {
      const stream = streams.get(args[0]);
      const handled = stream === undefined ? undefined : call(stream, args);
      return handled === undefined ? Reflect.apply(original, holder, args) : handled.value;
    };
    // util.promisify finds its own variant of a function on it.
    Object.assign(holder, { [name]: Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original)) });
    undo.push(() => Object.assign(holder, { [name]: original }));
  };
  /** Replaces both forms: the one that returns, and the one whose callback is told the same, and `beside` it its data. */
  const replaceBoth = (name: string, call: (stream: StreamName, args: unknown[]) => Handled, beside = false) => {
    replace(fs, `${name}Sync`, call);
    replace(fs, name, (stream, args) => {
      const callback = args.findLast((arg) => arg !== undefined) as AnyFunction;
      const handled = typeof callback === "function" ? call(stream, args) : undefined;
      if (handled === undefined) return undefined;
      process.nextTick(callback, null, handled.value, ...(beside ? [args[1]] : []));
      return {};
    });
  };
  replaceBoth("write", write, true);
  replaceBoth("writev", writeEach, true);
  replaceBoth("open", open);
  replaceBoth("close", close);
  for (const name of ["writeFile", "appendFile"]) {
    replaceBoth(name, writeAll);
    replace(fs.promises, name, (stream, args) => writeAll(stream, args) && { value: Promise.resolve() });
  }
  syncBuiltinESMExports();
  return () => {
    for (const one of undo) one();
    syncBuiltinESMExports();
  };
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** What of `data` is to be written: of text all, in an encoding; of bytes those from an offset on, so many. */
function part(data: unknown, [first, second]: unknown[]): Uint8Array | undefined {
  if (typeof data === "string") {
    return Buffer.from(data, typeof second === "string" && Buffer.isEncoding(second) ? second : "utf8");
  }
  if (!ArrayBuffer.isView(data)) return undefined;
  const place =
    typeof first === "object" && first !== null
      ? (first as Record<string, unknown>)
      : { offset: first, length: second };
  const offset = typeof place.offset === "number" ? place.offset : 0;
  const length = typeof place.length === "number" ? place.length : data.byteLength - offset;
  if (!(offset >= 0 && length >= 0 && offset + length <= data.byteLength)) return undefined;
  return bytesOf(data).subarray(offset, offset + length);
}
