import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { scriptJson } from "./escape.ts";

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** What the embedded plotly can draw; a figure with any other trace stays the static picture that it came with. */
const TRACES =
  "bar box contour heatmap histogram histogram2d histogram2dcontour image pie scatter scatterternary violin".split(" ");

export interface Figure {
  data: unknown[];
  layout?: Record<string, unknown>;
  frames?: unknown[];
}

/** Whether the value is a figure that the embedded plotly can draw. */
export function isLiveFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null || !("data" in value) || !Array.isArray(value.data)) return false;
  return value.data.every((trace) => TRACES.includes((trace as { type?: string } | null)?.type ?? "scatter"));
}

/** @param picture HTML shown until the script has drawn the figure, and for good where no script runs */
export const renderFigure = (figure: Figure, picture: string): string =>
  `<figure class="plotly"><div class="static">${picture}</div>` +
  `<script type="application/json">${scriptJson(figure)}</script></figure>`;

/**
 * The scripts that bring a page's figures to life, to stand once at its end. Plotly travels compressed, a third of its
 * size, and the browser unpacks it; addresses in it (its map data, its makers' site) are made void, XML namespaces
 * stay.
 */
export async function plotlyScripts(): Promise<string> {
  const file = createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min");
  const source = withoutAddresses(await readFile(file, "utf8"));
  const packed = gzipSync(source, { level: 9 }).toString("base64");
  return `<script type="text/plain" id="plotly-library">${packed}</script>\n<script>${LOADER}</script>`;
}

export const withoutAddresses = (script: string): string =>
  script.replace(/https?:\/\/(?!www\.w3\.org\/)[^\s"'`\\)]*/g, "about:blank");

const LOADER = `
(async () => {
  const packed = document.getElementById("plotly-library").textContent;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const library = document.createElement("script");
  library.textContent = await new Response(stream).text();
  document.head.append(library);

  const template = (element) => {
    const style = getComputedStyle(element);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = {
      gridcolor: colour("--line"), zerolinecolor: colour("--line"), linecolor: colour("--faint"), automargin: true,
      title: { standoff: 12 },
    };
    return {
      layout: {
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        font: { family: colour("--text-face"), size: 16, color: colour("--ink") },
        colorway: [1, 2, 3, 4, 5, 6].map((i) => colour("--series-" + i)),
        modebar: { bgcolor: colour("--ground"), color: colour("--faint"), activecolor: colour("--ink") },
        xaxis: axis, yaxis: axis, margin: { l: 64, r: 24, t: 40, b: 56 },
      },
    };
  };
  // Where nothing can hover the bar would stand over the title for good.
  const displayModeBar = matchMedia("(hover: none)").matches ? false : "hover";
  const config = { responsive: true, displaylogo: false, displayModeBar };
  for (const figure of document.querySelectorAll("figure.plotly")) {
    const { data, layout = {}, frames } = JSON.parse(figure.querySelector("script").textContent);
    const live = document.createElement("div");
    // A figure with a ground of its own was coloured for paper, so it is shown on paper in the dark scheme too.
    live.className = layout.paper_bgcolor ? "live paper" : "live";
    // The column decides how wide a figure is, not the notebook that it was made in.
    const { width, ...rest } = layout;
    const shown = () => ({ height: 420, ...rest, autosize: true, template: layout.template ?? template(live) });
    figure.append(live);
    await Plotly.newPlot(live, { data, layout: shown(), frames, config });
    figure.classList.add("drawn");
    Plotly.Plots.resize(live);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Plotly.react(live, data, shown()));
  }
})();
`;
