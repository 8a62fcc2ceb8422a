/** A folder or file of lib/ or kernel/ and what it may import: the layers of ARCHITECTURE.md as data. */
export interface Part {
  /** A file of the part; for a folder any name that no rule singles out. */
  readonly file: string;
  /** Within its half, a part imports parts of lower numbers... */
  readonly layer: number;
  /** ...and these of its own number... */
  readonly also?: readonly string[];
  /** ...or, where this is given, these alone. */
  readonly only?: readonly string[];
  /** The packages it may import; none where left out. */
  readonly packages?: readonly string[];
}

const node = "node:fs/promises";
const any = "any.ts";

export const parts: readonly Part[] = [
  { file: "lib/errors.ts", layer: 0 },
  { file: "lib/interrupt.ts", layer: 0 },
  { file: "lib/mime.ts", layer: 0 },
  { file: "lib/random.ts", layer: 0, also: ["lib/errors.ts"] },
  { file: `lib/shapes/${any}`, layer: 0, only: [] },
  { file: `lib/tensor/${any}`, layer: 1 },
  { file: `lib/wasm/${any}`, layer: 0 },
  { file: `lib/compute/${any}`, layer: 1, only: ["lib/wasm"] },
  { file: `lib/compute/blocked/${any}`, layer: 1, only: [] },
  { file: `lib/compute/simd/${any}`, layer: 1, only: ["lib/wasm"] },
  { file: `lib/autograd/${any}`, layer: 2 },
  { file: `lib/ops/${any}`, layer: 3 },
  { file: `lib/files/${any}`, layer: 3, only: ["lib/errors.ts"], packages: [node] },
  { file: `lib/nn/${any}`, layer: 4 },
  { file: `lib/optim/${any}`, layer: 4 },
  { file: `lib/data/${any}`, layer: 4 },
  { file: `lib/data/augment/${any}`, layer: 4 },
  { file: "lib/data/files.ts", layer: 4, packages: [node] },
  { file: `lib/formats/${any}`, layer: 4 },
  { file: "lib/formats/npz.ts", layer: 4, packages: ["fflate"] },
  { file: "lib/formats/unzip.ts", layer: 4, packages: ["fflate"] },
  { file: "lib/data/store.ts", layer: 4, packages: [node] },
  { file: "lib/data/decode-image.ts", layer: 4, packages: ["fast-png", "jpeg-js"] },
  { file: "lib/data/csv.ts", layer: 4, packages: ["csv-parse/sync"] },
  { file: "lib/data/http.ts", layer: 4, packages: ["undici"] },
  { file: `lib/models/${any}`, layer: 5 },
  { file: `lib/display/${any}`, layer: 5 },
  { file: `lib/display/player/${any}`, layer: 5 },
  { file: "lib/display/png.ts", layer: 5, packages: ["fast-png"] },
  { file: "lib/display/graph-layout.ts", layer: 5, packages: ["@dagrejs/dagre"] },
  { file: `lib/onnx/${any}`, layer: 5 },
  { file: `lib/onnx/operators/${any}`, layer: 5 },
  { file: `lib/onnx/values/${any}`, layer: 5 },
  { file: `lib/onnx/export/${any}`, layer: 5 },
  { file: `lib/onnx/protobuf/${any}`, layer: 5, only: ["lib/errors.ts"], packages: ["@bufbuild/protobuf/wire"] },
  { file: `lib/train/${any}`, layer: 6 },
  { file: `lib/demo/${any}`, layer: 6 },
  { file: `lib/interpret/${any}`, layer: 7 },
  { file: "lib/methods.ts", layer: 8 },
  { file: "lib/index.ts", layer: 9 },
  { file: `lib/pages/player/${any}`, layer: 10 },
  { file: `lib/pages/demo/${any}`, layer: 10 },

  { file: `kernel/display/${any}`, layer: 0, packages: [node] },
  { file: `kernel/display/figure/${any}`, layer: 0, packages: [node] },
  { file: `kernel/api/${any}`, layer: 0, also: ["kernel/display"], packages: [node] },
  { file: `kernel/protocol/${any}`, layer: 0, packages: [node] },
  { file: "kernel/protocol/client-sockets.ts", layer: 0, packages: [node, "zeromq"] },
  {
    file: `kernel/debugger/${any}`,
    layer: 0,
    also: ["kernel/protocol"],
    packages: [node, "@vscode/debugprotocol", "@jridgewell/trace-mapping"],
  },
  { file: `kernel/io/${any}`, layer: 1, only: ["kernel/protocol", "kernel/debugger"], packages: [node] },
  { file: "kernel/io/sockets.ts", layer: 1, only: ["kernel/protocol", "kernel/debugger"], packages: [node, "zeromq"] },
  {
    file: `kernel/session/${any}`,
    layer: 1,
    only: ["kernel/protocol", "kernel/display", "kernel/api"],
    packages: [node],
  },
  {
    file: `kernel/language/${any}`,
    layer: 1,
    only: ["kernel/protocol"],
    packages: [node, "tslab", "@tslab/typescript-for-tslab"],
  },
  { file: `kernel/notebook/${any}`, layer: 1, only: ["kernel/protocol"], packages: [node] },
  { file: `kernel/notebook/html/${any}`, layer: 1, only: ["kernel/protocol"], packages: [node, "markdown-it"] },
  { file: `kernel/commands/${any}`, layer: 2, packages: [node] },
  { file: `kernel/commands/doctor/${any}`, layer: 2, packages: [node] },
  { file: "kernel/main.ts", layer: 3, packages: [node] },
];

/** Packages of every kind that some part may import; the last one is ourselves by name. */
export const packages: readonly string[] = [
  ...new Set(parts.flatMap((part) => part.packages ?? [])),
  "@jupyter-widgets/base",
  "stridelab",
];

/** `lib/tensor` of `lib/tensor/any.ts`, `lib/errors.ts` of itself: what has a row of its own in ARCHITECTURE.md. */
export const folderOf = (file: string): string => file.split("/").slice(0, 2).join("/");

/** Whether the table lets `from` import `to`. */
export function mayImport(from: Part, to: Part): boolean {
  const [home, target] = [folderOf(from.file), folderOf(to.file)];
  if (home === target) return true;
  if (home.split("/")[0] !== target.split("/")[0]) return false;
  if (from.only !== undefined) return from.only.includes(target);
  return to.layer < from.layer || (from.also?.includes(target) ?? false);
}
