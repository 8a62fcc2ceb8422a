import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError, OptionError } from "../../../lib/errors.ts";
import { formatNpy } from "../../../lib/formats/npy.ts";
import { formatNpz, parseNpz } from "../../../lib/formats/npz.ts";
import { loadNpz, saveNpz } from "../../../lib/formats/npz-file.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import { archive } from "../../fuzz/formats/archive.mjs";
import { temporaryFolder } from "../../package/command.ts";
import { hasShared, readSharedJson, sharedPath } from "../shared.ts";

const tensors = {
  "conv1.filters": tensor([0.5, -0, Number.NaN, Number.POSITIVE_INFINITY], [2, 2]),
  "layer/نام": tensor([Math.PI, 5e-324], [2], "float64"),
  "7": tensor([1, -2_147_483_648], [2, 1], "int32"),
  "a.npy": tensor([0, 255], [2], "uint8"),
  constructor: tensor(7),
  none: zeros([0, 3]),
  large: zeros([300, 300]),
};

/** Compared as a whole, as thousands of numbers one by one take seconds. */
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

describe("what is written is read again", () => {
  test.each([false, true])("bit for bit; compressed: %s", (compress) => {
    const bytes = formatNpz(tensors, { compress });
    const read = parseNpz(bytes);
    expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
      const found = read[name]!;
      expect([found.shape, found.dtype]).toEqual([shape, dtype]);
      expect(bytesOf(found.data).equals(bytesOf(data)), name).toBe(true);
    }
    expect(bytes.length < 10_000).toBe(compress);
  });

  test("the same tensors make the same bytes, and none make a file too", () => {
    expect(bytesOf(formatNpz(tensors)).equals(bytesOf(formatNpz(tensors)))).toBe(true);
    expect(parseNpz(formatNpz({}))).toEqual({});
  });

  test.each([
    [() => formatNpz({ "": tensor(1) }), /the name "" is none/],
    [() => formatNpz({ "../a": tensor(1) }), /"\.\.\/a" leads out of the folder/],
    [() => formatNpz({ "/a": tensor(1) }), /"\/a" is an absolute path/],
    [() => formatNpz({ "c:a": tensor(1) }), /"c:a" is an absolute path/],
    [() => formatNpz({ "a\\b": tensor(1) }), /has a character/],
    [() => formatNpz({ "\ud800": tensor(1) }), /half of a surrogate pair/],
    [() => formatNpz({ a: [1] as never }), /"a" is a plain array, not a tensor/],
    [() => formatNpz(tensor(1) as never), /the tensors are an object of class Tensor/],
    [() => formatNpz(undefined as never), /the tensors are undefined/],
    [() => formatNpz({}, { compressed: true } as never), /unknown option "compressed"/],
    [() => formatNpz({}, { compress: 9 as never }), /compress is 9/],
  ])("and refused where there is no place for it (%#)", (write, message) => {
    expect(write).toThrow(OptionError);
    expect(write).toThrow(message);
  });
});

describe("a file that is not what its format says is refused", () => {
  const content = formatNpy(tensor([1, 2, 3]));
  const a = { name: "a.npy", content };
  const zerosOf = (count: number) => ({ name: "z.npy", content: formatNpy(zeros([count])), deflate: true });

  test.each([
    ["of other files too", archive([a, { name: "readme.txt", content }]), /npy files alone[\s\S]*"readme\.txt"/],
    ["of a folder", archive([{ name: "a/", content: new Uint8Array() }]), /npy files alone/],
    [
      "that torch.save wrote",
      archive([{ name: "net/data.pkl", content }]),
      /torch\.save wrote[\s\S]*weights_only=True/,
    ],
    ["that Keras wrote", archive([a, { name: "model.weights.h5", content }]), /a Keras archive[\s\S]*h5py/],
    ["with a name that leads out", archive([{ name: "../a.npy", content }]), /leads out of the folder/],
    ["with a name that leads out later", archive([{ name: "x/../../a.npy", content }]), /leads out of the folder/],
    ["with an absolute name", archive([{ name: "/etc/a.npy", content }]), /is an absolute path/],
    ["with a name of Windows", archive([{ name: "..\\a.npy", content }]), /has a character/],
    ["with a name of the language's", archive([{ name: "__proto__.npy", content }]), /is none that an array can have/],
    ["without a name", archive([{ name: ".npy", content }]), /is none that an array can have/],
    [
      "with a member that is none",
      archive([{ name: "a.npy", content: new Uint8Array(100) }]),
      /member "a\.npy"[\s\S]*begins with/,
    ],
    [
      "with an array too short",
      archive([{ name: "a.npy", content: content.subarray(0, -1) }]),
      /140 bytes, as its header says[\s\S]*139/,
    ],
    [
      "with an array too short, compressed",
      archive([{ ...a, content: content.subarray(0, -1), deflate: true }]),
      /140 bytes/,
    ],
    [
      "with a header that grows behind the first look",
      archive([{ ...a, deflate: true, central: { size: 141 }, behind: true }]),
      /140 bytes, as its header says[\s\S]*141/,
    ],
  ])("%s", (_what, bytes, message) => {
    expect(() => parseNpz(bytes, "given")).toThrow(DataError);
    expect(() => parseNpz(bytes, "given")).toThrow(message);
  });

  test("if it unpacks to more than the limit, before anything is unpacked", () => {
    const bytes = archive([zerosOf(100_000), { ...zerosOf(100_000), name: "y.npy" }]);
    expect(() => parseNpz(bytes, "given", { limit: 800_000 })).toThrow(/at most 800000 bytes of arrays[\s\S]*800256/);
    expect(Object.keys(parseNpz(bytes, "given", { limit: 800_256 }))).toEqual(["z", "y"]);
    expect(() => parseNpz(bytes, "given", { limit: -1 })).toThrow(OptionError);
    expect(() => parseNpz(bytes, "given", { most: 1 } as never)).toThrow(/unknown option "most"/);
  });

  test("and so is each beginning of one, and what is no bytes", () => {
    const whole = formatNpz({ a: tensor([1, 2]) }, { compress: true });
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseNpz(whole.subarray(0, length))).toThrow(DataError);
    }
    expect(() => parseNpz([] as never)).toThrow(/it is given a plain array/);
  });
});

const folder = "conformance/format-fixtures";

describe.skipIf(!hasShared(`${folder}/expected.json`))("the samples beside the repository", () => {
  test.each(["npz_stored.npz", "npz_deflated.npz"])("%s holds what it should", (name) => {
    const expected = readSharedJson<Record<string, { shape: number[]; data: (number | boolean)[] }>>(
      `${folder}/expected.json`,
    );
    const read = parseNpz(readFileSync(join(sharedPath(folder), name)), name);
    expect(Object.keys(read).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, { shape, data }] of Object.entries(expected)) {
      expect(read[key]!.shape, key).toEqual(shape);
      expect([...read[key]!.data], key).toEqual(data.map(Number));
    }
  });
});

describe("an npz file", () => {
  test("is written and read", async () => {
    const path = join(temporaryFolder(), "a.npz");
    await saveNpz(path, { a: tensor([1, 2]) }, { compress: true });
    expect([...(await loadNpz(path)).a!.data]).toEqual([1, 2]);
    await expect(loadNpz(path, { limit: 100 })).rejects.toThrow(/at most 100 bytes/);
  });

  test("that is not there, or has no name, is an error that says so", async () => {
    await expect(loadNpz(join(temporaryFolder(), "none"))).rejects.toThrow(/an npz file[\s\S]*nothing there/);
    await expect(loadNpz(3 as never)).rejects.toThrow(/the path is 3/);
    await expect(saveNpz("", {})).rejects.toThrow(/the path is the text ""/);
  });
});
