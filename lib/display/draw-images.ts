import { formatCount, formatNumber, joinSentences, plural } from "./format.ts";
import type { ImageGridOptions } from "./image-grid.ts";
import { type Images, takeImages } from "./images.ts";
import { layoutOf } from "./layout.ts";
import { figureHtml, Picture, wrapFigure } from "./picture.ts";
import { encodePng, pngUri, toBase64 } from "./png.ts";
import { describeRange, rangesOf } from "./shades.ts";
import { sheetOf } from "./sheet.ts";
import { paintSprite } from "./sprite.ts";
import { describeNonFinite, statistics } from "./statistics.ts";
import { svgUri } from "./svg.ts";

/**
 * Draws planes already known to be images, by options already checked. Grey and coloured images without labels are
 * the PNG itself; labels and the scale of a colour map are drawn around it.
 *
 * @param noun what one of them is called in words
 */
export function drawImages(all: Images, options: ImageGridOptions, noun: string): Picture {
  const { title, colours: map = "grey", range: choice = "common", limit = 64 } = options;
  const words = `${plural(all.count, noun)}, ${all.height} × ${all.width} pixel${all.height * all.width === 1 ? "" : "s"}`;
  if (all.count === 0) return nothingToDraw(joinSentences(options.caption, `No ${noun}s to draw`), title);
  const images = takeImages(all, limit);
  const ranges = rangesOf(images, map, choice);
  const labels = options.labels?.slice(0, limit);
  const scaled = images.channels === 1 && map !== "grey";
  const framed = scaled || labels !== undefined || map === "diverging";
  const layout = layoutOf(images.count, images.height, images.width, {
    columns: options.columns,
    labelled: labels !== undefined,
    framed,
  });
  const png = toBase64(encodePng(paintSprite(images, layout, ranges, map)));

  const trouble = describeNonFinite(statistics(images.data));
  const { shrink } = layout;
  const [low, high] = ranges[0] as (typeof ranges)[number];
  const caption = joinSentences(
    options.caption,
    describeRange(images, map, choice, [low, high]),
    trouble && `${trouble}, drawn magenta`,
    shrink > 1 && `Drawn at 1/${shrink} of the size, each pixel the mean of ${shrink} × ${shrink}`,
    all.count > limit && `The first ${formatCount(limit)} of ${plural(all.count, noun)}`,
  );
  const alt = joinSentences(title, words, caption);
  const ends =
    choice === "each" ? { low: "its least", high: "its most" } : { low: formatNumber(low), high: formatNumber(high) };
  const scale = scaled ? { map, ...ends } : undefined;
  const figure = { title, caption, alt, pixelated: layout.scale > 1 };
  const picture = framed
    ? sheetOf(layout, pngUri(png), alt, { labels, scale, hasMarked: trouble !== "" })
    : { width: layout.width, height: layout.height };
  const source = "svg" in picture ? svgUri(picture.svg) : pngUri(png);
  return new Picture({
    "text/html": figureHtml({ ...figure, source, width: picture.width, height: picture.height }),
    "image/png": png,
    "text/plain": joinSentences(alt, labels && `Labels: ${labels.join(" | ")}`),
  });
}

/** A picture that says in words why there is none. */
export function nothingToDraw(caption: string, title?: string): Picture {
  return new Picture({ "text/html": wrapFigure("", { title, caption }), "text/plain": joinSentences(title, caption) });
}
