import { type Applied, noGrad, observing } from "../../autograd/apply.ts";
import type { Floats } from "../../compute/floats.ts";
import { OptionError } from "../../errors.ts";
import { evaluating } from "../../nn/evaluating.ts";
import type { Module } from "../../nn/module.ts";
import type { PadDetails } from "../../ops/pad.ts";
import type { UnpoolDetails } from "../../ops/unpool2d.ts";
import type { UpsampleDetails } from "../../ops/upsample.ts";
import { peek } from "../../tensor/numbers.ts";
import { homeOf, type Tensor } from "../../tensor/tensor.ts";
import type { Fed } from "./layer-in.ts";

/** The one operation with windows that a layer ran, its operands as it found them, and what the layer came to. */
export interface Watched {
  readonly applied: Applied;
  /** Copies of the operands' numbers: of the images as they were padded, of the filters as they were masked or turned. */
  readonly operands: readonly Floats[];
  /** What was put around the images before a convolution, which shows as its padding; null for nothing. */
  readonly padded: PadDetails | null;
  /** The mask on the filters, with its shape; null without one. */
  readonly mask: { readonly values: Floats; readonly shape: readonly number[] } | null;
  /** What a reader has to know who compares with the layer's own fields. */
  readonly notes: readonly string[];
  readonly output: Tensor;
}

/** Operations whose windows a player can show, by the beginnings or ends of their names. */
const played = /^(conv[12]d( and relu)?|convTranspose[12]d|locallyConnected2d|upsample|maxUnpool2d|.*Pool[12]d)$/;
/** Those that may run beside it: what comes before the sum is shown as part of its operands. */
const helpers = ["pad", "mask", "flip filters"];

/**
 * Runs a layer on a batch, in evaluation mode, and finds its windows.
 *
 * @throws OptionError if it runs none, several, or anything beside them that would not be seen
 */
export function watchLayer(op: string, { layer, input, more }: Fed): Watched {
  const steps: { applied: Applied; operands: Floats[] }[] = [];
  const watch = (applied: Applied): void => {
    const { operation, inputs } = applied;
    // Memory of what is on its way is used again, so what will be shown is copied; weights of a whole network are not.
    const first = played.test(operation) && steps.every((step) => !played.test(step.applied.operation));
    const shown = first || operation === "mask";
    steps.push({ applied, operands: shown ? inputs.map((x) => peek(x).slice() as Floats) : [] });
  };
  const output = noGrad(() => evaluating(layer, () => observing(() => layer.forward(input, ...(more as [])), watch)));
  const found = steps.filter(({ applied }) => played.test(applied.operation));
  const names = steps.map(({ applied }) => applied.operation);
  const [one] = found;
  const others = names.filter((name) => !played.test(name) && !helpers.includes(name));
  if (one === undefined || found.length > 1 || others.length > 0 || homeOf(one.applied.output) !== homeOf(output)) {
    throw new OptionError(op, refusal(layer, names, found.length), fixFor(layer));
  }
  checkPlaces(op, one);
  const step = (name: string) => steps.find(({ applied }) => applied.operation === name);
  const [images, filters] = one.applied.inputs;
  const padded = step("pad")?.applied ?? null;
  const masked = step("mask");
  const onFilters = masked !== undefined && filters !== undefined && homeOf(masked.applied.output) === homeOf(filters);
  const before = padded !== null && homeOf(padded.output) === homeOf(images!) ? padded : null;
  const windowed = /^(conv[12]d|locally)/.test(one.applied.operation);
  const notes = [
    before && !windowed && "The input is shown with what is put around it before",
    step("flip filters") && "Filters are shown as they are used, turned by half a turn",
    one.applied.operation === "upsample" && `Mode ${(one.applied.details as UpsampleDetails).mode}`,
    masked && !onFilters && "The input is shown as the mask leaves it",
  ].filter((note): note is string => typeof note === "string");
  return {
    ...one,
    padded: before && windowed ? (before.details as PadDetails) : null,
    mask: onFilters ? { values: masked.operands[1]!, shape: masked.applied.inputs[1]!.shape as number[] } : null,
    notes,
    output,
  };
}

/** Windows of an unpooling are those of the pooling that it leads back from: they have to be known, and its indices within them. */
function checkPlaces(op: string, { applied, operands }: Pick<Watched, "applied" | "operands">): void {
  if (applied.operation !== "maxUnpool2d") return;
  const { windows } = applied.details as UnpoolDetails;
  if (windows === null) {
    const problem = "the unpooling knows the size of its maps, and not the pooling's windows";
    throw new OptionError(op, problem, "give kernelSize beside outputSize");
  }
  const [rows, columns] = (applied.inputs[0]!.shape as readonly number[]).slice(2) as [number, number];
  const width = (applied.output.shape as readonly number[]).at(-1)!;
  for (const [i, place] of operands[1]!.entries()) {
    const at = [Math.floor(i / columns) % rows, i % columns];
    const leads = [Math.floor(place / width), place % width];
    const inside = windows.every(({ kernelSize, stride, padding }, axis) => {
      const within = leads[axis]! - (at[axis]! * stride - padding);
      return within >= 0 && within < kernelSize;
    });
    if (inside) continue;
    const problem = `index ${i} is ${place}, row ${leads[0]} and column ${leads[1]}, which its window does not cover`;
    throw new OptionError(op, problem, "give the pooling's own kernelSize, stride and padding");
  }
}

function refusal(layer: Module, names: readonly string[], found: number): string {
  const kind = layer.constructor.name;
  if (names.length === 0) return `${kind} computes nothing`;
  const shown = names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
  const what = found === 0 ? "no windows slide in it" : "a player shows one layer with windows";
  return `${kind} runs ${shown.join(", ")}: ${what}`;
}

function fixFor(layer: Module): string {
  const paths = layer.namedModules().flatMap(([path, part]) => {
    return path !== "" && part.children().length === 0 && /Conv|Locally|Upsample|[Pp]ool/.test(part.constructor.name)
      ? [path]
      : [];
  });
  if (paths.length === 0) return "give a convolution, a transposed one, an unshared one, a pooling or an Upsample";
  const shown = paths.slice(0, 6).map((path) => `"${path}"`);
  return `name one of its layers: { layer: ${shown.join(" or ")}${paths.length > 6 ? " or …" : ""} }`;
}
