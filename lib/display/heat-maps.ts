import type { AnyTensor } from "../tensor/tensor.ts";
import { type ColourMap, colourAt, marked, type Rgb } from "./colours.ts";
import { formatNumber, joinSentences, plural } from "./format.ts";
import type { Images } from "./images.ts";
import { layoutOf } from "./layout.ts";
import { figureHtml, Picture } from "./picture.ts";
import { combined, type Planes, planesAt, pooled } from "./planes.ts";
import { spriteOf, spriteSheet } from "./sprite-sheet.ts";
import { statistics } from "./statistics.ts";

/** How maps over inputs are drawn. */
export interface HeatMapOptions {
  readonly title: string;
  /** What the colours mean. */
  readonly caption: string;
  /** One under each example. */
  readonly labels: readonly string[];
  /** One under each map, and what they are. */
  readonly notes: readonly string[];
  readonly noted: string;
  /** Whether numbers have a sign to be seen: blue and orange, zero pale. Else dark is zero and yellow the most. */
  readonly signed: boolean;
  /** How a pixel's channels become one number. */
  readonly combine: "sum" | "largest";
  /** The share of a map's numbers that is drawn to scale; the few larger ones look as the largest of these. */
  readonly clip: number;
}

/** Examples beyond this many are not drawn; fewer where they have many numbers, so that the picture stays small. */
const LIMIT = 8;
const NUMBERS = 16 * 1024;
/** Shades on each side of zero: few enough to pack well, and neighbours cannot be told apart. */
const SHADES = 32;
/** Up to so many examples have a row each, larger; more a column each. */
const IN_ROWS = 2;
/** Wanted side of an image among few. */
const LARGE = 168;
/** Larger images are drawn as means of squares: three of them as they are would make a notebook of half a megabyte. */
const MOST_PIXELS = 128 * 128;
/** Steps of each colour of what is drawn of the input; neighbours cannot be told apart. */
const STEPS = 64;

/**
 * Draws maps beside what they are of: input, map, and the map over the input.
 *
 * @param inputs `[N, C, H, W]`, `[N, C, W]` (drawn as C × W pixels) or `[N, I]` (as 1 × I)
 * @param maps the same, or with one channel
 */
export function heatMaps(inputs: AnyTensor, maps: AnyTensor, options: HeatMapOptions): Picture {
  const { title, signed, combine, clip } = options;
  const all = inputs.shape[0] as number;
  const whole = planesAt(inputs, 0);
  const count = Math.min(all, LIMIT, Math.max(1, Math.floor((NUMBERS * all) / inputs.size)));
  const rows = count <= IN_ROWS;
  const around = { columns: rows ? 3 : count, labelled: true, framed: true };
  const fitting = layoutOf(3 * count, whole.height, whole.width, around).shrink;
  const shrink = Math.max(fitting, Math.ceil(Math.sqrt((whole.height * whole.width) / MOST_PIXELS)));
  const [height, width] = [Math.ceil(whole.height / shrink), Math.ceil(whole.width / shrink)];
  const map: ColourMap = signed ? "diverging" : "sequential";
  const pictures = Array.from({ length: count }, (_, n) => {
    const heat = combined(planesAt(maps, n), combine);
    const drawn = pooled(heat, shrink);
    return { heat, drawn, scale: scaleOf(drawn.data, clip), base: coloursOf(pooled(planesAt(inputs, n), shrink)) };
  });
  const order = rows
    ? pictures.flatMap((one, n) => [0, 1, 2].map((kind) => ({ one, n, kind })))
    : [0, 1, 2].flatMap((kind) => pictures.map((one, n) => ({ one, n, kind })));
  const bytes = new Uint8Array(order.length * 3 * height * width);
  for (const [i, { one, kind }] of order.entries()) bytes.set(pixelsOf(one, kind, map), i * 3 * height * width);
  const images: Images = { count: order.length, channels: 3, height, width, data: bytes };
  const labels = order.map(({ one, n, kind }) =>
    rows
      ? [options.labels[n]!, `${options.noted} ${options.notes[n]}`, `strongest ${strongest(one.scale, signed)}`][kind]!
      : [options.labels[n]!, options.notes[n]!, strongest(one.scale, signed)][kind]!,
  );
  const side = shrink > 1 ? Math.max(whole.height, whole.width) : LARGE;
  const broken = statistics(pictures.flatMap(({ heat }) => [...heat.data]));
  const trouble = broken.nans + broken.infinities > 0;
  const caption = joinSentences(
    options.caption,
    `${rows ? "From the left" : "From the top"}: input, map with the ${options.noted}, map over the input with the number of the strongest colour, which every example has its own`,
    clip < 1 && `The strongest ${formatNumber(Math.round(100 - 100 * clip))} % of a map look alike`,
    shrink > 1 && `Drawn at 1/${shrink} of the size, each pixel the mean of ${shrink} × ${shrink}`,
    trouble && "What is NaN or infinite is magenta",
    all > count && `The first ${count} of ${plural(all, "example")}`,
  );
  const words = pictures.map(
    ({ heat }, n) => `${options.labels[n]} (${options.noted} ${options.notes[n]}): ${whereMost(heat)}`,
  );
  const alt = joinSentences(title, caption, words.join("; "));
  const scale = {
    colourAt: (share: number) => colourAt(map, share),
    ticks: signed ? ["against", "0", "for"] : ["0", "strongest"],
    hasMarked: trouble,
  };
  const ranges = order.map(() => [0, 255] as const);
  const sprite = spriteOf({ images, ranges, map }, rows ? { ...around, side } : around);
  const drawn = spriteSheet(sprite, alt, { labels, scale });
  const { source, width: across, height: down } = drawn;
  return new Picture({
    "text/html": figureHtml({ title, caption, alt, source, width: across, height: down }),
    get "image/png"() {
      return drawn.png();
    },
    "text/plain": [title, ...words, caption].join("\n"),
  });
}

/** The absolute value below which a share of a map's numbers lies. */
function scaleOf(data: Float64Array, clip: number): number {
  const sizes = data.filter(Number.isFinite).map(Math.abs).sort();
  const most = sizes.at(-1) ?? 0;
  return sizes[Math.ceil(clip * sizes.length) - 1] || most;
}

/** The input as colours, from its least to its most; what has neither one nor three channels as their mean. */
function coloursOf({ channels, height, width, data }: Planes): Rgb[] {
  const { min, max } = statistics(data);
  const unit = min >= 0 && max <= 1 && channels === 3;
  const [low, high] = unit ? [0, 1] : [min, max];
  const plane = height * width;
  const share = (value: number) => (high === low ? (high === 0 ? 0 : 0.5) : (value - low) / (high - low));
  return Array.from({ length: plane }, (_, i) => {
    const values = Array.from({ length: channels }, (_unused, c) => data[c * plane + i]!);
    if (!values.every(Number.isFinite)) return marked;
    const bytes = values.map((value) => 255 * share(value));
    if (channels === 3) return bytes as unknown as Rgb;
    const mean = bytes.reduce((sum, byte) => sum + byte, 0) / channels;
    return [mean, mean, mean];
  });
}

/** Input, map, or the map over the input, as planes of bytes. */
function pixelsOf(
  { drawn, scale, base }: { drawn: { data: Float64Array }; scale: number; base: readonly Rgb[] },
  kind: number,
  map: ColourMap,
): Uint8Array {
  const plane = base.length;
  const bytes = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    const value = drawn.data[i % drawn.data.length]!;
    const share = scale === 0 ? 0 : Math.round(SHADES * Math.max(-1, Math.min(1, value / scale))) / SHADES;
    const colour = !Number.isFinite(value) ? marked : colourAt(map, map === "diverging" ? (1 + share) / 2 : share);
    const under = base[i]!;
    const pixel =
      kind === 0
        ? under
        : kind === 1
          ? colour
          : over(under, map === "diverging" ? colourAt(map, share < 0 ? 0 : 1) : colour, Math.abs(share));
    for (let c = 0; c < 3; c++) bytes[c * plane + i] = kind === 1 ? pixel[c]! : stepped(pixel[c]!);
  }
  return bytes;
}

/** One of few values: what is not told apart packs better. */
const stepped = (value: number): number => Math.round((Math.round((value / 255) * (STEPS - 1)) / (STEPS - 1)) * 255);

/** A colour over the input, whose greys are pressed together so that they hide no colour. */
function over(under: Rgb, colour: Rgb, share: number): Rgb {
  const level = Math.round((SHADES / 255) * (0.2126 * under[0] + 0.7152 * under[1] + 0.0722 * under[2]));
  const grey = 70 + (150 / SHADES) * level;
  const opacity = 0.85 * share ** 0.75;
  return colour.map((part) => grey + opacity * (part - grey)) as unknown as Rgb;
}

/** What the ends of a map's scale stand for, short enough to stand under a small image. */
function strongest(scale: number, signed: boolean): string {
  return `${signed && scale !== 0 ? "± " : ""}${formatNumber(Number(scale.toPrecision(3)))}`;
}

/** `most at row 12, column 9`. */
function whereMost({ data, width }: Planes & { data: Float64Array }): string {
  let best = 0;
  for (let i = 1; i < data.length; i++) if (Math.abs(data[i]!) > Math.abs(data[best]!)) best = i;
  if (data[best] === 0) return "zero everywhere";
  return `strongest at row ${Math.floor(best / width)}, column ${best % width}`;
}
