/** The npz format: a zip archive of npy files, the arrays' names with `.npy` behind them. */
import { zipSync } from "fflate";
import { checkBoolean, checkInteger, checkOptions, DataError, OptionError, quoted } from "../errors.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkBytes, checkTensors } from "./check.ts";
import { foreignArchive, refuseForeign } from "./foreign.ts";
import { formatNpy, tensorOf } from "./npy.ts";
import { headerWithin, parseNpyHeader } from "./npy-header.ts";
import { beginOf, contentOf } from "./unzip.ts";
import { type ZipMember, zipMembers } from "./zip.ts";

/** How an npz file is written. */
export interface FormatNpzOptions {
  /** Whether its arrays are compressed, as `np.savez_compressed` does; default false. Trained weights hardly shrink. */
  readonly compress?: boolean;
}

/** How an npz file is read. */
export interface ParseNpzOptions {
  /** The most bytes that its arrays may have once unpacked; default 2^31, 2 GiB. A small archive can state a huge size. */
  readonly limit?: number;
}

/** Sizes, and places in an archive, that its fields of 32 bits have no room for; fflate writes no wider ones. */
const mostBytes = 2 ** 32 - 2;
const mostMembers = 2 ** 16 - 2;

/** Bytes that an archive has for a member beside its name, twice, and its content. */
const perMember = 76;

/** The earliest time that archives know: the same tensors make the same bytes. */
const noTime = new Date(1980, 0, 1);

const EXTENSION = ".npy";

/**
 * The bytes of an npz file, which NumPy's `load` reads: an npy file for each tensor.
 *
 * @param tensors by their names: float32, float64, int32, uint8
 * @param options.compress default false
 * @throws OptionError for a tensor that is none, a name that is no array's (`""`, `/a`, `a/../b`), or more than 4 GiB
 * @example formatNpz({ weights: zeros([2, 3]), bias: zeros([2]) }, { compress: true }).length > 200 // true
 */
export function formatNpz(tensors: Readonly<Record<string, AnyTensor>>, options: FormatNpzOptions = {}): Uint8Array {
  checkOptions("formatNpz", options, ["compress"]);
  const { compress = false } = options;
  checkBoolean("formatNpz", "compress", compress);
  const entries = checkTensors("formatNpz", tensors, ["__proto__"]);
  for (const { name } of entries) {
    const problem = problemOf(name);
    if (problem !== null) throw new OptionError("formatNpz", `the name ${quoted(name)} ${problem}`, "rename it");
  }
  const files = entries.map(({ name, tensor }) => [`${name}${EXTENSION}`, formatNpy(tensor)] as const);
  const size = files.reduce((sum, [name, { length }]) => sum + perMember + 6 * name.length + length, 0);
  if (size > mostBytes || files.length > mostMembers) {
    const problem = `${files.length} tensors of ${size} bytes are too much for an archive`;
    throw new OptionError("formatNpz", problem, "use saveSafetensors, or several files");
  }
  return zipSync(Object.fromEntries(files), { level: compress ? 6 : 0, mtime: noTime });
}

/**
 * Reads the bytes of an npz file, stored or compressed. Sizes are checked before anything is unpacked: those that the
 * archive states in two places, against each other, against the headers of the arrays, and against the limit; checksums
 * behind it. Names of arrays are names, and never lead to files. Types become those of tensors as `parseNpy` says.
 *
 * @param name the file's name, for errors
 * @param options.limit the most bytes of all arrays once unpacked; default 2^31
 * @returns the tensors by their names, `.npy` left out
 * @throws DataError saying what is wrong, and at which byte; or that it is a file of another kind, and what to do with that
 * @example parseNpz(formatNpz({ weights: zeros([2, 3]) })).weights!.shape // [2, 3]
 */
export function parseNpz(
  bytes: Uint8Array,
  name = "the npz bytes",
  options: ParseNpzOptions = {},
): Record<string, AnyTensor> {
  checkBytes("parseNpz", bytes);
  const limit = limitOf("parseNpz", options);
  refuseForeign(bytes, "npz", name);
  const members = zipMembers(bytes, name);
  for (const { name: member } of members) checkMember(member, name);
  const size = members.reduce((sum, member) => sum + member.size, 0);
  if (size > limit) {
    throw new DataError(name, `at most ${limit} bytes of arrays`, `${size}`, `give { limit: ${size} } to read it`);
  }
  return Object.fromEntries(members.map((member) => [arrayName(member), arrayOf(bytes, member, name)]));
}

/** The limit of the options. @throws OptionError for others */
export function limitOf(operation: string, options: ParseNpzOptions): number {
  checkOptions(operation, options, ["limit"]);
  const { limit = 2 ** 31 } = options;
  checkInteger(operation, "limit", limit, 0);
  return limit;
}

const arrayName = ({ name }: ZipMember): string => name.slice(0, -EXTENSION.length);

function checkMember(member: string, file: string): void {
  const shown = quoted(member);
  const foreign = foreignArchive(member);
  if (foreign !== null) throw new DataError(file, "an archive of npy files", `${shown}: ${foreign.what}`, foreign.fix);
  if (!member.endsWith(EXTENSION)) throw new DataError(file, "npy files alone in the archive", shown);
  const problem = problemOf(member.slice(0, -EXTENSION.length));
  if (problem !== null) throw new DataError(file, "names of arrays in the archive", `${shown}, which ${problem}`);
}

/** What is wrong with an array's name: one that leads out of a folder is no name but an attack. */
function problemOf(name: string): string | null {
  if (name === "" || name === "__proto__") return "is none that an array can have";
  if (/[\0\\]/.test(name)) return "has a character that archives have no place for";
  if (name.startsWith("/") || /^[a-zA-Z]:/.test(name)) return "is an absolute path";
  return name.split("/").includes("..") ? "leads out of the folder" : null;
}

/** The header first, by itself: what is unpacked then is known to be of the right size. */
function arrayOf(archive: Uint8Array, member: ZipMember, file: string): AnyTensor {
  const place = `${file}, member ${quoted(member.name)}`;
  const begin = beginOf(archive, member, Math.min(headerWithin, member.size), file);
  const { end } = parseNpyHeader(begin, place);
  if (end !== member.size) {
    throw new DataError(place, `${end} bytes, as its header says`, `${member.size}, as the archive does`);
  }
  const content = contentOf(archive, member, file);
  return tensorOf(parseNpyHeader(content, place), content, place);
}
