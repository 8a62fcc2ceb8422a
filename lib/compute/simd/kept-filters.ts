/**
 * Filters in the order in which a pass reads them. Where the same are asked for again, as in inference, they are kept: to
 * pack and transform them anew in every call took a fifth of ResNet-50's time. In training they change at each step, so
 * only what is met a second time gets a place of its own.
 */

import type { Arena } from "../../wasm/arena.ts";
import { workMemory } from "../../wasm/jobs.ts";
import type { Versioned } from "../versioned.ts";
import { Workspace } from "./workspace.ts";

/** The part of the memory that may be full of them, 256 MiB of 2 GiB: VGG16's are 235 MB. */
const part = 8;

/** Filters and orders that are remembered. */
const mostEntries = 1024;

/** Who was not asked for in so many calls may have to go; else a network that does not fit would drive itself out. */
const idle = 2000;

interface Entry {
  /** The version that was asked for last, and the one that lies there: NaN for none. */
  met: number;
  ready: number;
  address: number;
  bytes: number;
  /** The call that asked for it last. */
  call: number;
}

const entries = new Map<string, Entry>();
const passing = new Workspace();
let held = 0;
let calls = 0;
/** What the running pass reads. */
let current: Entry | undefined;

/**
 * Where filters lie in some order, until the next call.
 *
 * @param source whose they are; null where nobody can tell
 * @param order names the order, the same text for the same one
 * @param prepare writes them there
 */
export function keptFilters(
  source: Versioned | null,
  order: string,
  bytes: number,
  prepare: (to: number) => void,
): number {
  calls++;
  const version = source?.version ?? Number.NaN;
  const entry = Number.isNaN(version) ? undefined : entryOf(`${source!.id} ${order}`);
  current = entry;
  if (entry !== undefined) {
    if (entry.ready === version) return entry.address;
    entry.ready = Number.NaN;
    if (entry.met === version && entry.address === 0) settle(entry, bytes);
    entry.met = version;
  }
  const own = entry?.address ?? 0;
  const to = own === 0 ? passing.atLeast(bytes) : own;
  prepare(to);
  if (own !== 0) entry!.ready = version;
  return to;
}

/** Says that the pass is over. */
export function trimFilters(): void {
  passing.trim();
}

/** Bytes of filters that are kept, for tests. */
export function keptBytes(): number {
  return held;
}

/** Gives everything back but what the running pass reads; false if that is nothing. */
export function forgetFilters(): boolean {
  const before = held;
  for (const [key, entry] of entries) if (entry !== current) forget(key, entry);
  return held < before;
}

/** The entry, as the last one used. */
function entryOf(key: string): Entry {
  const entry = entries.get(key) ?? { met: Number.NaN, ready: Number.NaN, address: 0, bytes: 0, call: 0 };
  entries.delete(key); // and set again: the map's order is that of use
  entries.set(key, entry);
  entry.call = calls;
  if (entries.size > mostEntries) forget(...entries.entries().next().value!);
  return entry;
}

/** Gives an entry a place, if there is one. */
function settle(entry: Entry, bytes: number): void {
  const memory = workMemory()!;
  memory.spare = forgetFilters;
  const most = mostBytes(memory);
  for (const [key, oldest] of entries) {
    if (held + bytes <= most || oldest.call > calls - idle) break;
    forget(key, oldest);
  }
  if (held + bytes > most) return;
  entry.address = memory.reserve(bytes);
  if (entry.address === 0) return;
  entry.bytes = bytes;
  held += bytes;
}

function mostBytes(memory: Arena): number {
  return (memory.maximum * 65_536) / part;
}

function forget(key: string, entry: Entry): void {
  entries.delete(key);
  if (entry.address === 0) return;
  held -= entry.bytes;
  workMemory()!.release(entry.address);
}
