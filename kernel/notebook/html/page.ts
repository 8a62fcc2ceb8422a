import type { Cell, CodeCell, Notebook } from "../notebook.ts";
import { highlight } from "./code.ts";
import { escapeHtml } from "./escape.ts";
import { fontFaces } from "./fonts.ts";
import { type Heading, MarkdownRenderer } from "./markdown.ts";
import { renderOutput } from "./outputs.ts";
import { plotlyScripts } from "./plotly.ts";
import { styleSheet } from "./style.ts";

export interface PageOptions {
  /** Used for the title if the notebook has no heading. */
  name: string;
  /** The notebook's folder, from which the paths of its pictures start. */
  folder: string;
}

/**
 * What the browser is told to refuse: any request at all. Whatever a cell put out, the page stays one file that
 * works offline and tells nobody that it was opened. WebAssembly can ask for nothing; a network in the page computes with it.
 */
const POLICY =
  "default-src 'none'; img-src data: blob:; media-src data:; font-src data:; style-src 'unsafe-inline'; " +
  "script-src 'unsafe-inline' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

/** The notebook as one self-contained HTML page: formulas are MathML, fonts, pictures and scripts are inside. */
export async function exportHtml(notebook: Notebook, { name, folder }: PageOptions): Promise<string> {
  const markdown = new MarkdownRenderer(folder);
  const cells = notebook.cells.map((cell) => renderCell(cell, markdown)).filter((html) => html !== "");
  const { headings } = markdown;
  const title = headings.find(({ level }) => level === 1)?.text ?? headings[0]?.text ?? name;
  const contents = tableOfContents(headings);
  const main = `${contents}<main>\n${cells.join("\n")}\n</main>`;
  const scripts = main.includes('<figure class="plotly">') ? await plotlyScripts() : "";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="stridelab">
<title>${escapeHtml(title)}</title>
<style>
${await fontFaces(main)}
${styleSheet({ math: main.includes("<math") })}
</style>
</head>
<body${contents === "" ? "" : ' class="with-contents"'}>
${main}
${scripts}
</body>
</html>
`;
}

function renderCell(cell: Cell, markdown: MarkdownRenderer): string {
  switch (cell.type) {
    case "markdown":
      return `<section class="cell text">\n${markdown.render(cell.source, cell.attachments)}</section>`;
    case "code":
      return renderCode(cell, markdown);
    case "raw":
      return ""; // meant for other converters, which is what a raw cell is
  }
}

function renderCode(cell: CodeCell, markdown: MarkdownRenderer): string {
  const outputs = cell.outputs.map((output) => renderOutput(output, markdown)).join("\n");
  if (cell.source.trim() === "" && outputs === "") return "";
  const failed = cell.outputs.some((output) => output.type === "error") ? " failed" : "";
  const count = cell.executionCount === null ? "" : `<span class="count">${cell.executionCount}</span>`;
  return `<section class="cell code${failed}">
${count}<pre class="source"><code>${highlight(cell.source, "typescript")}</code></pre>
${outputs}
</section>`;
}

/** Headings of the second and third level; none unless there are at least two to choose from. */
function tableOfContents(headings: readonly Heading[]): string {
  const entries = headings.filter(({ level }) => level === 2 || level === 3);
  if (entries.length < 2) return "";
  const items = entries.map(
    ({ level, id, html }) => `<li class="level-${level}" dir="auto"><a href="#${escapeHtml(id)}">${html}</a></li>`,
  );
  return `<nav class="contents" aria-label="Contents"><ol>\n${items.join("\n")}\n</ol></nav>\n`;
}
