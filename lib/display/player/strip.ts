import { wrapText } from "../format.ts";
import { encodePng, pngUri, toBase64 } from "../png.ts";
import { element, label, paleInk, svgDocument, textWidth } from "../svg.ts";
import { cellsOf, colourOf, drawGrid, type Grid, MARGIN, textSize } from "./grid.ts";
import { type Played, stepsOf } from "./played.ts";
import type { Room } from "./room.ts";
import { momentOf, type Panel, View } from "./view.ts";
import { writeSum } from "./words.ts";

/** Four of them are one below the other: numbers are as small as can be read. */
const stillRoom: Room = { width: 680, height: 200, largest: 26 };
const GAP = 16;
const HEADING = 18;
const EDGE = 12;

/** Four moments of a layer one below the other: what there is to see where no script runs. */
export function stripSvg(played: Played, description: string): string {
  const view = new View(played, stillRoom, drawStill);
  let top = EDGE;
  let widest = 0;
  const parts: string[] = [];
  const cells = new SharedParts();
  for (const step of tellingSteps(played)) {
    const moment = momentOf(played, step);
    const { head, lines, total } = writeSum(played, moment.place);
    parts.push(label(head, EDGE, top + 14, 15, { "font-weight": 600 }));
    const sum = [lines.length === 1 ? lineText(lines[0]!) : "", total].filter((line) => line !== "");
    top += 22;
    for (const line of sum.flatMap(atMostTwoLines)) {
      parts.push(label(line, EDGE, top + 11, 13, { fill: paleInk }));
      top += 18;
    }
    const frame = placePanels(view.panels(moment), cells);
    parts.push(element("g", { transform: `translate(${EDGE} ${top})` }, frame.content));
    top += frame.height + 2 * GAP;
    widest = Math.max(widest, frame.width);
  }
  return svgDocument(Math.max(widest, 560) + 2 * EDGE, top - GAP, description, parts);
}

/** The address of such a picture: a third larger than it is, where escaping its many angle brackets would triple it. */
export function packedUri(svg: string): string {
  return `data:image/svg+xml;base64,${toBase64(new TextEncoder().encode(svg))}`;
}

/** A long sum is cut where a reader sees it: pages that run scripts have all of it. */
function atMostTwoLines(text: string): string[] {
  const [first, second, ...more] = wrapText(text, 96) as [string, ...string[]];
  return second === undefined ? [first] : [first, more.length > 0 ? `${second} …` : second];
}

function lineText({ before, terms, between, after }: ReturnType<typeof writeSum>["lines"][number]): string {
  return `${before}${terms.map(({ text }) => text).join(between)}${after}`;
}

/** The first output, the next in its row, the first of the next row, and the first of the next map or the last of all. */
function tellingSteps(played: Played): number[] {
  const { area } = played.outputs;
  const last = stepsOf(played) - 1;
  const plane = area.height * area.width;
  const steps = [0, 1, area.width, plane <= last ? plane : last];
  return [...new Set(steps.map((step) => Math.min(step, last)))].sort((a, b) => a - b);
}

/** Squares too small for numbers are the pixels of a picture, which takes a tenth of the room. */
function drawStill(grid: Grid): string {
  if (textSize(grid) > 0) return drawGrid(grid);
  const { width, height } = grid.area;
  const data = Uint8Array.from([...cellsOf(grid)].flatMap((cell) => [...colourOf(grid, cell)]));
  const href = pngUri(toBase64(encodePng({ width, height, channels: 3, data })));
  const place = { x: MARGIN, y: MARGIN, width: width * grid.cell, height: height * grid.cell };
  return element("image", { ...place, href, style: "image-rendering: pixelated" });
}

/** Draws what comes again, such as the input, once. */
class SharedParts {
  readonly #names = new Map<string, string>();

  once(content: string): string {
    const name = this.#names.get(content);
    if (name !== undefined) return element("use", { href: `#${name}` });
    const fresh = `part${this.#names.size}`;
    this.#names.set(content, fresh);
    return element("g", { id: fresh }, content);
  }
}

/** Channels side by side with their filters below them, a single one at its side; maps to the right. */
function placePanels(panels: readonly Panel[], cells: SharedParts): { content: string; width: number; height: number } {
  const parts: string[] = [];
  const drawn = (panel: Panel, x: number, y: number): void => {
    parts.push(label(panel.heading, x + 3, y + 12, 12, { fill: paleInk }));
    const place = { transform: `translate(${x} ${y + HEADING})` };
    parts.push(element("g", place, cells.once(panel.cells) + panel.marks));
  };
  const inputs = panels.filter(({ kind }) => kind === "input");
  let x = 0;
  let bottom = 0;
  for (const input of inputs) {
    const filter = panels.find(({ kind, index }) => kind === "filter" && index === input.index);
    const below = filter && inputs.length > 1 ? input.height + HEADING + GAP / 2 : 0;
    drawn(input, x, 0);
    const width = widthOf(input) + GAP;
    if (filter) drawn(filter, below > 0 ? x : x + width, below);
    bottom = Math.max(bottom, HEADING + input.height, filter ? below + HEADING + filter.height : 0);
    x += filter && below === 0 ? width + widthOf(filter) + GAP : Math.max(width, filter ? widthOf(filter) + GAP : 0);
  }
  let y = 0;
  let widest = 0;
  for (const output of panels.filter(({ kind }) => kind === "output")) {
    drawn(output, x, y);
    y += output.height + HEADING + GAP / 2;
    widest = Math.max(widest, widthOf(output));
  }
  return { content: parts.join(""), width: x + widest, height: Math.max(bottom, y) };
}

/** With room for its heading. */
function widthOf({ width, heading }: Panel): number {
  return Math.max(width, textWidth(heading, 12));
}
