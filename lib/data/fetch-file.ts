import { DataError, InterruptedError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { type Answer, ask, whyNot } from "./http.ts";
import type { PublishedFile } from "./sources.ts";
import { checksum, openToAppend, readNote, remove, rename, sizeOf, unpacked, writeNote } from "./store.ts";
import { untar } from "./untar.ts";

/** What ends work in hand when somebody says so: an `AbortSignal`, in words that need no platform's types. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Goes on unless it was said to stop. @throws the reason that was given */
  throwIfAborted(): void;
}

/** One file on its way. */
export interface Fetching {
  readonly file: PublishedFile;
  readonly name: string;
  readonly folder: string;
  readonly signal: StopSignal | undefined;
  /** Milliseconds without a byte after which an address is given up. */
  readonly timeout: number;
  /** Told how many bytes are there, and of how many. */
  readonly report: (done: number, bytes: number | undefined) => void;
}

/** How often an address may cut off a file that grew meanwhile. */
const TRIES = 4;

/**
 * Sees to it that the file is there and right.
 *
 * @returns undefined if it is; else why each address failed
 * @throws DataError if another file of the name is there
 */
export async function fetchFile(fetching: Fetching): Promise<string[] | undefined> {
  const { name, folder, file } = fetching;
  if ((await sizeOf(folder, name)) !== undefined) {
    const fault = await faultOf(fetching, name);
    if (fault === undefined) return undefined;
    const fix = "take it away to have it fetched anew, or name another folder";
    throw new DataError(`${folder}/${name}`, `the published file, of ${fault.expected}`, fault.found, fix);
  }
  const reasons: string[] = [];
  for (const url of file.urls) {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const before = (await sizeOf(folder, partOf(name))) ?? 0;
      const reason = await tryUrl(fetching, url);
      if (reason === undefined) return undefined;
      const grown = ((await sizeOf(folder, partOf(name))) ?? 0) > before;
      if (grown && attempt < TRIES) continue;
      reasons.push(`${new URL(url).host}: ${reason}`);
      break;
    }
  }
  return reasons;
}

const partOf = (name: string): string => `${name}.part`;
const noteOf = (name: string): string => `${name}.part.from`;

/** Fetches from one address, going on where an earlier try stopped; returns why it failed. */
async function tryUrl(fetching: Fetching, url: string): Promise<string | undefined> {
  const { name, folder, file, timeout, signal } = fetching;
  const there = (await sizeOf(folder, partOf(name))) ?? 0;
  const note = await readNote(folder, noteOf(name));
  const known = note?.startsWith(`${url}\n`) ? note.slice(url.length + 1) : undefined;
  // Without a mark of the same state of the same file, only a checksum can tell that two halves belong together.
  const vouched = known !== undefined && (known !== "" || (file.sha256 ?? file.md5) !== undefined);
  const complete = there > 0 && there === file.bytes;
  if (!(complete && vouched)) {
    const from = vouched && !complete ? there : 0;
    try {
      const { answer, close } = await ask({
        url,
        from,
        validator: known || undefined,
        timeout,
        signal: signal as AbortSignal | undefined,
      });
      try {
        if (answer.status === 416 && from > 0) {
          await remove(folder, partOf(name)); // there is no such rest: what was begun is another file
          return await tryUrl(fetching, url);
        }
        const refusal = await receive(fetching, url, from, answer);
        if (refusal !== undefined) return refusal;
      } finally {
        await close();
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof InterruptedError) throw error;
      return whyNot(error);
    }
  }
  const fault = await faultOf(fetching, partOf(name));
  if (fault === undefined) {
    await rename(folder, partOf(name), name);
    await remove(folder, noteOf(name));
    return undefined;
  }
  await remove(folder, partOf(name));
  return `${fault.expected} expected, ${fault.found} found`;
}

/** Writes what comes behind what is there; returns why it was not taken. */
async function receive(fetching: Fetching, url: string, from: number, answer: Answer): Promise<string | undefined> {
  const { name, folder, file, report } = fetching;
  if (answer.status !== 200 && answer.status !== 206) return answer.reason;
  const resumed = answer.status === 206;
  if (resumed && answer.from !== from) return `bytes from ${answer.from}, where those from ${from} were asked for`;
  const bytes = file.bytes ?? answer.bytes;
  if (answer.bytes !== undefined && file.bytes !== undefined && answer.bytes !== file.bytes) {
    return `a file of ${answer.bytes} bytes, not of ${file.bytes}`;
  }
  let done = resumed ? from : 0;
  let over = false;
  const part = await openToAppend(folder, partOf(name), !resumed);
  try {
    await writeNote(folder, noteOf(name), `${url}\n${answer.validator ?? ""}`);
    report(done, bytes);
    for await (const chunk of answer.body) {
      if (interruptRequested())
        throw new InterruptedError(`download: stopped in ${name}, as you asked; what has come is kept`);
      done += chunk.length;
      over = bytes !== undefined && done > bytes;
      if (over) break;
      await part.write(chunk);
      report(done, bytes);
    }
  } finally {
    await part.close();
  }
  if (over) {
    await remove(folder, partOf(name));
    return `more than ${bytes} bytes`;
  }
  if (bytes !== undefined && done < bytes) return `cut off after ${done} of ${bytes} bytes`;
  if (bytes === undefined) report(done, done);
  return undefined;
}

/** What is wrong with a file that is there; undefined where nothing is, as far as can be told. */
async function faultOf(
  { file, folder }: Fetching,
  name: string,
): Promise<{ expected: string; found: string } | undefined> {
  const size = await sizeOf(folder, name);
  if (file.bytes !== undefined && size !== file.bytes) {
    return { expected: `${file.bytes} bytes`, found: `${size} bytes` };
  }
  const algorithm = file.sha256 === undefined ? "md5" : "sha256";
  const due = file[algorithm]?.toLowerCase();
  if (due === undefined) return undefined;
  const found = await checksum(`${folder}/${name}`, algorithm);
  return found === due ? undefined : { expected: `${algorithm} ${due}`, found };
}

/** Takes the members out of a fetched archive, each named when it is whole, and the archive away. */
export async function takeOut({ folder, name }: Fetching, members: Readonly<Record<string, number>>): Promise<void> {
  try {
    await untar(await unpacked(folder, name), `${folder}/${name}`, members, async (member) => {
      const sink = await openToAppend(folder, partOf(member), true);
      return { write: sink.write, close: sink.close };
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${folder}/${name}`,
      "an intact .tar.gz file",
      whyNot(error),
      "take it away, and fetch it anew",
    );
  }
  for (const member of Object.keys(members)) await rename(folder, partOf(member), member);
  await remove(folder, name);
}
