/**
 * Which numbers lie in the memory of the jobs, and which have to leave it. Nobody says when a tensor is garbage, and the
 * language says it too late, so what has not been used for longest moves out when a budget is reached: into an array that
 * is garbage if the tensor is. Nothing is lost by a wrong guess but two copies, and many wrong guesses raise the budget.
 *
 * Large parameters are no guess: they are needed again at the next step. They last, beside the budget, so that a copy in
 * an ordinary array never lies beside the one here; VGG16's are 553 MB.
 */

import { workMemory } from "../wasm/jobs.ts";
import { nodeModule } from "../wasm/platform.ts";

/** Numbers that have a block. They stand in a list by their last use; its links are no one else's to change. */
export interface Resident {
  /** Their block; 0 while they have none. */
  address: number;
  readonly bytes: number;
  /** Whether they stay as long as there is room, whatever the budget. Nobody else's to change once they have a block. */
  lasts: boolean;
  /** The operation that used them last. */
  operation: number;
  older: Resident;
  newer: Resident;
  /** Moves them out, and calls `leave`. */
  moveOut(): void;
}

/** Enough for the training of small networks; larger ones show soon that they need more. */
const firstBudget = 8 * 2 ** 20;

/** The budget doubles when more than one byte in so many that moved out came back: it was no garbage. */
const tolerated = 16;

/** What a resident costs beside its block, some of it objects that wait in the list: many small ones are not for nothing. */
const overhead = 4096;

/** What lasts but was not used in so many operations, as a network of before, passes from then on. */
const forgotten = 10_000;

/** The two ends of a list in one: its `newer` is the oldest resident. */
function emptyList(): Resident {
  const ends = { address: 0, bytes: 0, lasts: false, operation: 0, moveOut() {} } as unknown as Resident;
  ends.older = ends.newer = ends;
  return ends;
}

const passing = emptyList();
const lasting = emptyList();

/** The claim on a block with which nobody has entered; else it is the resident. */
const unowned = {};

/** Whether a list is in the middle of a change; at the beginning of one, whether the last was broken off. */
let changes = false;

let operation = 0;
let held = 0;
/** The part of them that lasts. */
let heldLong = 0;
let residents = 0;
let budget = firstBudget;
let mostBytes: number | undefined;
let movedOut = 0;
let cameBack = 0;

/** Half of the machine's memory, at most 1.5 GiB of the 2 that addresses reach; 512 MiB where nothing is known. */
function most(): number {
  mostBytes ??= Math.min((nodeModule<{ totalmem(): number }>("node:os")?.totalmem() ?? 2 ** 30) / 2, 1.5 * 2 ** 30);
  return mostBytes;
}

/** Begins an operation: what is used from here on stays where it is until the next one begins. */
export function beginOperation(): void {
  operation++;
}

/** A number of the operation that runs, or ran last. */
export function currentOperation(): number {
  return operation;
}

/** The budget in force, bytes. */
export function memoryBudget(): number {
  return budget;
}

/** Sets the budget, for tests and measurements. */
export function setMemoryBudget(bytes: number): void {
  budget = bytes;
}

/** Bytes in use, by residents and by what was reserved beside them. */
export function memoryInUse(): number {
  return held;
}

/**
 * A block, of unspecified content, for which others may have to move out; 0 where there is no room or no memory.
 *
 * @param lasts whether it is for numbers that last
 */
export function reserve(bytes: number, lasts = false): number {
  const memory = workMemory();
  if (memory === null) return 0;
  if (lasts) while (heldLong + bytes > most() && dislodge(lasting));
  else while (held - heldLong + bytes + residents * overhead > budget && dislodge(passing));
  let address = memory.reserve(bytes, unowned);
  while (address === 0 && (dislodge(passing) || dislodge(lasting))) address = memory.reserve(bytes, unowned);
  if (address !== 0) held += bytes;
  return address;
}

/** Gives a block back. */
export function release(address: number, bytes: number): void {
  held -= bytes;
  workMemory()!.release(address);
}

/**
 * Puts in order what code left that was broken off where it stood: a block that was taken and not entered, or left and not
 * given back, is free again; a resident between two places of its list has one. Only while nothing is borrowed.
 */
export function sweep(): void {
  const memory = workMemory();
  if (memory === null) return;
  for (const [address, claim] of memory.claims) if ((claim as Resident).address !== address) memory.release(address);
  const owned = owners();
  list(owned);
  const bytes = (some: readonly Resident[]): number => some.reduce((total, each) => total + each.bytes, 0);
  residents = owned.length;
  held = bytes(owned);
  heldLong = bytes(owned.filter(({ lasts }) => lasts));
}

/** Those that have a block. */
const owners = (): Resident[] =>
  [...(workMemory()?.claims ?? [])].flatMap(([address, claim]) => {
    const owner = claim as Resident;
    return owner.address === address ? [owner] : [];
  });

/** Makes both lists anew. */
function list(all: readonly Resident[]): void {
  changes = true;
  for (const ends of [passing, lasting]) ends.older = ends.newer = ends;
  for (const each of [...all].sort((a, b) => a.operation - b.operation)) {
    insert(each, (each.lasts ? lasting : passing).older);
  }
  changes = false;
}

/** Moves the least recently used out; false if it belongs to the operation that runs, as then all do. */
function dislodge(from: Resident): boolean {
  if (changes) list(owners());
  const oldest = from.newer;
  if (oldest === from || oldest.operation === operation) return false;
  movedOut += oldest.bytes;
  if (movedOut > budget) {
    movedOut /= 2;
    cameBack /= 2;
  }
  oldest.moveOut();
  return true;
}

/** Says that numbers that had to move out are needed after all. */
export function regret(bytes: number): void {
  cameBack += bytes;
  if (cameBack * tolerated <= budget) return;
  budget = Math.max(budget, Math.min(2 * budget, most()));
  cameBack = 0;
  movedOut = 0;
}

/** Enters its list as the most recently used, with a block. */
export function enter(resident: Resident, address: number): void {
  if (changes) list(owners());
  const { claims } = workMemory()!;
  // In this order: who has an address has the claim, too, wherever code is broken off.
  claims.set(address, resident);
  resident.address = address;
  residents++;
  if (resident.lasts) {
    heldLong += resident.bytes;
    letForgottenPass();
  }
  link(resident, resident.lasts ? lasting.older : passing.older);
}

/** Notes a use. */
export function touch(resident: Resident): void {
  const ends = resident.lasts ? lasting : passing;
  if (changes || resident.newer !== ends) {
    unlink(resident);
    link(resident, ends.older);
  } else resident.operation = operation;
}

/** Makes a resident the first to move out: nobody is likely to ask for it again. */
export function retire(resident: Resident): void {
  unlink(resident);
  link(resident, resident.lasts ? lasting : passing);
  resident.operation = -1;
}

/** Lets what was not used for long pass as others do, as soon as something new lasts. */
function letForgottenPass(): void {
  for (;;) {
    const oldest = lasting.newer;
    if (oldest === lasting || operation - oldest.operation <= forgotten) return;
    unlink(oldest);
    oldest.lasts = false;
    heldLong -= oldest.bytes;
    link(oldest, passing);
    oldest.operation = -1;
  }
}

/** Leaves the list, and gives the block back. */
export function leave(resident: Resident): void {
  const { address } = resident;
  unlink(resident);
  resident.address = 0;
  residents--;
  if (resident.lasts) heldLong -= resident.bytes;
  release(address, resident.bytes);
}

function link(resident: Resident, older: Resident): void {
  resident.operation = operation;
  changes = true;
  insert(resident, older);
  changes = false;
}

function insert(resident: Resident, older: Resident): void {
  resident.older = older;
  resident.newer = older.newer;
  older.newer.older = resident;
  older.newer = resident;
}

/** What is in no list is its own neighbour, so that to take it out again, if code was broken off then, does nothing. */
function unlink(resident: Resident): void {
  if (changes) list(owners());
  changes = true;
  resident.older.newer = resident.newer;
  resident.newer.older = resident.older;
  resident.older = resident;
  resident.newer = resident;
  changes = false;
}
