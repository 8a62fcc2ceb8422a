import type { ColourMap } from "./colours.ts";
import type { Images } from "./images.ts";
import {
  type CompactLayout,
  compactLayout,
  type Layout,
  type LayoutOptions,
  layoutOf,
  smallerLayout,
} from "./layout.ts";
import { encodePng, pngUri, toBase64 } from "./png.ts";
import { LEVELS, type Range, STEPS } from "./shades.ts";
import { type Sheet, sheetOf } from "./sheet.ts";
import { paintSprite } from "./sprite.ts";
import { svgUri } from "./svg.ts";

/** What a sprite is painted from. */
interface Painting {
  readonly images: Images;
  /** One an image. */
  readonly ranges: readonly Range[];
  readonly map: ColourMap;
}

/** How it is painted. */
interface Manner {
  readonly layout: Layout;
  /** How many shades are taken as one. */
  readonly step: number;
}

/** A sprite as a page has it. */
export interface Sprite extends Painting, Manner {
  readonly compact: CompactLayout | undefined;
  /** Base64 of its file. */
  readonly file: string;
}

/** The addresses and files of a drawn sprite. */
interface Drawn {
  /** A data address, for pages. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
  /** Base64, for who shows no HTML: of a sprite that the page enlarges, painted when somebody asks. */
  readonly png: () => string;
}

/** More maps than this are small, and their colours are compared, not read. */
const MANY = 16;

/** The file of many maps in a page, in base64, is no larger: notebooks stay small. */
const IN_PAGE = 38_000;
/** Nor is the one beside the page, for whoever shows no HTML, ... */
const BESIDE = 24_000;
/** ... nor both together, unless the images are photographs. */
const TOGETHER = 52_000;

/**
 * Images side by side in one file, as a page shows them: as small as it can be where the page enlarges it. Of many maps that are
 * noise the file would be large; they are painted in fewer shades, and if need be as means of squares.
 */
export function spriteOf(painting: Painting, options: LayoutOptions): Sprite {
  const { images, map } = painting;
  const { count, height, width } = images;
  const many = count > MANY && images.channels === 1 && map !== "grey";
  for (let [step, shrink] = [many ? STEPS[1] : STEPS[0], 1] as [number, number]; ; ) {
    const layout = layoutOf(count, height, width, { ...options, shrink });
    const compact = compactLayout(layout);
    const file = paint(painting, { layout: compact?.sprite ?? layout, step });
    const excess = file.length / IN_PAGE;
    if (!many || excess <= 1 || layout.cellWidth * layout.cellHeight === 1) {
      // What is painted later shows the numbers as they are now.
      const kept = compact ? { ...images, data: images.data.slice() } : images;
      return { ...painting, images: kept, layout, step, compact, file };
    }
    const coarser = excess < SAVED ? STEPS.find((one) => one > step) : undefined;
    shrink = coarser ? layout.shrink : Math.max(layout.shrink + 1, Math.round(layout.shrink * Math.sqrt(excess)));
    step = coarser ?? STEPS.at(-1)!;
  }
}

/** A file of few shades instead of many is smaller by this factor, about. */
const SAVED = 1.5;

/** How many shades there are where they are so few that it has to be said; else undefined. */
export function fewShades({ step }: Sprite): number | undefined {
  return step > STEPS[1] ? (LEVELS - 1) / step + 1 : undefined;
}

/**
 * A sprite with what stands around it. The file beside its page is the sprite alone, enlarged, and where that would be large,
 * less so.
 *
 * @param sheet what stands around; without, the page shows the sprite alone
 */
export function spriteSheet(sprite: Sprite, alt: string, sheet?: Omit<Sheet, "count">): Drawn {
  const { layout, compact, file, images } = sprite;
  const most = file.length > IN_PAGE ? BESIDE : Math.min(BESIDE, TOGETHER - file.length);
  const small = () => (compact === undefined && file.length <= most ? file : smallPng(sprite, most));
  let beside = compact === undefined ? small() : undefined;
  const png = (): string => {
    beside ??= small();
    return beside;
  };
  if (sheet === undefined) return { source: pngUri(file), width: layout.width, height: layout.height, png };
  const around = { ...sheet, count: images.count };
  const { svg, width, height } = sheetOf(compact?.shown ?? layout, pngUri(file), alt, around, compact?.enlarged);
  return { source: svgUri(svg), width, height, png };
}

/** The sprite, laid out smaller until its file is small enough. */
function smallPng({ layout, ...sprite }: Sprite, most: number): string {
  const { height, width } = sprite.images;
  for (let drawn = layout; ; ) {
    const png = paint(sprite, { layout: drawn, step: sprite.step });
    const smaller = png.length > most ? smallerLayout(drawn, height, width) : undefined;
    if (smaller === undefined) return png;
    drawn = smaller;
  }
}

const paint = ({ images, ranges, map }: Painting, { layout, step }: Manner): string =>
  toBase64(encodePng(paintSprite(images, layout, ranges, map, step)));
