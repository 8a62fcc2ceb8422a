import type { AxisScale } from "./axis.ts";
import { lineColours } from "./colours.ts";
import type { BandPoint, Point } from "./thin.ts";

/** What an axis measures. */
export interface ChartAxis {
  /** With its unit: `loss (nats)`. */
  readonly label: string;
  /** Default `linear`. */
  readonly scale?: AxisScale;
}

/** A series as it is drawn: thinned, its gaps as points that are not finite. */
export interface Curve {
  readonly name: string;
  readonly faint: boolean;
  readonly points: readonly Point[];
  /** The area around it, from left to right; empty where it has none. */
  readonly band: readonly BandPoint[];
}

/** Everything that the two drawings of a chart need. */
export interface Chart {
  readonly title?: string | undefined;
  readonly x: Required<ChartAxis>;
  readonly y: Required<ChartAxis>;
  readonly curves: readonly Curve[];
  /** What a reader has to know to read it right. */
  readonly notes: readonly string[];
}

/** Whether a point is drawn and no gap. */
export function isDrawn([, y]: Point): boolean {
  return Number.isFinite(y);
}

/** What a chart says that has no points. */
export const NOTHING = "no points to draw yet";

/** Whether there is no point to draw. */
export function isEmpty({ curves }: Pick<Chart, "curves">): boolean {
  return !curves.some(({ points }) => points.some(isDrawn));
}

/** Dashes from the second round of colours on, so that no two curves look the same. */
const dashes = ["solid", "dash", "dot", "dashdot"] as const;

/** The colour of the i-th curve. */
export function colourOf(i: number): string {
  return lineColours[i % lineColours.length] as string;
}

/** The dashes of the i-th curve. */
export function dashOf(i: number): (typeof dashes)[number] {
  return dashes[Math.floor(i / lineColours.length) % dashes.length] as (typeof dashes)[number];
}
