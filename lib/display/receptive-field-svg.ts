import { COLOUR_BAR_HEIGHT, colourBar } from "./colour-bar.ts";
import { colourAt } from "./colours.ts";
import { formatNumber } from "./format.ts";
import type { Images } from "./images.ts";
import { layoutOf } from "./layout.ts";
import { mapAxes, roomForAxes } from "./map-axes.ts";
import { encodePng, pngUri, toBase64 } from "./png.ts";
import type { FieldBox } from "./receptive-field-map.ts";
import { type RangeChoice, rangesOf } from "./shades.ts";
import { paintSprite } from "./sprite.ts";
import { element, label, paleInk, svgDocument } from "./svg.ts";

/** What is drawn. */
interface Field {
  readonly pixels: Float32Array | Float64Array | Int32Array | Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The size of the gradient at each pixel. */
  readonly sizes: Float64Array;
  readonly theory: FieldBox;
  readonly title: string;
  readonly description: string;
}

const PANEL = 320;
const GAP = 28;
const MARGIN = 16;
const TOP = 66;

/** The image and the gradient side by side, the theoretical field as a frame on both. */
export function fieldSvg({ pixels, channels, height, width, sizes, theory, title, description }: Field): string {
  const scale = PANEL / Math.max(height, width);
  const [drawnWidth, drawnHeight] = [width * scale, height * scale];
  const panel = (left: number, name: string, source: string): string[] => {
    const frame = {
      x: left + theory.left * scale,
      y: TOP + theory.top * scale,
      width: theory.width * scale,
      height: theory.height * scale,
      fill: "none",
    };
    const place = { x: left, y: TOP, width: drawnWidth, height: drawnHeight };
    // Two lines, so that the frame is seen on any ground; what lies in the padding is outside of the window.
    const framed = [
      element("rect", { ...frame, stroke: "#ffffff", "stroke-width": 5 }),
      element("rect", { ...frame, stroke: "#d55e00", "stroke-width": 3 }),
    ];
    const window = { ...place, viewBox: `${left} ${TOP} ${drawnWidth} ${drawnHeight}` };
    return [
      label(name, left, TOP - 10, 14, { fill: paleInk }),
      element("image", { ...place, href: source, style: "image-rendering: pixelated", preserveAspectRatio: "none" }),
      element("svg", window, framed.join("")),
      element("rect", { ...place, fill: "none", stroke: "#8c9298" }),
      mapAxes({ rows: "row", columns: "column" }, { ...place, rows: height, columns: width }),
    ];
  };
  const room = roomForAxes(height);
  const left = MARGIN + room.left;
  const right = left + drawnWidth + GAP + room.left;
  const image = pngOf({ count: 1, channels: channels as 1 | 3, height, width, data: pixels as Float32Array }, "grey");
  const most = sizes.reduce((a, b) => (b > a && Number.isFinite(b) ? b : a), 0);
  const heat = pngOf({ count: 1, channels: 1, height, width, data: sizes }, "sequential", [0, most || 1]);
  const below = TOP + drawnHeight + room.below + 10;
  const ticks = most > 0 ? ["0", formatNumber(most / 2), formatNumber(most)] : ["0", ""];
  const bar = colourBar({ colourAt: (share) => colourAt("sequential", share), ticks }, right, below);
  const parts = [
    label(title, MARGIN, 28, 17, { "font-weight": 600 }),
    ...panel(left, "image", image),
    ...panel(right, "size of the gradient", heat),
    bar.svg,
  ];
  const edge = Math.max(right + Math.max(drawnWidth, 160), bar.right);
  return svgDocument(edge + MARGIN, below + COLOUR_BAR_HEIGHT + MARGIN, description, parts);
}

function pngOf(images: Images, map: "grey" | "sequential", range: RangeChoice = "common"): string {
  const layout = layoutOf(1, images.height, images.width);
  return pngUri(toBase64(encodePng(paintSprite(images, layout, rangesOf(images, map, range), map))));
}
