/**
 * Files of other kinds than a reader wants: told by their first bytes, whatever their names say, and refused with what to do.
 * Pickled files are never read, as reading one runs the code in it; Python converts them, in one line.
 */
import { DataError } from "../errors.ts";

/** The formats that have readers here. */
export type Format = "safetensors" | "npy" | "npz";

/** The lines that convert what only Python should read. */
export const conversions = {
  /** A state dict that `torch.save` wrote. */
  torch: `python -c "import torch, safetensors.torch as s; s.save_file({k: v.contiguous().clone() for k, v in torch.load('weights.pt', map_location='cpu', weights_only=True).items()}, 'weights.safetensors')"`,
  /** Weights that Keras wrote, or any HDF5 file: its arrays by their paths. */
  hdf5: `python -c "import h5py, numpy as np; a = {}; h5py.File('weights.h5').visititems(lambda n, v: a.update({n: v[()]}) if getattr(v, 'dtype', np.dtype('O')).kind in 'biuf' else None); np.savez('weights.npz', **a)"`,
  /** A pickled dictionary of arrays. */
  pickle: `python -c "import pickle, numpy as np; np.savez('weights.npz', **pickle.load(open('weights.pkl', 'rb')))"`,
  /** An array of Python objects that are numbers. */
  objects: `python -c "import numpy as np; np.save('new.npy', np.load('old.npy', allow_pickle=True).astype('float32'))"`,
};

/** What begins an npy file. */
export const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const readers: Readonly<Record<Format, string>> = {
  safetensors: "loadSafetensors or parseSafetensors",
  npy: "loadNpy or parseNpy",
  npz: "loadNpz or parseNpz",
};

/** @throws DataError if the bytes are a file of another kind that is known */
export function refuseForeign(bytes: Uint8Array, wanted: Format, file: string): void {
  const kind = kindOf(bytes);
  if (kind === null || kind.format === wanted) return;
  const fix = kind.format === undefined ? kind.fix : `read it with ${readers[kind.format]}`;
  throw new DataError(file, `${wanted === "safetensors" ? "a" : "an"} ${wanted} file`, kind.what, fix);
}

/** What an archive of this member is beside a folder of arrays, and how to convert it. */
export function foreignArchive(member: string): { what: string; fix: string } | null {
  if (/(^|\/)data\.pkl$/.test(member)) {
    return { what: "what torch.save wrote, a pickle, which is code that would run", fix: conversions.torch };
  }
  if (!/\.h5$/.test(member)) return null;
  return { what: "a Keras archive", fix: `unpack ${member} from it, then ${conversions.hdf5}` };
}

interface Kind {
  readonly what: string;
  readonly format?: Format;
  readonly fix?: string;
}

function kindOf(bytes: Uint8Array): Kind | null {
  const begins = (...first: readonly number[]): boolean => first.every((byte, i) => bytes[i] === byte);
  if (begins(...magic)) return { what: "an npy file, one array of NumPy's", format: "npy" };
  if (begins(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)) {
    return { what: "an HDF5 file, as Keras writes", fix: conversions.hdf5 };
  }
  if (begins(0x50, 0x4b, 0x03, 0x04)) {
    return foreignArchive(firstMember(bytes)) ?? { what: "a zip archive", format: "npz" };
  }
  // The length of a header comes first; one of 2^24 bytes or more is left for its reader to judge.
  if (bytes[8] === 0x7b && bytes.subarray(3, 8).every((byte) => byte === 0)) {
    return { what: "a safetensors file", format: "safetensors" };
  }
  // The opcode for the protocol's number, 2 to 5, and that of the number that torch.save began files with until 2020.
  if (begins(0x80) && bytes[1]! >= 2 && bytes[1]! <= 5) {
    const torch = bytes[2] === 0x8a && bytes[3] === 10;
    const what = `a pickle${torch ? " of torch.save" : ""}, which is code that would run`;
    return { what, fix: torch ? conversions.torch : conversions.pickle };
  }
  return null;
}

/** The name in the first header of a zip archive. */
function firstMember(bytes: Uint8Array): string {
  if (bytes.length < 30) return "";
  const length = bytes[26]! | (bytes[27]! << 8);
  return String.fromCharCode(...bytes.subarray(30, 30 + Math.min(length, 1000)));
}
