import { type Chart, colourOf, dashOf, isDrawn, isEmpty, NOTHING } from "./chart.ts";

/**
 * The chart as a plotly figure, plain JSON. Names are escaped, as plotly reads markup in them; a gap is `null`, as JSON
 * has no NaN. Its ground is left to the page, which may be dark.
 */
export function plotlyFigure(chart: Chart): object {
  const { title, x, y, curves, notes } = chart;
  const axis = ({ label, scale }: Chart["x"]) => ({
    title: { text: plotlyText(label) },
    type: scale,
    ...(scale === "log" && { exponentformat: "e" }), // 1e−4: plotly's own is "100µ", as if a loss had a unit
    automargin: true,
    gridcolor: "rgba(128, 128, 128, 0.3)", // on light and on dark ground
    zeroline: false,
  });
  const remark = { showarrow: false, xref: "paper", yref: "paper", align: "left" };
  const below = { ...remark, x: 0, y: -0.22, xanchor: "left", yanchor: "top", font: { size: 12 } };
  const annotations = [
    ...(isEmpty(chart) ? [{ ...remark, x: 0.5, y: 0.5, text: NOTHING }] : []),
    ...(notes.length > 0 ? [{ ...below, text: notes.map(plotlyText).join("<br>") }] : []),
  ];
  return {
    data: curves.flatMap(({ name, faint, points, band }, i) => [
      ...bandTraces(band, colourOf(i), plotlyText(name)),
      {
        type: "scatter",
        mode: points.filter(isDrawn).length <= 30 ? "lines+markers" : "lines",
        name: plotlyText(name),
        x: points.map(([at]) => at),
        y: points.map((point) => (isDrawn(point) ? point[1] : null)),
        connectgaps: false,
        opacity: faint ? 0.7 : 1,
        line: { color: colourOf(i), dash: dashOf(i), width: faint ? 1 : 2 },
        ...(band.length > 0 && { legendgroup: plotlyText(name) }),
      },
    ]),
    layout: {
      ...(title && { title: { text: plotlyText(title), x: 0, xref: "paper", font: { size: 16 } } }),
      xaxis: axis(x),
      yaxis: axis(y),
      showlegend: curves.length > 1,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
      margin: { t: (title ? 60 : 20) + 20 * legendRows(curves), r: 20, b: 60 + 18 * notes.length },
      height: 420 + 18 * notes.length,
      annotations,
    },
  };
}

/** About how many rows the names of the curves take: each is as wide as its text and its line. */
function legendRows(curves: Chart["curves"]): number {
  if (curves.length < 2) return 0;
  const width = curves.reduce((sum, { name }) => sum + 50 + 7.5 * name.length, 0);
  return Math.min(6, Math.ceil(width / 600));
}

/** An area is two lines without width, the second filled down to the first. */
function bandTraces(band: Chart["curves"][number]["band"], colour: string, group: string): object[] {
  if (band.length === 0) return [];
  const edge = (at: 1 | 2) => ({
    type: "scatter",
    mode: "lines",
    x: band.map(([x]) => x),
    y: band.map((point) => point[at]),
    line: { width: 0 },
    hoverinfo: "skip",
    showlegend: false,
    legendgroup: group,
  });
  const shade = `rgba(${[1, 3, 5].map((digit) => Number.parseInt(colour.slice(digit, digit + 2), 16)).join(", ")}, 0.2)`;
  return [edge(1), { ...edge(2), fill: "tonexty", fillcolor: shade }];
}

/** Plotly draws a few tags and reads these three entities, no others: what a text holds is shown as it is. */
function plotlyText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
