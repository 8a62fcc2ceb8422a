import { stripVTControlCharacters } from "node:util";
import type { DataOutput, Output } from "../notebook.ts";
import { dataUri, escapeHtml } from "./escape.ts";
import type { MarkdownRenderer } from "./markdown.ts";
import { renderMath } from "./math.ts";
import { isLiveFigure, PLOTLY_MIME, renderFigure } from "./plotly.ts";

/** One output of a cell as HTML. */
export function renderOutput(output: Output, markdown: MarkdownRenderer): string {
  switch (output.type) {
    case "stream":
      return `<pre class="output stream ${output.name}" dir="auto">${plain(output.text)}</pre>`;
    case "error": {
      const text = output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`;
      return `<pre class="output error">${plain(text)}</pre>`;
    }
    case "display_data":
    case "execute_result": {
      const figure = output.data[PLOTLY_MIME];
      const picture = renderData(output, markdown);
      const content = isLiveFigure(figure) ? renderFigure(figure, picture) : picture;
      return content === "" ? "" : `<div class="output ${output.type.replace("_", "-")}">${content}</div>`;
    }
  }
}

/** The best of the types that a page without scripts can show; "" if there is none. */
function renderData(output: DataOutput, markdown: MarkdownRenderer): string {
  const { data } = output;
  const figure = PLOTLY_MIME in data;
  for (const mime of figure ? [...PICTURES, "text/html", "text/plain"] : [...RICH, ...PICTURES, ...REST]) {
    const content = data[mime];
    if (content === undefined) continue;
    if (mime === "application/json") return `<pre>${escapeHtml(JSON.stringify(content, null, 2))}</pre>`;
    if (typeof content !== "string") continue;
    if (PICTURES.includes(mime)) return renderPicture(mime, content, output);
    switch (mime) {
      case "text/html":
        return `<div class="html">${content}</div>`;
      case "text/markdown":
        return markdown.render(content);
      case "text/latex":
        return renderMath(content.trim().replace(/^\$\$?|\$\$?$/g, ""), true);
      default:
        return `<pre dir="auto">${plain(content)}</pre>`;
    }
  }
  return "";
}

const RICH = ["text/html"];
const PICTURES = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"];
const REST = ["text/markdown", "text/latex", "application/json", "text/plain"];

/**
 * Every picture, SVG too, is an `<img>`: identifiers inside two drawings cannot meet, and neither can load anything.
 */
function renderPicture(mime: string, content: string, { data, metadata }: DataOutput): string {
  const svg = mime === "image/svg+xml";
  const source = svg ? dataUri(mime, Buffer.from(withNamespace(content))) : dataUri(mime, content);
  const own = (metadata[mime] ?? {}) as { alt?: unknown; width?: unknown; height?: unknown };
  const text = typeof data["text/plain"] === "string" ? data["text/plain"] : "";
  const alt = typeof own.alt === "string" ? own.alt : (stripVTControlCharacters(text).split("\n")[0] ?? "");
  const size = (["width", "height"] as const)
    .filter((side) => typeof own[side] === "number")
    .map((side) => ` ${side}="${own[side]}"`);
  return `<img class="picture" src="${source}" alt="${escapeHtml(alt)}"${size.join("")}>`;
}

/** Inline SVG may leave its namespace out, an `<img>` needs it. */
const withNamespace = (svg: string): string =>
  /<svg[^>]*\sxmlns=/.test(svg) ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');

/** Terminal colours are taken out: a page is no terminal. */
const plain = (text: string): string => escapeHtml(stripVTControlCharacters(text));
