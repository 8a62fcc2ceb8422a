import { type ColourMap, colourAt } from "./colours.ts";
import { formatCount, formatNumber, joinSentences, plural } from "./format.ts";
import type { ImageGridOptions } from "./image-grid.ts";
import { type Images, takeImages } from "./images.ts";
import type { MapAxes } from "./map-axes.ts";
import { figureHtml, Picture, wrapFigure } from "./picture.ts";
import { describeRange, rangesOf } from "./shades.ts";
import { fewShades, spriteOf, spriteSheet } from "./sprite-sheet.ts";
import { describeNonFinite, statistics } from "./statistics.ts";

/** How planes are drawn, with what only our own pictures say. */
export interface DrawOptions extends ImageGridOptions {
  /** What the colours of a map mean, and the numbers along their bar where these are not the planes' own. */
  readonly scale?: { readonly name: string; readonly ticks?: readonly string[] };
  /** What the rows and columns of a single plane are. */
  readonly axes?: MapAxes;
}

/**
 * Draws planes already known to be images, by options already checked. Grey and coloured images without labels are
 * the PNG itself; labels and the scale of a colour map are drawn around it.
 *
 * @param noun what one of them is called in words
 */
export function drawImages(all: Images, options: DrawOptions, noun: string): Picture {
  const { title, colours: map = "grey", range: choice = "common", limit = 64 } = options;
  const words = `${plural(all.count, noun)}, ${all.height} × ${all.width} pixel${all.height * all.width === 1 ? "" : "s"}`;
  if (all.count === 0) return nothingToDraw(joinSentences(options.caption, `No ${noun}s to draw`), title);
  const images = takeImages(all, limit);
  const ranges = rangesOf(images, map, choice);
  const labels = options.labels?.slice(0, limit);
  const scaled = images.channels === 1 && map !== "grey";
  const framed = scaled || labels !== undefined || map === "diverging";
  const wanted = { columns: options.columns, labelled: labels !== undefined, framed };
  const sprite = spriteOf({ images, ranges, map }, wanted);
  const { layout } = sprite;
  const trouble = describeNonFinite(statistics(images.data));
  const { shrink } = layout;
  const shades = fewShades(sprite);
  const [low, high] = ranges[0] as (typeof ranges)[number];
  const caption = joinSentences(
    options.caption,
    describeRange(images, map, choice, [low, high]),
    trouble && `${trouble}, drawn magenta`,
    shrink > 1 && `Drawn at 1/${shrink} of the size, each pixel the mean of ${shrink} × ${shrink}`,
    shades !== undefined && `In ${shades} shades`,
    all.count > limit && `The first ${formatCount(limit)} of ${plural(all.count, noun)}`,
  );
  const alt = joinSentences(title, words, caption);
  const ticks = options.scale?.ticks ?? (choice === "each" ? ["its least", "its most"] : ticksOf(map, low, high));
  const colours = (share: number) => colourAt(map, share);
  const scale = scaled ? { colourAt: colours, ticks, name: options.scale?.name, hasMarked: trouble !== "" } : undefined;
  const axes = options.axes && { ...options.axes, size: [images.height, images.width] as const };
  const drawn = spriteSheet(sprite, alt, framed ? { labels, scale, axes } : undefined);
  const { source, width, height } = drawn;
  return new Picture({
    "text/html": figureHtml({ title, caption, alt, source, width, height, pixelated: layout.scale > 1 }),
    get "image/png"() {
      return drawn.png();
    },
    "text/plain": joinSentences(alt, labels && `Labels: ${labels.join(" | ")}`),
  });
}

/** The numbers along a colour bar; of maps that have but one number, that one where its colour is. */
function ticksOf(map: ColourMap, low: number, high: number): string[] {
  if (low === high) return low === 0 ? ["0", ""] : ["", formatNumber(low), ""];
  return [low, map === "diverging" ? 0 : (low + high) / 2, high].map(formatNumber);
}

/** A picture that says in words why there is none. */
export function nothingToDraw(caption: string, title?: string): Picture {
  return new Picture({ "text/html": wrapFigure("", { title, caption }), "text/plain": joinSentences(title, caption) });
}
