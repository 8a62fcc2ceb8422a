import type { MimeBundle } from "../mime.ts";
import type { Figure } from "./figure.ts";
import { figureHtml, passingHtml, svgUri } from "./page.ts";

const plotly = "application/vnd.plotly.v1+json";

/**
 * A bundle that describes a plotly figure and has a still picture of it, or words, with HTML as well, which is what
 * JupyterLab and exporters show of it. Any other bundle, and one with HTML of its own, as it is.
 *
 * @param passing whether another drawing soon takes its place: then its HTML is the still picture alone, as a page would
 *   begin to draw the live one time and again
 */
export function withFigureHtml(bundle: MimeBundle, passing = false): MimeBundle {
  const figure = bundle[plotly];
  if (!isFigure(figure) || "text/html" in bundle) return bundle;
  const { "image/svg+xml": svg, "image/png": png, "text/plain": words } = bundle;
  const still =
    typeof svg === "string" ? svgUri(svg) : typeof png === "string" ? `data:image/png;base64,${png}` : undefined;
  const alt = typeof words === "string" ? words : "";
  const whole = { ...figure, layout: figure.layout ?? {} };
  const html = (passing ? passingHtml : figureHtml)(whole, still, alt);
  return { ...bundle, "text/html": html };
}

/** Whether some value that anybody's method gave has what plotly reads. */
function isFigure(value: unknown): value is { data: Figure["data"]; layout?: Figure["layout"] } {
  if (!isObject(value)) return false;
  const { data, layout } = value as { data?: unknown; layout?: unknown };
  return Array.isArray(data) && data.every(isObject) && (layout === undefined || isObject(layout));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
