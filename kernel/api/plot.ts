import { type Figure, figureOf } from "../display/figure/figure.ts";
import { figureHtml, svgUri } from "../display/figure/page.ts";
import { sketch } from "../display/figure/sketch.ts";
import { thinned } from "../display/figure/thin.ts";
import { figureWords } from "../display/figure/words.ts";
import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime.ts";
import { leafText } from "../display/preview.ts";

/** One of a figure's traces, by the names of plotly.js: `{ type: "scatter", x: […], y: […], name: "loss" }`. */
export type PlotTrace = object;

/** A figure as plotly's libraries write it. */
export interface PlotFigure {
  readonly data: readonly PlotTrace[];
  readonly layout?: object;
  readonly config?: object;
}

/**
 * A plotly figure as a value, described by hand: `plot([{ x, y }], { title: { text: "Loss" } })`. VS Code, JupyterLab,
 * Notebook and the exported page draw it to be zoomed and hovered over; where no script runs there is a still picture of it
 * (lines, dots, bars, heatmaps), and words everywhere. Typed arrays and other collections of numbers may stand where plotly
 * wants arrays. Lines of more than 1,000 points are thinned, the least and the greatest of each stretch kept, which the
 * figure says; dots (`mode: "markers"`) never are.
 *
 * JupyterLab, Notebook and the page draw traces of flat axes (`scatter`, `bar`, `heatmap`, `histogram`, `box`, `violin`,
 * `contour`, `pie`, ...) with the library that `stridelab install` put beside the kernel. Other types need VS Code, and
 * are a still picture or words elsewhere.
 *
 * @param figure traces, one trace, or a figure that has `data` and perhaps `layout`
 * @param layout titles, axes, size; see plotly.js; default that of the figure, or empty
 * @param config what plotly.js calls so; default that of the figure, or none
 * @throws TypeError if there are no traces, or one of them contains itself
 */
export function plot(
  figure: readonly PlotTrace[] | PlotTrace | PlotFigure,
  layout?: object,
  config?: object,
): Displayable {
  if (typeof figure !== "object" || figure === null) {
    throw new TypeError(`plot: it was given ${leafText(figure)}; give it traces: plot([{ x: [1, 2], y: [3, 4] }])`);
  }
  const whole = Array.isArray(figure) ? { data: figure as unknown[] } : hasData(figure) ? figure : { data: [figure] };
  const given: { data: readonly unknown[]; layout?: object; config?: object } = whole;
  return new Plot(figureOf(given.data, layout ?? given.layout, config ?? given.config));
}

const hasData = (figure: object): figure is PlotFigure => Array.isArray((figure as { data?: unknown }).data);

class Plot implements Displayable {
  readonly #figure: Figure;

  constructor(figure: Figure) {
    this.#figure = figure;
  }

  [displaySymbol](): MimeBundle {
    const { figure, notes } = thinned(this.#figure);
    const words = [figureWords(this.#figure), ...notes].join("\n");
    const picture = sketch(figure, words);
    return {
      "application/vnd.plotly.v1+json": figure,
      ...(picture === undefined ? {} : { "image/svg+xml": picture }),
      "text/html": figureHtml(figure, picture && svgUri(picture), words),
      "text/plain": words,
    };
  }
}
