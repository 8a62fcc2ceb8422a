import { hex, lineColours, tint } from "./colours.ts";
import { formatShare, shorten } from "./format.ts";
import { type Images, takeImages } from "./images.ts";
import { layoutOf, placeOf } from "./layout.ts";
import { encodePng, pngUri, toBase64 } from "./png.ts";
import { rangesOf } from "./shades.ts";
import { paintSprite } from "./sprite.ts";
import { element, gridInk, ink, label, paleInk, svgDocument } from "./svg.ts";

/** What is known of one example. */
export interface Card {
  /** What stands above the bars: `true: cat`. */
  readonly head: string;
  readonly bars: readonly Bar[];
}

/** A class and its probability. */
export interface Bar {
  readonly name: string;
  readonly share: number;
  /** Whether it is the true class; undefined where that is not known. */
  readonly isTrue?: boolean | undefined;
}

const [COLUMNS, CARD, HEAD, BAR, TEXT, MARGIN, GAP] = [3, 248, 20, 22, 13, 8, 10];
const SIDE = 84;

/** Cards in three columns: the image, and beside it bars as in ConvNetJS's demos. @param description the picture in words */
export function predictionCards(all: Images, cards: readonly Card[], description: string): string {
  const images = takeImages(all, cards.length);
  const layout = layoutOf(images.count, images.height, images.width, { columns: COLUMNS, side: SIDE });
  // Photographs are drawn as large as they are in a sprite, and shrunk to the card here.
  const ranges = rangesOf(images, "grey", images.channels === 1 ? "each" : "common");
  const source = pngUri(toBase64(encodePng(paintSprite(images, layout, ranges, "grey"))));
  const bars = Math.max(1, ...cards.map((card) => card.bars.length));
  const height = Math.max(SIDE, HEAD + bars * BAR) + GAP;
  const columns = Math.min(COLUMNS, cards.length);
  const parts = [
    element(
      "defs",
      {},
      element("image", {
        id: "sprite",
        href: source,
        width: layout.width,
        height: layout.height,
        style: "image-rendering: pixelated",
      }),
    ),
  ];
  for (const [i, card] of cards.entries()) {
    const [x, y] = [MARGIN + (i % COLUMNS) * CARD, MARGIN + Math.floor(i / COLUMNS) * height];
    const place = placeOf(layout, i);
    const window = `${place.x} ${place.y} ${layout.cellWidth} ${layout.cellHeight}`;
    const cell = { x, y, width: SIDE, height: SIDE, viewBox: window, preserveAspectRatio: "xMidYMin meet" };
    parts.push(element("svg", cell, element("use", { href: "#sprite" })));
    parts.push(barsOf(card, x + SIDE + 8, y));
  }
  const rows = Math.ceil(cards.length / COLUMNS);
  return svgDocument(MARGIN + columns * CARD, 2 * MARGIN + rows * height - GAP, description, parts);
}

function barsOf({ head, bars }: Card, x: number, y: number): string {
  const width = CARD - SIDE - 8 - MARGIN;
  const fitting = (text: string, room: number) => shorten(text, Math.floor(room / (TEXT * 0.6)));
  const parts = [label(fitting(head, width), x, y + TEXT, TEXT, { fill: paleInk })];
  const best = bars.reduce((most, { share }) => Math.max(most, share), 0);
  for (const [i, { name, share, isTrue }] of bars.entries()) {
    const top = y + HEAD + i * BAR;
    const wrong = isTrue === false && share === best;
    const colour = isTrue ? lineColours[0] : wrong ? lineColours[1] : paleInk;
    const box = { x, y: top, height: BAR - 4, rx: 2 };
    parts.push(element("rect", { ...box, width, fill: gridInk, "fill-opacity": 0.6 }));
    if (share > 0)
      parts.push(element("rect", { ...box, width: Math.max(1, width * share), fill: hex(tint(colour, 0.45)) }));
    const mark = isTrue ? "✓ " : wrong ? "✗ " : "";
    const style = { fill: ink, ...(isTrue && { "font-weight": 600 }) };
    parts.push(label(fitting(`${mark}${name}`, width - 50), x + 5, top + 13, TEXT, style));
    parts.push(label(formatShare(share, 1), x + width - 4, top + 13, TEXT, { "text-anchor": "end" }));
  }
  return parts.join("");
}
