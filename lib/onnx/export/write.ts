import { writeWhole } from "../../files/whole.ts";
import { checkPath } from "../../formats/check.ts";
import type { Module } from "../../nn/module.ts";
import { type FormatOnnxOptions, formatOnnx } from "./format.ts";

/**
 * Writes a network to an ONNX file, whole or not at all, also if the process is killed meanwhile.
 *
 * @param shape of one example, without the batch: `[C, H, W]`
 * @throws as `formatOnnx`; OptionError for what is no path; DataError if the file cannot be written
 * @example const save = (net: Module) => writeOnnx("lenet5.onnx", net, [1, 28, 28], { opset: 18 })
 */
export async function writeOnnx(
  path: string,
  network: Module,
  shape: readonly number[],
  options: FormatOnnxOptions = {},
): Promise<void> {
  checkPath("writeOnnx", path, "network.onnx");
  await writeWhole(path, formatOnnx(network, shape, options));
}
