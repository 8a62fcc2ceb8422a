import type { GradientCheck, GradientErrors } from "../autograd/grad-check.ts";
import { drawImages } from "./draw-images.ts";
import { formatNumber, joinSentences } from "./format.ts";
import { Picture, stacked, wrapFigure } from "./picture.ts";

/** Errors are drawn from here, far below what rounding makes of float64, to 1. */
const LEAST = -16;
const TICKS = ["10⁻¹⁶", "10⁻⁸", "1"];

/**
 * A gradient check as maps of its errors, one an input: dark is right, yellow is wrong, on a logarithmic scale that all of them
 * share. Inputs of more than two axes are cut along the others.
 */
export function gradientCheckMaps(check: GradientCheck): Picture {
  const text = `${check}`;
  const [head = "", ...rest] = text.split("\n");
  const caption = joinSentences(rest.map((line) => line.trim()).join("; "));
  const intro = new Picture({ "text/html": wrapFigure("", { title: head, caption }), "text/plain": text });
  const maps = check.inputs.filter(({ errors }) => errors.length > 0).map((input) => mapOf(input, check.tolerance));
  return stacked([intro, ...maps], text);
}

function mapOf({ name, shape, errors }: GradientErrors, tolerance: number): Picture {
  const [height, width] = shape.length >= 2 ? (shape.slice(-2) as [number, number]) : [1, errors.length];
  const data = errors.map((error) => (Number.isFinite(error) ? Math.max(LEAST, Math.log10(error)) : Number.NaN));
  const wrong = errors.reduce((count, error) => count + (error > tolerance ? 1 : 0), 0);
  const largest = errors.reduce((most, error) => Math.max(most, error), 0);
  const caption = joinSentences(
    `Colour is log₁₀ of the error; the largest is ${formatNumber(largest)}`,
    wrong > 0 && `${wrong} of ${errors.length} beyond the tolerance of ${tolerance}`,
  );
  const images = { count: errors.length / (height * width), channels: 1, height, width, data } as const;
  const title = `${name} [${shape.join(", ")}]`;
  const scale = { name: "error", ticks: TICKS };
  return drawImages(images, { title, caption, colours: "sequential", range: [LEAST, 0], scale }, "map");
}
