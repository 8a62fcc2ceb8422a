import type { MimeBundle } from "../mime.ts";
import { confusionHtml } from "./confusion-html.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { headline, recallOf } from "./confusion-shades.ts";
import { confusionSvg } from "./confusion-svg.ts";
import { drawImages } from "./draw-images.ts";
import { formatCount, formatShare, joinSentences, shorten } from "./format.ts";
import { wrapFigure } from "./picture.ts";
import { tableHtml, tableText } from "./table.ts";

/** More classes than this are drawn as a map of pixels instead of a table of counts. */
const TABLE_CLASSES = 20;
/** Of so many classes only the most frequent confusions are listed. */
const CONFUSIONS = 10;

/** A confusion matrix as a table of coloured counts, or for many classes as a map with the most frequent confusions. */
export function confusionBundle(matrix: ConfusionMatrix): MimeBundle {
  return matrix.classes.length <= TABLE_CLASSES ? asTable(matrix) : asMap(matrix);
}

function asTable(matrix: ConfusionMatrix): MimeBundle {
  const { classes, counts, title } = matrix;
  const k = classes.length;
  const rows = classes.map((name, row) => [
    name,
    ...counts.data.subarray(row * k, (row + 1) * k),
    recallOf(matrix, row),
  ]);
  const columns = ["true \\ predicted", ...classes.map((name) => shorten(name, 12)), "recall"];
  const caption = joinSentences(
    headline(matrix),
    "Rows are true classes, columns predicted ones; blue is right, orange wrong, the darker the larger its share of the row",
  );
  return {
    "text/html": wrapFigure(confusionHtml(matrix), { title, caption }),
    "image/svg+xml": confusionSvg(matrix, joinSentences(title ?? "confusion matrix", caption)),
    "text/plain": [title, tableText(rows, columns), joinSentences(headline(matrix))].filter(Boolean).join("\n"),
  };
}

function asMap(matrix: ConfusionMatrix): MimeBundle {
  const { classes, counts, title } = matrix;
  const k = classes.length;
  const data = new Float32Array(k * k).map((_, i) => Math.log10(1 + (counts.data[i] as number)));
  const caption = joinSentences(
    headline(matrix),
    `${formatCount(k)} classes: rows are true ones from the top, columns predicted ones; colour is log₁₀(1 + count)`,
  );
  const images = { count: 1, channels: 1, height: k, width: k, data } as const;
  const most = counts.data.reduce((a, b) => Math.max(a, b), 0);
  const options = {
    ...(title !== undefined && { title }),
    caption,
    colours: "sequential",
    scale: { name: "examples (logarithmic)", ticks: ["0", most === 0 ? "" : formatCount(most)] },
    axes: { rows: "true class", columns: "predicted class" },
  } as const;
  const map = drawImages(images, options, "matrix").bundle;
  const columns = ["true", "predicted", "count", "share of the true"];
  const worst = confusions(matrix);
  const list = tableHtml(worst, columns);
  const text = worst.length === 0 ? "no confusions" : tableText(worst, columns);
  return {
    "text/html": `${map["text/html"] as string}${wrapFigure(worst.length > 0 ? list : "", { title: worst.length > 0 ? "Most frequent confusions" : "No confusions" })}`,
    ...(map["image/png"] !== undefined && { "image/png": map["image/png"] }),
    "text/plain": [map["text/plain"], text].join("\n"),
  };
}

/** The most frequent pairs of a true and another predicted class; of equally frequent ones those of the first class. */
function confusions(matrix: ConfusionMatrix): [string, string, number, string][] {
  const { classes, counts } = matrix;
  const k = classes.length;
  const wrong: { cell: number; count: number }[] = [];
  for (const [cell, count] of counts.data.entries()) {
    if (count > 0 && Math.floor(cell / k) !== cell % k) wrong.push({ cell, count });
  }
  wrong.sort((a, b) => b.count - a.count || a.cell - b.cell);
  return wrong.slice(0, CONFUSIONS).map(({ cell, count }) => {
    const row = Math.floor(cell / k);
    return [classes[row] as string, classes[cell % k] as string, count, formatShare(count, matrix.total(row))];
  });
}
