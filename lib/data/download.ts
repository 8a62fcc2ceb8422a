import { checkOptions, checkPositive, DataError, describe, OptionError } from "../errors.ts";
import { type Fetching, fetchFile, type StopSignal, takeOut } from "./fetch-file.ts";
import { type PublishedFile, type PublishedSet, publishedSets } from "./sources.ts";
import { cacheFolder, sizeOf } from "./store.ts";

/** How far a download has come. */
export interface DownloadProgress {
  readonly file: string;
  /** Which of the files, counted from 1, and of how many. */
  readonly index: number;
  readonly count: number;
  /** Bytes that are there, those of an earlier try included. */
  readonly done: number;
  /** Bytes of the whole; undefined where nobody knows. */
  readonly bytes: number | undefined;
}

/** Where to, and how. */
export interface DownloadOptions {
  /** Where the files go; default the cache: `STRIDELAB_DATA` or the platform's folder for caches, and in it the set's name. */
  readonly folder?: string;
  /** Called as bytes come; true (default) says it on one line of text; false is silent. */
  readonly progress?: boolean | ((progress: DownloadProgress) => void);
  /** Ends the download, an `AbortSignal`; what has come stays for the next try. */
  readonly signal?: StopSignal;
  /** Seconds without a byte after which an address is given up; default 30. */
  readonly timeout?: number;
}

/**
 * Downloads a set of data, the one function of this library that asks a network for anything; nothing else calls it. What
 * is there already is not fetched again. Addresses are tried in order; what was cut off goes on where it stopped; a file
 * gets its name only when its checksum is right. Proxies are taken from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 *
 * @param what the name of a set, or files with addresses and checksums
 * @returns the folder, for the reader: `await mnist(await download("mnist"))`
 * @throws DataError if no address gives a file: says why, and how to do it by hand; also if a file of the name is there
 *   and is another; OptionError on an unknown set or option; the signal's reason if it ends the download
 */
export async function download(
  what: PublishedSet | PublishedFile | readonly PublishedFile[],
  options: DownloadOptions = {},
): Promise<string> {
  checkOptions("download", options, ["folder", "progress", "signal", "timeout"]);
  const { progress = true, signal, timeout = 30 } = options;
  checkPositive("download", "timeout", timeout);
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new OptionError(
      "download",
      `signal is ${describe(signal)}`,
      "give an AbortSignal: new AbortController().signal",
    );
  }
  if (options.folder !== undefined && typeof options.folder !== "string") {
    throw new OptionError("download", `the folder is ${describe(options.folder)}`, "give its path as text");
  }
  const files = filesOf(what);
  const folder = options.folder ?? (await cacheFolder(typeof what === "string" ? what : "files"));
  const tell = typeof progress === "function" ? progress : progress ? lineOfText() : () => {};
  for (const [i, file] of files.entries()) {
    const name = nameOf(file);
    if (await isUnpacked(folder, file)) continue;
    const report = (done: number, bytes: number | undefined): void =>
      tell({ file: name, index: i + 1, count: files.length, done, bytes });
    const fetching: Fetching = { file, name, folder, signal, timeout: 1000 * timeout, report };
    const reasons = await fetchFile(fetching);
    if (reasons !== undefined) throw byHand(files, folder, name, reasons);
    if (file.members !== undefined) await takeOut(fetching, file.members);
  }
  return folder;
}

function filesOf(what: PublishedSet | PublishedFile | readonly PublishedFile[]): readonly PublishedFile[] {
  if (typeof what === "string") {
    if (Object.hasOwn(publishedSets, what)) return publishedSets[what];
    const fix = `choose one of ${Object.keys(publishedSets).join(", ")}, or give files: { urls, sha256 }`;
    throw new OptionError("download", `there is no set ${describe(what)}`, fix);
  }
  const files = (Array.isArray(what) ? what : [what]) as readonly PublishedFile[];
  for (const file of files) {
    checkOptions("download", file, ["urls", "name", "bytes", "sha256", "md5", "members"]);
    const { urls } = file;
    if (!Array.isArray(urls) || urls.length === 0 || !urls.every((url) => /^https?:\/\//.test(url))) {
      const fix = 'give a list of addresses: { urls: ["https://example.org/data.csv"] }';
      throw new OptionError("download", `urls is ${describe(urls)}`, fix);
    }
    if (/^$|^\.+$|[/\\]/.test(nameOf(file))) {
      throw new OptionError("download", `the name is ${describe(nameOf(file))}`, "give a file's name without folders");
    }
  }
  return files;
}

function nameOf({ name, urls }: PublishedFile): string {
  return name ?? decodeURIComponent(new URL(urls[0]!).pathname.split("/").at(-1)!);
}

async function isUnpacked(folder: string, { members }: PublishedFile): Promise<boolean> {
  if (members === undefined) return false;
  for (const [name, bytes] of Object.entries(members)) if ((await sizeOf(folder, name)) !== bytes) return false;
  return true;
}

/** The error that says how to do it without this function. */
function byHand(
  files: readonly PublishedFile[],
  folder: string,
  failed: string,
  reasons: readonly string[],
): DataError {
  const list = files.map((file) => {
    const { urls, bytes, sha256, md5, members } = file;
    const sum = sha256 ? `, sha256 ${sha256}` : md5 ? `, md5 ${md5}` : "";
    const size = bytes === undefined ? "" : ` (${bytes} bytes${sum})`;
    const then = members ? `\n      then unpack it there: tar -xzf ${nameOf(file)} --strip-components=1` : "";
    return `    ${nameOf(file)}${size}${urls.map((url) => `\n      ${url}`).join("")}${then}`;
  });
  const fix = `try again, as what has come is kept; or, if this machine has no such network, fetch by another way
    ${files.length === 1 ? "this file" : "these files"} into the folder ${folder}
${list.join("\n")}
    and run the same again: what lies there is used, and nothing is fetched`;
  return new DataError(
    `${folder}/${failed}`,
    "a download from one of its addresses",
    reasons.join("\n           "),
    fix,
  );
}

/** Says progress on one line that is written over, where there is a terminal; elsewhere a line a file. */
function lineOfText(): (progress: DownloadProgress) => void {
  const { process } = globalThis as unknown as {
    process?: { stderr?: { isTTY?: boolean; write(text: string): void } };
  };
  const terminal = process?.stderr?.isTTY === true ? process.stderr : undefined;
  let last = 0;
  return ({ file, index, count, done, bytes }) => {
    const ended = done === bytes;
    const megabytes = (some: number): string => (some / 1e6).toFixed(1);
    const part =
      bytes === undefined ? "" : ` of ${megabytes(bytes)} MB, ${Math.floor((100 * done) / Math.max(bytes, 1))} %`;
    const text = `${file} (${index} of ${count}): ${megabytes(done)}${part}`;
    if (terminal === undefined) {
      if (ended) console.log(text);
      return;
    }
    const now = Date.now();
    if (!ended && now - last < 100) return;
    last = now;
    terminal.write(`\r\x1b[K${text}${ended ? "\n" : ""}`);
  };
}
