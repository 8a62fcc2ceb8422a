import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { escapeHtml } from "../html.ts";
import type { Figure } from "./figure.ts";
import { typeOf } from "./marks.ts";

/** What the embedded library, plotly.js-basic-dist-min, can draw. */
const basicTraces = ["scatter", "bar", "pie"];

export const canComeAlive = ({ data }: Figure): boolean => data.every((trace) => basicTraces.includes(typeOf(trace)));

/**
 * A figure as HTML for front ends that know no plotly: the still picture or the words, which a script replaces by the
 * figure where scripts run and the library is on the page. The script waits for it, since front ends render outputs in
 * any order.
 *
 * @param library whether to bring it, compressed; it is half a megabyte, so once a notebook is enough
 */
export function figureHtml(figure: Figure, picture: string | undefined, words: string, library: boolean): string {
  const still =
    picture === undefined
      ? `<pre>${escapeHtml(words)}</pre>${canComeAlive(figure) ? "" : `<p>${elsewhere(figure)}</p>`}`
      : `<img src="${svgUri(picture)}" alt="${escapeHtml(words)}" width="640" style="max-width: 100%">`;
  if (!canComeAlive(figure)) return `<div>${still}</div>`;
  const id = `figure-${randomUUID()}`;
  const brought = library ? `<script>${loader}(${JSON.stringify(packedLibrary())})</script>` : "";
  return `<div id="${id}">${still}</div>${brought}<script>${drawer}(${JSON.stringify(id)}, ${scriptJson(figure)})</script>`;
}

function elsewhere({ data }: Figure): string {
  const types = [...new Set(data.map(typeOf))].filter((type) => !basicTraces.includes(type));
  return `Traces of type ${types.map(escapeHtml).join(", ")} cannot be drawn here; VS Code draws them.`;
}

/** The address of an SVG that lies in the page itself; safe inside a double-quoted attribute. */
const svgUri = (svg: string): string => `data:image/svg+xml,${svg.replace(/[^ -~]|["#%<>&]/gu, encodeURIComponent)}`;

/** JSON that may stand inside a `<script>`: without `<`, no `</script>` or `<!--` in a string can end it. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

let packed: string | undefined;

function packedLibrary(): string {
  const file = createRequire(import.meta.url).resolve("plotly.js-basic-dist-min");
  packed ??= gzipSync(readFileSync(file), { level: 9 }).toString("base64");
  return packed;
}

/** `window.stridelabPlotly` is what figures wait for: a promise of the library, and how it is kept. */
const waiting = `const shared = window.stridelabPlotly ??= (() => {
    const shared = {};
    shared.library = new Promise((resolve) => { shared.resolve = resolve; });
    return shared;
  })();`;

/** The library is given an exports object of its own, as pages may have a loader that it would take itself for a part of. */
const loader = `(async (packed) => {
  ${waiting}
  if (shared.loading) return;
  shared.loading = true;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(stream).text();
  const script = document.createElement("script");
  script.textContent = "{ const module = { exports: {} }; const exports = module.exports; let define;" + source +
    "\\nwindow.stridelabPlotly.resolve(module.exports); }";
  document.head.append(script);
})`;

/** In the colours of the page around it, unless the figure has a ground of its own. */
const drawer = `(async (id, { data, layout, config }) => {
  ${waiting}
  const place = document.getElementById(id);
  if (!place) return;
  const Plotly = await shared.library;
  const ink = getComputedStyle(place).color;
  const axis = { gridcolor: "rgba(128,128,128,0.3)", zerolinecolor: "rgba(128,128,128,0.5)", automargin: true };
  const template = { layout: {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: ink }, xaxis: axis, yaxis: axis,
    margin: { l: 64, r: 24, t: layout.title ? 56 : 24, b: 56 },
  } };
  const live = document.createElement("div");
  place.replaceChildren(live);
  const shown = { height: 420, template: layout.paper_bgcolor ? {} : template, ...layout };
  await Plotly.newPlot(live, data, shown, { responsive: true, displaylogo: false, ...config });
})`;
