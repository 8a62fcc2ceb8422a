/** Pixels: what fits beside a notebook's menus without being scaled down. */
const PAGE_WIDTH = 760;
/** Wanted side of one image among several, and of a single one. */
const TILE = 88;
const SINGLE = 320;
/** Narrower images have no room for a label of a few characters. */
const LABELLED = 48;

/** Where images lie in a sprite, in pixels. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the image that one cell is the mean of, along each axis; 1 where nothing is left out. */
  readonly shrink: number;
  /** Pixels of the sprite along each axis for one such cell. */
  readonly scale: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Whether images lie on a light ground, each with a line around it. */
  readonly framed: boolean;
  /** Width of that line in the sprite; 0 where it is drawn around the sprite's images later. */
  readonly frame: number;
  /** From one image, with its frame, to the next. */
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** What decides the layout beside the images' number and size. */
export interface LayoutOptions {
  /** As many as fit and leave the fewest places empty, where it is left out. */
  readonly columns?: number | undefined;
  /** Whether each image has a label under it, and needs room for it. */
  readonly labelled?: boolean;
  /** Whether each image has a line around it: on a ground as light as the images. */
  readonly framed?: boolean;
  /** Wanted side of one image, in pixels; by default that of one among several, or of a single one. */
  readonly side?: number;
  /** Pixels of the image that one cell is the mean of at least, along each axis; default 1. */
  readonly shrink?: number;
}

/**
 * Lays `count` images out: enlarged by a whole number so that single pixels can be seen, or shrunk by one where they
 * would be wider than the page.
 */
export function layoutOf(count: number, height: number, width: number, options: LayoutOptions = {}): Layout {
  const least = options.shrink ?? 1;
  return least === 1
    ? laidOut(count, height, width, options)
    : shrunk(laidOut(count, Math.ceil(height / least), Math.ceil(width / least), options), least);
}

const shrunk = (layout: Layout, by: number): Layout => ({ ...layout, shrink: by * layout.shrink });

function laidOut(count: number, height: number, width: number, options: LayoutOptions): Layout {
  const { columns, labelled = false, framed = false, side = count > 1 ? TILE : SINGLE } = options;
  const frame = framed ? 1 : 0;
  const gap = count === 1 ? 0 : framed ? 5 : 3;
  const around = 2 * frame + gap;
  // Few photographs may be large, many must be small: four to a row are small enough.
  const abreast = columns ?? Math.min(4, Math.ceil(Math.sqrt(count)));
  const room = Math.max(1, Math.floor((PAGE_WIDTH + gap) / abreast) - around);
  const wanted = Math.min(side, room);
  const least = labelled ? Math.ceil(LABELLED / width) : 1;
  const scale = Math.max(least, Math.floor(wanted / Math.max(height, width)));
  // Four times as high as wide is still shown whole: spectrograms and long texts as images are.
  const shrink = scale > 1 ? 1 : Math.max(Math.ceil(width / room), Math.ceil(height / (4 * room)));
  const cellWidth = Math.ceil(width / shrink) * scale;
  const cellHeight = Math.ceil(height / shrink) * scale;
  const fitting = Math.max(1, Math.floor((PAGE_WIDTH + gap) / (cellWidth + around)));
  const chosen = columns ?? evenColumns(count, fitting);
  const rows = Math.ceil(count / chosen);
  return {
    columns: chosen,
    rows,
    shrink,
    scale,
    cellWidth,
    cellHeight,
    framed,
    frame,
    gap,
    width: chosen * (cellWidth + around) - gap,
    height: rows * (cellHeight + around) - gap,
  };
}

/** A sprite that is enlarged by who shows it. */
export interface CompactLayout {
  /** A pixel a pixel, without lines. */
  readonly sprite: Layout;
  /** The same, enlarged. */
  readonly enlarged: Layout;
  /** Where its images then lie: as in `enlarged`, or each by itself. */
  readonly shown: Layout;
}

/** Enlarged by more than this, a sprite whose images are a pixel apart would have them too far apart. */
const TOGETHER = 6;

/** Wanted room between images of a sprite that is enlarged as it is. */
const APART = 4;

/** The same layout for a sprite that is enlarged by who shows it; undefined where it has no frames, or is not enlarged. */
export function compactLayout(layout: Layout): CompactLayout | undefined {
  const { scale, columns, rows, framed } = layout;
  if (!framed || scale === 1) return undefined;
  const together = scale <= TOGETHER;
  const [cellWidth, cellHeight] = [layout.cellWidth / scale, layout.cellHeight / scale];
  const sprite = spaced({ ...layout, scale: 1, cellWidth, cellHeight }, together ? Math.ceil(APART / scale) : 0);
  const enlarged = spaced(layout, sprite.gap * scale);
  return { sprite, enlarged, shown: together ? enlarged : layout };

  function spaced(one: Layout, gap: number): Layout {
    const [width, height] = [columns * (one.cellWidth + gap) - gap, rows * (one.cellHeight + gap) - gap];
    return { ...one, frame: 0, gap, width, height };
  }
}

/** A layout with less to store: of smaller pixels, or where they are single already, of fewer; undefined where it is one pixel an image. */
export function smallerLayout(layout: Layout, height: number, width: number): Layout | undefined {
  const { columns, rows, frame, gap } = layout;
  if (layout.cellWidth * layout.cellHeight === 1) return undefined;
  const scale = Math.ceil(layout.scale / 2);
  const shrink = layout.scale > 1 ? layout.shrink : layout.shrink + 1;
  const [cellWidth, cellHeight] = [Math.ceil(width / shrink) * scale, Math.ceil(height / shrink) * scale];
  const around = 2 * frame + gap;
  const size = { width: columns * (cellWidth + around) - gap, height: rows * (cellHeight + around) - gap };
  return { ...layout, scale, shrink, cellWidth, cellHeight, ...size };
}

/** Left and top edge of an image in the sprite, inside its frame. */
export function placeOf(layout: Layout, index: number): { x: number; y: number } {
  const { columns, cellWidth, cellHeight, frame } = layout;
  const around = 2 * frame + layout.gap;
  const row = Math.floor(index / columns);
  return { x: (index % columns) * (cellWidth + around) + frame, y: row * (cellHeight + around) + frame };
}

/** From `most` columns down to three fifths of them, the number that leaves the fewest places of the last row empty. */
function evenColumns(count: number, most: number): number {
  if (count <= most) return count;
  const empty = (columns: number) => Math.ceil(count / columns) * columns - count;
  let best = most;
  for (let columns = most - 1; columns >= most * 0.6; columns--) if (empty(columns) < empty(best)) best = columns;
  return best;
}
