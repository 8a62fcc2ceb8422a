import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conversions } from "../../lib/formats/foreign.ts";
import {
  type AnyTensor,
  formatNpy,
  formatNpz,
  formatSafetensors,
  loadNpy,
  loadNpz,
  loadSafetensors,
  tensor,
  zeros,
} from "../../lib/index.ts";
import { succeed, temporaryFolder } from "../package/command.ts";
import { pythonPrograms } from "./tools.ts";

/** A tensor as Python tells and is told it: its bits in base 64. */
interface Told {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
  /** Whether it is of floating-point numbers of fewer bits than a tensor has. */
  readonly widened?: true;
}

const folder = temporaryFolder(afterAll);
let bin = "";
let expected: Record<string, Record<string, Told>> = {};

beforeAll(async () => {
  bin = await pythonPrograms();
  await succeed(join(bin, "python"), ["test/all/formats.py", "write", folder]);
  expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as typeof expected;
});

const bitsOf = ({ data }: AnyTensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const told = (x: AnyTensor): Told => ({ dtype: x.dtype, shape: x.shape, data: bitsOf(x).toString("base64") });

async function load(file: string): Promise<Record<string, AnyTensor>> {
  const path = join(folder, file);
  if (file.endsWith(".npy")) return { "": await loadNpy(path) };
  return file.endsWith(".npz") ? await loadNpz(path) : (await loadSafetensors(path)).tensors;
}

/** The same bits; where Python has widened the numbers, NaN may have become quiet, and is a NaN. */
function expectSame(found: AnyTensor, { dtype, shape, data, widened }: Told, what: string): void {
  expect([found.dtype, found.shape], what).toEqual([dtype, shape]);
  const theirs = Buffer.from(data, "base64");
  if (widened === undefined) {
    expect(bitsOf(found).equals(theirs), what).toBe(true);
    return;
  }
  const wanted = new Float32Array(new Uint8Array(theirs).buffer);
  expect(
    [...found.data].filter((number, i) => !Object.is(number, wanted[i])),
    what,
  ).toEqual([]);
}

test("every file that NumPy and safetensors write is read to the same bits", async () => {
  expect(Object.keys(expected).length).toBeGreaterThan(80);
  for (const [file, tensors] of Object.entries(expected)) {
    const read = await load(file);
    expect(Object.keys(read).sort(), file).toEqual(Object.keys(tensors).sort());
    for (const [name, numbers] of Object.entries(tensors)) expectSame(read[name]!, numbers, `${file} ${name}`);
  }
});

test("every file that is written for them they read to the same bits, and npy files are NumPy's own, byte for byte", async () => {
  const numbers = zeros([2, 2]);
  new Uint32Array(numbers.data.buffer, numbers.data.byteOffset).set([0x7fc12345, 0xff800001, 0x80000000, 1]);
  const tensors: Record<string, AnyTensor> = {
    "float32 with NaN": numbers,
    float64: tensor([Math.PI, 5e-324, -0], [3, 1], "float64"),
    int32: tensor([1, -2_147_483_648], [2], "int32"),
    uint8: tensor([0, 255], [1, 2, 1], "uint8"),
    "نام/ж": tensor(7),
    empty: zeros([0, 3]),
    "a million": zeros([1_000_000]),
    "many axes": zeros(new Array<number>(40).fill(1)),
  };
  const files: [string, Uint8Array, Record<string, AnyTensor>][] = [
    ["ours.npz", formatNpz(tensors), tensors],
    ["ours-deflated.npz", formatNpz(tensors, { compress: true }), tensors],
    ["ours.safetensors", formatSafetensors(tensors, { from: "نام" }), tensors],
    ...Object.values(tensors).map(
      (x, i) => [`ours-${i}.npy`, formatNpy(x), { "": x }] as [string, Uint8Array, Record<string, AnyTensor>],
    ),
  ];
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  const tell = (given: Record<string, AnyTensor>) =>
    Object.fromEntries(Object.entries(given).map(([name, x]) => [name, told(x)]));
  const given = Object.fromEntries(files.map(([file, , tensors]) => [file, tell(tensors)]));
  writeFileSync(join(folder, "given.json"), JSON.stringify(given));
  const { stdout } = await succeed(join(bin, "python"), ["test/all/formats.py", "check", folder]);
  expect(stdout).toBe("equal\n");
});

describe("what only Python should read is converted by the line that the error quotes", () => {
  /** As a user would: the file is given to a reader, and the line of its error to a shell. */
  async function follow(file: string, line: string): Promise<void> {
    await expect(load(file)).rejects.toThrow(line);
    execFileSync(line, {
      cwd: folder,
      shell: true,
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    });
  }

  const flat = (read: Record<string, AnyTensor>) =>
    Object.fromEntries(Object.entries(read).map(([name, { shape, data }]) => [name, [shape, [...data]]]));
  const a = [
    [1, 2],
    [1.5, -2],
  ];
  const b = [[2], [3, 4]];

  test("weights.h5, as Keras writes", async () => {
    await expect(loadNpz(join(folder, "weights.h5"))).rejects.toThrow(conversions.hdf5);
    await follow("weights.h5", conversions.hdf5);
    expect(flat(await loadNpz(join(folder, "weights.npz")))).toEqual({
      "layers/conv/vars/0": a,
      "layers/conv/vars/1": b,
    });
  });

  test("weights.pkl, arrays by their names", async () => {
    await follow("weights.pkl", conversions.pickle);
    expect(flat(await loadNpz(join(folder, "weights.npz")))).toEqual({ a, b });
  });

  test("old.npy, an array of Python objects", async () => {
    await follow("old.npy", conversions.objects);
    expect([...(await loadNpy(join(folder, "new.npy"))).data]).toEqual([1, 2.5]);
  });

  test("weights.pt, a state dict of PyTorch's, with parts shared and turned", async ({ skip }) => {
    if (!existsSync(join(folder, "weights.pt"))) skip("there is no PyTorch in this Python");
    await follow("weights.pt", conversions.torch);
    const { tensors } = await loadSafetensors(join(folder, "weights.safetensors"));
    expect(flat(tensors)).toEqual({
      a,
      "also a": a,
      turned: [
        [2, 1],
        [1.5, -2],
      ],
      b,
    });
  });
});
