import { toBase64 } from "../display/png.ts";
import { OptionError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { formatOnnx } from "../onnx/export/format.ts";

/** How large a network may be in a page, and what to do with a larger one. */
export interface TravelLimit {
  readonly mebibytes: number;
  readonly fix: string;
}

/**
 * A network as text that a page can hold: an ONNX file in base64.
 *
 * @throws OptionError for one that is larger, and as `formatOnnx` for one that cannot be written
 */
export function packNetwork(op: string, network: Module, shape: readonly number[], limit: TravelLimit): string {
  const file = formatOnnx(network, shape);
  if (file.length <= limit.mebibytes * 2 ** 20) return toBase64(file);
  const found = (file.length / 2 ** 20).toFixed(0);
  throw new OptionError(op, `the network has ${found} MiB, and a page holds at most ${limit.mebibytes}`, limit.fix);
}
