import type { MimeBundle } from "../mime.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { drawImages } from "./draw-images.ts";
import { plural } from "./format.ts";
import { histogram } from "./histogram.ts";
import { type Images, imagesOf } from "./images.ts";
import { lineChart } from "./line-chart.ts";
import { numberTable, TABLE_SIDE } from "./number-table.ts";
import { figureHtml, type Picture } from "./picture.ts";
import { describeSpread, describeStatistics, statistics } from "./statistics.ts";
import { svgSize, svgUri } from "./svg.ts";

/** Smaller images are rather read as numbers. */
const IMAGE_SIDE = 8;
/** A tensor as a cell's last value is a glance: a fuller picture is imageGrid's. */
const GLANCE = 32;

/**
 * What a tensor shows as the last value of a cell. Up to 12 × 12 numbers: their table. `[N, 1, H, W]`, `[N, 3, H, W]`,
 * `[N, H, W]` and `[H, W]` of at least 8 × 8: images. Others: a curve for one axis of fractions, else a histogram.
 * Always with shape, type and statistics; as text, the tensor's own.
 */
export function tensorBundle(x: AnyTensor): MimeBundle {
  const shape = x.shape as readonly number[];
  const title = `Tensor ${x.dtype} [${shape.join(", ")}]`;
  const text = { "text/plain": x.toString() };
  if (x.size === 0 || peek(x).length !== x.size) return text;
  if (shape.length <= 2 && shape.every((size) => size <= TABLE_SIDE)) {
    return { ...numberTable(x, { title }).bundle, ...text };
  }
  const stats = statistics(peek(x));
  const images = imagesIn(x);
  if (images) {
    // A matrix with negative entries is rather weights than a picture: its signs are what one looks for.
    const signed = shape.length === 2 && stats.min < 0;
    const colours = signed ? "diverging" : "grey";
    // Where all is drawn, the picture says the extremes and what is not finite by itself.
    const spread = describeSpread(stats);
    const drawn = spread && `${plural(stats.count, "value")}: ${spread}`;
    const caption = images.count > GLANCE ? `All ${describeStatistics(stats)}` : drawn;
    return { ...drawImages(images, { title, caption, colours, limit: GLANCE }, "image").bundle, ...text };
  }
  const isCurve = shape.length === 1 && (x.dtype === "float32" || x.dtype === "float64");
  const drawing = isCurve ? curveOf(x) : histogram(x);
  const svg = drawing.bundle["image/svg+xml"] as string;
  // A histogram says the statistics itself.
  const caption = isCurve ? describeStatistics(stats) : undefined;
  const figure = { title, caption, alt: drawing.toString(), source: svgUri(svg), ...svgSize(svg) };
  return { "text/html": figureHtml(figure), "image/svg+xml": svg, ...text };
}

function curveOf(x: AnyTensor): Picture {
  return lineChart({ x: { label: "index" }, y: { label: "value" }, series: [{ name: "value", y: peek(x) }] });
}

function imagesIn(x: AnyTensor): Images | null {
  const shape = x.shape as readonly number[];
  if (shape.length < 2 || shape.length > 4 || shape.slice(-2).some((size) => size < IMAGE_SIDE)) return null;
  if (shape.length === 4 && shape[1] !== 1 && shape[1] !== 3) return null;
  return imagesOf("display", x);
}
