import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Figure } from "./figure.ts";
import { typeOf } from "./marks.ts";

/**
 * The drawing library, a build of plotly.js with the traces of flat axes. `stridelab install` puts it beside `kernel.json`,
 * where Jupyter's servers give it to their pages as `kernelspecs/NAME/plotly.min.js`.
 */
const require = createRequire(import.meta.url);

/** The library's file. */
export const libraryFile = (): string => require.resolve("plotly.js-cartesian-dist-min");

/** What it is called in the kernel's folder, and in `metadata.stridelab` of `kernel.json` its version. */
export const libraryName = "plotly.min.js";

let version: string | undefined;

/** Of the library that this package has. */
export function libraryVersion(): string {
  const manifest = join(dirname(libraryFile()), "package.json");
  version ??= (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  return version;
}

/** The types of trace that it draws. */
const traces: ReadonlySet<string> = new Set(
  "bar box contour heatmap histogram histogram2d histogram2dcontour image pie scatter scatterternary violin".split(" "),
);

/** Whether the library draws all of a figure. */
export const canComeAlive = (figure: Figure): boolean => strangeTypes(figure).length === 0;

/** The types of a figure's traces that the library does not draw, each once. */
export const strangeTypes = ({ data }: Figure): string[] =>
  [...new Set(data.map(typeOf))].filter((type) => !traces.has(type));
