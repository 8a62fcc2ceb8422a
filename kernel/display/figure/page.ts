import { escapeHtml } from "../html.ts";
import type { Figure } from "./figure.ts";
import { canComeAlive, libraryName, libraryVersion, strangeTypes } from "./library.ts";

/**
 * A figure as HTML for front ends that know no plotly: its still picture or its words, and a script that puts the figure
 * itself in their place where there is a Jupyter server to give it the library. The picture stays where no script runs
 * (notebooks that are not trusted, GitHub), where there is no server (exported pages), where none of its kernels brought
 * the library, and where it does not load.
 *
 * @param still the address of the picture; undefined for a figure that has none
 * @param words what the picture shows, for those who do not see it
 */
export function figureHtml(figure: Figure, still: string | undefined, words: string): string {
  const alive = canComeAlive(figure);
  const script = `<script>${drawer}(${scriptJson(figure)}, ${JSON.stringify(libraryVersion())})</script>`;
  const shown = stillHtml(still, words, alive ? "" : `<p>${elsewhere(figure)}</p>`);
  return alive ? `<div>${shown}${script}</div>` : shown; // JupyterLab leaves room below the last element, and a script has none
}

/**
 * The still picture, in whose place the live one will be once it is the last; so it has at least that one's height, and
 * nothing below moves then.
 */
export function passingHtml(figure: Figure, still: string | undefined, words: string): string {
  const { height } = figure.layout;
  const least = typeof height === "number" ? height : usualHeight;
  return `<div style="min-height: ${least}px">${stillHtml(still, words)}</div>`;
}

/** The still picture, a block, so that nothing is below its line; where there is none, the words and what else there is to say. */
function stillHtml(still: string | undefined, words: string, more = ""): string {
  const shown =
    still === undefined
      ? `<pre>${escapeHtml(words)}</pre>${more}`
      : `<img src="${still}" alt="${escapeHtml(words)}" style="display: block; max-width: 100%; height: auto">`;
  return `<div>${shown}</div>`;
}

/** Of a figure whose layout does not say it. */
const usualHeight = 420;

const elsewhere = (figure: Figure): string =>
  `Traces of type ${strangeTypes(figure).map(escapeHtml).join(", ")} cannot be drawn here; VS Code draws them.`;

/** The address of an SVG that lies in the page itself; safe inside a double-quoted attribute. */
export const svgUri = (svg: string): string =>
  `data:image/svg+xml,${svg.replace(/[^ -~]|["#%<>&]/gu, encodeURIComponent)}`;

/** JSON that may stand inside a `<script>`: without `<`, no `</script>` or `<!--` in a string can end it. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/**
 * Loads the library once a page: of the kernels that the server has, the one that brought this version, or any, under
 * whatever name they are installed. It is given an exports object of its own, as pages may have a loader that it would take itself for a part
 * of. The figure has the colours of the page around it, also when the theme changes, unless it has a ground of its own.
 */
const drawer = `(async ({ data, layout, config }, version) => {
  const place = document.currentScript?.previousElementSibling;
  const settings = document.getElementById("jupyter-config-data");
  if (!place || !settings) return;
  const load = async () => {
    const { baseUrl } = JSON.parse(settings.textContent);
    const read = async (path) => {
      const response = await fetch(baseUrl + path);
      if (!response.ok) throw new Error(path + ": " + response.status);
      return response;
    };
    const { kernelspecs } = await (await read("api/kernelspecs")).json();
    const versionOf = ({ spec }) => spec.metadata?.stridelab?.plotly;
    const known = Object.values(kernelspecs).filter(versionOf);
    const { name } = known.find((each) => versionOf(each) === version) ?? known[0];
    const source = await (await read("kernelspecs/" + name + "/${libraryName}?v=" + version)).text();
    const script = document.createElement("script");
    script.textContent = "{ const module = { exports: {} }; const exports = module.exports; let define;" + source +
      "\\ndocument.currentScript.library = module.exports; }";
    document.head.append(script);
    return script.library;
  };
  const Plotly = await (window.stridelabPlotly ??= load().catch(() => undefined));
  if (!Plotly) return;
  const template = () => {
    const axis = { gridcolor: "rgba(128,128,128,0.3)", zerolinecolor: "rgba(128,128,128,0.5)", automargin: true };
    const { color } = getComputedStyle(place.isConnected ? place : document.body);
    const bgcolor = getComputedStyle(document.body).getPropertyValue("--jp-layout-color0").trim() || "rgba(0,0,0,0)";
    return { layout: {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color }, xaxis: axis, yaxis: axis,
      modebar: { bgcolor, color: "rgb(128,128,128)", activecolor: color },
      margin: { l: 64, r: 24, t: layout.title ? 56 : 24, b: 56 },
    } };
  };
  const live = document.createElement("div");
  const picture = place.querySelector("img");
  await picture?.decode().catch(() => undefined);
  place.style.minHeight = place.offsetHeight + "px"; // what is below stays where it is
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", picture ? picture.alt : place.textContent);
  place.replaceChildren(live);
  const themed = !layout.paper_bgcolor && !layout.template;
  const shown = { height: ${usualHeight}, ...(themed ? { template: template() } : {}), ...layout };
  // Where nothing can hover the bar would stand over the title for good.
  const displayModeBar = matchMedia("(hover: none)").matches ? false : "hover";
  await Plotly.newPlot(live, data, shown, { responsive: true, displaylogo: false, displayModeBar, ...config });
  if (!themed) return;
  const drawn = new WeakRef(live);
  const watch = new MutationObserver(() => {
    const figure = drawn.deref();
    if (figure) Plotly.relayout(figure, { template: template() });
    else watch.disconnect();
  });
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
})`;
