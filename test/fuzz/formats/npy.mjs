import { hostileNumbers, joined } from "./mutate.mjs";
import { expectNumbers, expectSame } from "./numbers.mjs";

const types = { f8: "f64", f4: "f32", f2: "f16", i8: "i64", u8: "u64", i4: "i32", u4: "u32", i2: "i16", u2: "u16", i1: "i8", u1: "u8", b1: "bool" };
const strangers = ["|O", "<c8", "<U4", "|S3", "|V2", "<M8[ns]", "<f16", "=f4", "f4", "|f4", "", "<f4,<f4", "<constructor"];

/** @param {typeof import("../../../dist/lib/index.js")} lib @returns {import("./registry.mjs").Format} */
export function npy(lib) {
  return {
    name: "npy",
    samples: [
      lib.formatNpy(lib.tensor(7)),
      lib.formatNpy(lib.tensor([1, -0, NaN, 5e-324], [2, 2], "float64")),
      lib.formatNpy(lib.zeros([0, 3])),
      ...Object.keys(types).flatMap((type) => [npyFile({ type }), npyFile({ type, order: ">", fortran: "True", version: 2 })]),
    ],
    own: hostileNpy,
    parse: (bytes) => lib.parseNpy(bytes),
    check(tensor, bytes) {
      checkArray(tensor, bytes);
      expectSame(tensor, lib.parseNpy(lib.formatNpy(tensor)));
    },
  };
}

/** Throws unless the tensor is what the file says, read as simply as can be. */
export function checkArray(tensor, bytes) {
  const at = bytes[6] === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const begin = at + (at === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = Buffer.from(bytes.subarray(at, begin)).toString("latin1");
  const [, order, type] = /descr['"]\s*:\s*['"]([<>|])(\w+)['"]/.exec(header);
  const sizes = /shape['"]\s*:\s*\(([^)]*)\)/.exec(header)[1];
  expectNumbers(tensor, {
    kind: types[type],
    shape: [...sizes.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
    bytes: bytes.subarray(begin),
    little: order !== ">",
    fortran: /fortran_order['"]\s*:\s*True/.test(header),
  });
}

/** A file of two rows of three zeros, or ones where only 0 and 1 may be, or otherwise as the fields say. */
export function npyFile({ type = "f4", order = "<", fortran = "False", shape = "(2, 3)", count = 6, version = 1, descr, header, fill = 1 }) {
  const width = Number(type.slice(1));
  const mark = width === 1 && order === "<" ? "|" : order;
  const text = header ?? `{'descr': ${descr ?? `'${mark}${type}'`}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const begin = Buffer.alloc(version === 1 ? 10 : 12);
  begin.write("\x93NUMPY", "latin1");
  begin[6] = version;
  if (version === 1) begin.writeUInt16LE(text.length & 0xffff, 8);
  else begin.writeUInt32LE(text.length, 8);
  const numbers = Uint8Array.from({ length: count * width }, (_, i) => (width === 1 ? fill : i % width === (order === ">" ? width - 1 : 0) ? i & 127 : 0));
  return joined(begin, Buffer.from(text, "latin1"), numbers);
}

/** A file most of whose fields are right. @param {import("../random.mjs").Choices} choose */
export function hostileNpy(choose) {
  const sizes = choose.list(choose.below(5), () => choose.below(5));
  const shown = sizes.map((size) => (choose.chance(0.1) ? choose.pick(hostileNumbers) : `${size}${choose.pick(["", "", "L"])}`));
  const tuple = `(${shown.join(choose.pick([", ", ","]))}${sizes.length === 1 ? "," : choose.pick(["", ","])})`;
  const count = sizes.reduce((product, size) => product * size, 1) + (choose.chance(0.1) ? choose.below(3) - 1 : 0);
  const fields = {
    type: choose.pick(Object.keys(types)),
    order: choose.pick(["<", ">"]),
    fortran: choose.pick(choose.chance(0.1) ? ["true", "1", "None", "'True'", "Truely"] : ["True", "False"]),
    shape: choose.chance(0.1) ? choose.pick(["[2]", "(2)", "2", "(((2,),),)", "(,)", "{}", "'(2,)'", "(-2,)", "(".repeat(1000)]) : tuple,
    count: Math.max(0, count),
    version: choose.pick(choose.chance(0.1) ? [0, 4, 255] : [1, 2, 3]),
    fill: choose.chance(0.1) ? choose.below(256) : 1,
  };
  if (choose.chance(0.1)) fields.descr = choose.pick([`'${choose.pick(strangers)}'`, "[('a', '<f4')]", "7", "('<f4', (2,))"]);
  if (choose.chance(0.1)) {
    const entries = ["'descr': '<f4'", "'fortran_order': False", "'shape': ()", "'shape': (1,)", "'x': 1", "'__proto__': {}"];
    fields.header = `${choose.pick(["{", "", "("])}${choose.list(choose.below(5), () => choose.pick(entries)).join()}${choose.pick(["}", "", "})", `}${" ".repeat(70_000)}`])}`;
  }
  return npyFile(fields);
}
