import type { ColourMap } from "./colours.ts";
import type { Images } from "./images.ts";
import { compactLayout, type Layout, smallerLayout } from "./layout.ts";
import { encodePng, pngUri, toBase64 } from "./png.ts";
import type { Range } from "./shades.ts";
import { type Sheet, sheetOf } from "./sheet.ts";
import { paintSprite } from "./sprite.ts";
import { svgUri } from "./svg.ts";

/** What a sprite is painted from. */
interface Painting {
  readonly images: Images;
  readonly layout: Layout;
  /** One an image. */
  readonly ranges: readonly Range[];
  readonly map: ColourMap;
}

/** The addresses and files of a drawn sprite. */
interface Drawn {
  /** A data address, for pages. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
  /** Base64, for who shows no HTML. */
  readonly png: string;
}

/** A file beside the HTML, in base64, is no larger: whoever shows no HTML gets a picture, and notebooks stay small. */
const BESIDE = 24_000;

/**
 * Images with what stands around them. The sprite of a page is as small as it can be, since the page enlarges it; the file beside
 * it is the sprite alone, enlarged, and where that would be large, less so.
 *
 * @param sheet what stands around; without, the page shows the sprite alone
 */
export function spriteSheet(painting: Painting, alt: string, sheet?: Omit<Sheet, "count">): Drawn {
  const { images, layout } = painting;
  const compact = sheet && compactLayout(layout);
  const sprite = paint(painting, compact?.sprite ?? layout);
  const png = compact || sprite.length > BESIDE ? smallPng(painting) : sprite;
  if (sheet === undefined) return { source: pngUri(sprite), width: layout.width, height: layout.height, png };
  const around = { ...sheet, count: images.count };
  const { svg, width, height } = sheetOf(compact?.shown ?? layout, pngUri(sprite), alt, around);
  return { source: svgUri(svg), width, height, png };
}

/** The sprite, laid out smaller until its file is small enough. */
function smallPng(painting: Painting): string {
  const { layout, images } = painting;
  for (let drawn = layout; ; ) {
    const png = paint(painting, drawn);
    const smaller = png.length > BESIDE ? smallerLayout(drawn, images.height, images.width) : undefined;
    if (smaller === undefined) return png;
    drawn = smaller;
  }
}

const paint = ({ images, ranges, map }: Painting, layout: Layout): string =>
  toBase64(encodePng(paintSprite(images, layout, ranges, map)));
