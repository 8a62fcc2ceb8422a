import { crc32, inflateRawSync } from "node:zlib";
import { archive } from "./archive.mjs";
import { damaged } from "./mutate.mjs";
import { checkArray, hostileNpy, npyFile } from "./npy.mjs";
import { expectSame } from "./numbers.mjs";

const names = ["a.npy", "b.npy", "layer/ж.npy", "../a.npy", "/a.npy", "..\\a.npy", "c:a.npy", ".npy", "__proto__.npy", "constructor.npy", "a.txt", "net/data.pkl", "a/"];
const hostile = [0, 1, 30, 46, 0xff, 0xffff, 0x7fffffff, 0xffffffff];
const wide = [...hostile, 2 ** 32, 2 ** 40, 2 ** 53 - 1];
const fields = { flags: 2, method: 2, crc: 4, packed: 4, size: 4, nameLength: 2, extraLength: 2 };
const centralFields = { ...fields, commentLength: 2, disk: 2, at: 4 };
const endFields = { disk: 2, directoryDisk: 2, countHere: 2, count: 2, size: 4, at: 4, commentLength: 2 };

/** @param {typeof import("../../../dist/lib/index.js")} lib @returns {import("./registry.mjs").Format} */
export function npz(lib) {
  const tensors = { a: lib.tensor([1, -0, NaN, 5e-324], [2, 2], "float64"), "b/ж": lib.zeros([40, 40]), c: lib.tensor(3) };
  const large = { name: "large.npy", content: npyFile({ shape: "(200, 300)", count: 60_000, type: "u1" }), deflate: true };
  return {
    name: "npz",
    samples: [
      lib.formatNpz({}),
      lib.formatNpz(tensors),
      lib.formatNpz(tensors, { compress: true }),
      archive([{ name: "a.npy", content: npyFile({}), wide: true }, { name: "b.npy", content: npyFile({ type: "i8" }), deflate: true, behind: true }], { zip64: true }),
      archive([large]),
    ],
    own: hostileNpz,
    parse: (bytes) => lib.parseNpz(bytes, undefined, { limit: 2 ** 22 }),
    // What deflate makes of so many bytes, but no more than the limit, some times over, and the steps of unpacking.
    mostMemory: (length) => 12 * Math.min(1032 * length, 2 ** 22) + 2 ** 26,
    check(found, bytes) {
      const contents = contentsOf(bytes);
      if (Object.keys(found).join() !== Object.keys(contents).join()) throw new Error("other names than the archive's");
      for (const [name, tensor] of Object.entries(found)) checkArray(tensor, contents[name]);
      const again = lib.parseNpz(lib.formatNpz(found, { compress: true }));
      for (const [name, tensor] of Object.entries(found)) expectSame(tensor, again[name]);
    },
  };
}

/** Of an archive that is right: by its directory, with Node's own zlib. */
function contentsOf(bytes) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const entries = [];
  for (let at = buffer.indexOf("PK\x01\x02", 0, "latin1"); at >= 0 && at < end; ) {
    // Names of arrays are ASCII or UTF-8; a directory that was found within a member is one of a damaged archive.
    const lengths = [28, 30, 32].map((field) => buffer.readUInt16LE(at + field));
    entries.push({ at, name: buffer.toString("utf8", at + 46, at + 46 + lengths[0]) });
    at += 46 + lengths[0] + lengths[1] + lengths[2];
    if (buffer.toString("latin1", at, at + 4) !== "PK\x01\x02") break;
  }
  return Object.fromEntries(
    entries.map(({ at, name }) => {
      const [crc, packed] = [buffer.readUInt32LE(at + 16), buffer.readUInt32LE(at + 20)];
      const local = buffer.readUInt32LE(at + 42);
      const begin = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
      const source = buffer.subarray(begin, begin + packed);
      const content = buffer.readUInt16LE(at + 10) === 8 ? inflateRawSync(source, { maxOutputLength: 2 ** 24 }) : source;
      if (crc32(content) !== crc) throw new Error(`another checksum of ${name}`);
      return [name.replace(/\.npy$/, ""), content];
    }),
  );
}

/** An archive of good and bad arrays, some of whose fields are wrong. @param {import("../random.mjs").Choices} choose */
function hostileNpz(choose) {
  const members = choose.list(1 + choose.below(3), (i) => {
    const good = npyFile({ type: choose.pick(["f4", "i8", "u1"]) });
    const content = choose.weighted([
      [6, () => good],
      [2, () => hostileNpy(choose)],
      [1, () => damaged(choose, good, [good])],
    ])();
    const member = { name: choose.chance(0.15) ? choose.pick(names) : `t${i}.npy`, content, deflate: choose.chance(0.5), wide: choose.chance(0.2), behind: choose.chance(0.2) };
    if (choose.chance(0.1)) member.packed = choose.bytes(choose.below(100));
    if (choose.chance(0.2)) member.local = someOf(choose, fields);
    if (choose.chance(0.2)) member.central = someOf(choose, centralFields);
    return member;
  });
  const options = { zip64: choose.chance(0.2) };
  if (choose.chance(0.1)) options.end = someOf(choose, endFields);
  if (choose.chance(0.1)) options.end64 = { [choose.pick(["countHere", "count", "size", "at"])]: choose.pick(wide) };
  if (choose.chance(0.05)) options.locator = { at: choose.pick(wide) };
  return archive(members, options);
}

function someOf(choose, widths) {
  const name = choose.pick(Object.keys(widths));
  return { [name]: choose.pick(hostile) % 256 ** widths[name] };
}
