import { joinSentences } from "../display/format.ts";
import { barsFor, barsText } from "../display/prediction-bars.ts";
import { predictionCards } from "../display/prediction-cards.ts";
import { svgSize, svgUri } from "../display/svg.ts";
import { escapeHtml } from "../mime.ts";
import type { DemoSettings } from "./answer.ts";

/** A drawing and its answer where nothing moves. */
export interface Still {
  readonly svg: string;
  /** The picture as an element. */
  readonly html: string;
  readonly text: string;
}

/** How many of the likeliest classes have a bar. */
const TOP = 5;

export function stillOf(pixels: Uint8Array, shares: readonly number[], settings: DemoSettings): Still {
  const { classes, shape, background } = settings;
  const [channels, height, width] = shape;
  const ground = background === "black" ? 0 : 255;
  const drawn = pixels.some((byte) => byte !== ground);
  const head = drawn ? "the answer" : "nothing drawn yet";
  // One that is no number, as of a network that training has ruined, is none of the likeliest.
  const bars = barsFor(shares, classes, TOP).filter(({ share }) => share >= 0);
  const said = bars.length === 0 ? "The answer is NaN" : barsText(bars);
  const images = { count: 1, channels: channels === 3 ? 3 : 1, height, width, data: pixels } as const;
  const text = joinSentences(drawn ? "A drawing" : "An empty drawing", said);
  const svg = predictionCards(images, [{ head: bars.length === 0 ? said : head, bars }], text);
  const size = svgSize(svg);
  const style = "max-width: 100%; height: auto";
  const html = `<img src="${svgUri(svg)}" alt="${escapeHtml(text)}" width="${size.width}" height="${size.height}" style="${style}">`;
  return { svg, html, text };
}
