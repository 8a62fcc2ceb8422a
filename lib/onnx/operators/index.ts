import type { Operator } from "../call.ts";
import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { attentions } from "./attention.ts";
import { columns } from "./columns.ts";
import { constants } from "./constants.ts";
import { control } from "./control.ts";
import { convolutions } from "./conv.ts";
import { detection } from "./detection.ts";
import { dropouts } from "./dropout.ts";
import { functions } from "./functions.ts";
import { indexing } from "./indexing.ts";
import { logic } from "./logic.ts";
import { losses } from "./loss.ts";
import { matrices } from "./matrix.ts";
import { movement } from "./movement.ts";
import { norms } from "./norm.ts";
import { pools } from "./pool.ts";
import { quantization } from "./quantize.ts";
import { recurrents } from "./recurrent.ts";
import { reductions } from "./reduce.ts";
import { resizing } from "./resize.ts";
import { sampling } from "./sampling.ts";
import { sequences } from "./sequences.ts";
import { shapes } from "./shapes.ts";
import { signals } from "./signal.ts";
import { texts } from "./text.ts";
import { training } from "./training.ts";

/** Operators that compute with numbers, as layers do: what a summary has a line for. */
const computing: Readonly<Record<string, Operator>> = {
  ...activations,
  ...arithmetic,
  ...attentions,
  ...columns,
  ...convolutions,
  ...dropouts,
  ...functions,
  ...losses,
  ...matrices,
  ...norms,
  ...pools,
  ...recurrents,
  ...reductions,
  ...resizing,
  ...sampling,
};

/** All of ONNX's own operators that are known, by their names. */
const standard: Readonly<Record<string, Operator>> = {
  ...computing,
  ...constants,
  ...control,
  ...detection,
  ...indexing,
  ...logic,
  ...movement,
  ...quantization,
  ...sequences,
  ...shapes,
  ...signals,
  ...texts,
};

const domains: Readonly<Record<string, Readonly<Record<string, Operator>>>> = {
  "": standard,
  "ai.onnx": standard,
  "ai.onnx.preview.training": training,
};

/** The operator of a name, if it is known. */
export function operatorOf(domain: string, name: string): Operator | undefined {
  const operators = Object.hasOwn(domains, domain) ? domains[domain] : undefined;
  return operators !== undefined && Object.hasOwn(operators, name) ? operators[name] : undefined;
}

/** Whether an operator is one of those that a summary shows as layers. */
export function isLayer(domain: string, name: string): boolean {
  return (domain === "" || domain === "ai.onnx") && Object.hasOwn(computing, name);
}
