import { reluForward } from "./activation.ts";
import { addBiasRelu } from "./bias-relu.ts";
import { addBias } from "./elementwise.ts";
import type { Floats } from "./floats.ts";

/** What a pass does to its sums before it stores them, so that a layer reads and writes its output once. */
export interface Epilogue {
  /** One number a feature, added; null for none. */
  readonly bias: Floats | null;
  /** Whether `max(value, 0)` is taken then; NaN stays NaN. */
  readonly relu: boolean;
}

/** Stores the sums as they are. */
export const noEpilogue: Epilogue = { bias: null, relu: false };

/** An epilogue as passes of its own, in place: `x` is `[n, f, plane]`, the bias `[f]`. */
export function applyEpilogue({ bias, relu }: Epilogue, n: number, f: number, plane: number, x: Floats): void {
  const numbers = x.subarray(0, n * f * plane);
  if (bias !== null && relu) addBiasRelu(n, f, plane, numbers, bias, numbers);
  else if (bias !== null) addBias(n, f, plane, numbers, bias, numbers);
  else if (relu) reluForward(numbers, numbers);
}
