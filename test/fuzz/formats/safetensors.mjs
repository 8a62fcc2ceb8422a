import { hostileValue } from "../values.mjs";
import { hostileNumbers, joined } from "./mutate.mjs";
import { expectNumbers, expectSame } from "./numbers.mjs";

const widths = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 };
const dtypes = [...Object.keys(widths), "F8_E4M3", "F8_E8M0", "C64", "F4", "f32", "constructor", ""];

/** @param {typeof import("../../../dist/lib/index.js")} lib @returns {import("./registry.mjs").Format} */
export function safetensors(lib) {
  const samples = [
    lib.formatSafetensors({}),
    lib.formatSafetensors({ a: lib.tensor([1, -0, NaN, 5e-324], [2, 2], "float64"), "b/ж": lib.ones([3]) }, { note: "سلام" }),
    ...Object.keys(widths).map((dtype) => fileOf({ x: entry(dtype, [2, 1], 0) }, new Uint8Array(2 * widths[dtype]).fill(dtype === "BOOL" ? 1 : 0))),
    fileOf({ a: entry("F16", [2], 0), b: entry("I8", [3], 4), c: entry("U8", [0], 7) }, Uint8Array.of(0, 60, 0, 0xfc, 1, 255, 128)),
  ];
  return {
    name: "safetensors",
    samples,
    own: (choose) => fileOf(...hostileHeader(choose)),
    parse: (bytes) => lib.parseSafetensors(bytes),
    check({ tensors, metadata }, bytes) {
      const dataAt = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const text = Buffer.from(bytes.subarray(8, dataAt)).toString().trimEnd();
      const { __metadata__: texts = {}, ...entries } = JSON.parse(text);
      // Of a key that is there twice JSON.parse takes one: what is written again is shorter then.
      const plain = !/[\s\\]/.test(text);
      if (plain && JSON.stringify(JSON.parse(text)).length !== text.length) throw new Error("a key that is there twice");
      if (JSON.stringify(texts) !== JSON.stringify(metadata)) throw new Error("other metadata than the header's");
      if (Object.keys(tensors).join() !== Object.keys(entries).join()) throw new Error("other names than the header's");
      for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(entries)) {
        if (!(dtype in widths)) continue;
        expectNumbers(tensors[name], { kind: dtype.toLowerCase(), shape, bytes: bytes.subarray(dataAt + begin, dataAt + end) });
      }
      const again = lib.parseSafetensors(lib.formatSafetensors(tensors, metadata)).tensors;
      for (const [name, tensor] of Object.entries(tensors)) expectSame(tensor, again[name]);
    },
  };
}

const entry = (dtype, shape, begin) => ({
  dtype,
  shape,
  data_offsets: [begin, begin + shape.reduce((product, size) => product * size, widths[dtype])],
});

/** @param {object | string} header */
function fileOf(header, numbers) {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return joined(length, json, numbers);
}

/** A header whose length is right, and one in five of whose fields are not. */
function hostileHeader(choose) {
  const number = (right) => (choose.chance(0.1) ? choose.pick(hostileNumbers) : choose.chance(0.05) ? hostileValue(choose) : `${right}`);
  let at = 0;
  const entries = choose.list(1 + choose.below(4), (i) => {
    const dtype = choose.pick(choose.chance(0.1) ? dtypes : Object.keys(widths));
    const shape = choose.list(choose.below(4), () => choose.below(4));
    const begin = at;
    at += shape.reduce((product, size) => product * size, widths[dtype] ?? 1);
    const fields = [
      ["dtype", choose.chance(0.05) ? hostileValue(choose) : JSON.stringify(dtype)],
      ["shape", choose.chance(0.05) ? hostileValue(choose) : `[${shape.map(number)}]`],
      ["data_offsets", `[${number(begin)},${number(at)}]`],
    ].filter(() => choose.chance(0.97));
    if (choose.chance(0.05)) fields.push([choose.pick(["dtype", "extra", "__proto__"]), hostileValue(choose)]);
    const name = choose.chance(0.1) ? choose.pick(["__proto__", "a", "\\u0061", "__metadata__", "constructor", ""]) : `t${i}`;
    return `"${name}":{${fields.map(([key, value]) => `"${key}":${value}`)}}`;
  });
  if (choose.chance(0.3)) entries.push(`"__metadata__":${choose.chance(0.5) ? '{"a":"b"}' : hostileValue(choose)}`);
  const padding = choose.pick(["", " ", "       ", "\n", "\0", "x"]);
  return [`{${entries}}${choose.chance(0.8) ? "" : padding}`, new Uint8Array(at + (choose.chance(0.1) ? choose.below(9) : 0))];
}
