import { previewOf } from "./preview.ts";
import { treeHtml } from "./tree.ts";

/** A widget where none can be: what it is, what shows it, and its values. */
export function widgetHtml(state: object): string {
  const frame =
    "border: 1px solid rgba(128, 128, 128, 0.35); border-radius: 4px; padding: 0.5em 0.9em; max-width: 44em; text-align: left";
  const values = Object.keys(state).length === 0 ? "" : ` Its values:</div>${treeHtml(state)}`;
  return (
    `<div style="${frame}"><div style="opacity: 0.75; font-size: 0.9em; margin-bottom: 0.3em">A widget, which is alive in a running ` +
    `notebook where Jupyter has anywidget (<code>pip install anywidget</code>).${values || "</div>"}</div>`
  );
}

/** The same in words. */
export const widgetText = (state: object): string => `widget ${previewOf(state, 200)}`;
