import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../lib/errors.ts";
import { conversions } from "../../../lib/formats/foreign.ts";
import { formatNpy, parseNpy } from "../../../lib/formats/npy.ts";
import { formatNpz, parseNpz } from "../../../lib/formats/npz.ts";
import { formatSafetensors, parseSafetensors } from "../../../lib/formats/safetensors.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { archive } from "../../fuzz/formats/archive.mjs";
import { root } from "../../package/command.ts";

const readers = { safetensors: parseSafetensors, npy: parseNpy, npz: parseNpz } as const;
const a = tensor([1, 2]);

/** The first bytes of files as other programs write them. */
const others: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp, fix: string])[] = [
  [
    "what torch.save writes",
    archive([{ name: "net/data.pkl", content: new Uint8Array(9) }]),
    /torch\.save wrote, a pickle/,
    conversions.torch,
  ],
  // torch.save with _use_new_zipfile_serialization=False: a pickle of the number 0x1950a86a20f9469cfc6c
  [
    "what torch.save wrote until 2020",
    Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e),
    /a pickle of torch\.save/,
    conversions.torch,
  ],
  [
    "a pickle",
    Uint8Array.of(0x80, 4, 0x95, 0x0b, 0, 0, 0, 0, 0, 0, 0, 0x7d),
    /a pickle, which is code that would run/,
    conversions.pickle,
  ],
  [
    "what Keras writes",
    Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 0x1a, 10, 0, 0, 0),
    /an HDF5 file, as Keras writes/,
    conversions.hdf5,
  ],
];

test("the lines that convert them stand in the README", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const line of Object.values(conversions)) expect(readme).toContain(`\n${line}\n`);
});

describe("files of other kinds are told by their bytes", () => {
  test.each(others)("%s, and every reader says how Python converts it", (_what, bytes, message, fix) => {
    for (const read of Object.values(readers)) {
      expect(() => read(bytes, "given")).toThrow(DataError);
      expect(() => read(bytes, "given")).toThrow(message);
      expect(() => read(bytes, "given")).toThrow(`fix: ${fix}`);
    }
  });

  const ours = {
    safetensors: formatSafetensors({ a }),
    npy: formatNpy(a),
    npz: formatNpz({ a }),
  } as const;
  const kinds = ["safetensors", "npy", "npz"] as const;

  test.each(kinds.flatMap((wanted) => kinds.filter((kind) => kind !== wanted).map((kind) => [wanted, kind] as const)))(
    "the reader of %s names the one of %s",
    (wanted, kind) => {
      expect(() => readers[wanted](ours[kind], "given")).toThrow(new RegExp(`fix: read it with .*parse${kind}$`, "i"));
    },
  );
});
