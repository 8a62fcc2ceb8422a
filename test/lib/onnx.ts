import { readFileSync } from "node:fs";
import { sharedPath } from "./shared.ts";

/** What a tensor file of ONNX's tests holds: float32 numbers, as `TensorProto` of onnx.proto3 writes them. */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where the tensors of one of ONNX's node tests lie: a folder beside the repository, which may be missing. */
export const onnxFolder = (test: string): string => `conformance/onnx-node/${test}/test_data_set_0`;

/**
 * Reads one of them, `input_0`, `output_1`.
 *
 * @throws Error if it holds other numbers than float32
 */
export function readOnnxTensor(test: string, name: string): OnnxTensor {
  const bytes = readFileSync(sharedPath(`${onnxFolder(test)}/${name}.pb`));
  const shape: number[] = [];
  let data: Float32Array | undefined;
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, wireType] = [key >> 3, key & 7];
    const value = varint();
    if (wireType === 0) {
      if (field === 1) shape.push(value); // dims, one by one
      if (field === 2 && value !== 1) throw new Error(`${test}/${name} has data type ${value}, not float32`);
      continue;
    }
    const content = bytes.subarray(at, at + value);
    at += value;
    if (field === 9) data = new Float32Array(Uint8Array.from(content).buffer); // raw_data, little-endian
  }
  if (data === undefined) throw new Error(`${test}/${name} has no raw data`);
  return { shape, data };
}
