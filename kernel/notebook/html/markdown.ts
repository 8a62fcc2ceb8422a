import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import createMarkdown, { type Env, type MarkdownIt, type Token } from "markdown-it";
import type { MimeData } from "../notebook.ts";
import { highlight } from "./code.ts";
import { dataUri, escapeHtml } from "./escape.ts";
import { mathPlugin } from "./math.ts";

export interface Heading {
  level: number;
  /** The anchor, unique on the page. */
  id: string;
  /** HTML of its text, formulas included, links not. */
  html: string;
  text: string;
}

type Attachments = Record<string, MimeData>;

interface Environment extends Env {
  attachments: Attachments;
}

/**
 * Renders the markdown cells of one page and remembers their headings.
 *
 * HTML inside markdown is let through, as in Jupyter: whoever wrote it also wrote the code that ran, so nothing is won
 * by refusing it. Pictures from files are embedded; addresses of pictures elsewhere become links, because the page
 * loads nothing.
 */
export class MarkdownRenderer {
  readonly headings: Heading[] = [];
  readonly #markdown: MarkdownIt;
  readonly #folder: string;
  readonly #slugs = new Set<string>();

  /** @param folder what relative paths of pictures start from */
  constructor(folder: string) {
    this.#folder = folder;
    this.#markdown = createMarkdown({ html: true, linkify: false, typographer: false, highlight });
    this.#markdown.use(mathPlugin);
    this.#markdown.core.ruler.push("direction", (state) => {
      // Only the outermost block: `dir="auto"` does not look into children that have a direction of their own.
      for (const token of state.tokens) {
        if (token.nesting === 1 && token.level === 0) token.attrSet("dir", "auto");
      }
    });
    this.#markdown.core.ruler.push("headings", (state) => {
      for (const [i, token] of state.tokens.entries()) {
        if (token.type === "heading_open") token.attrSet("id", this.#heading(token.tag, state.tokens[i + 1]!));
      }
    });
    const { rules } = this.#markdown.renderer;
    rules.image = (tokens, i, _options, env) => {
      const token = tokens[i]!;
      const [source, title] = [token.attrGet("src"), token.attrGet("title")];
      const { attachments } = env as Environment;
      return this.#picture(String(source ?? ""), token.content, title === null ? null : String(title), attachments);
    };
    rules.table_open = (tokens, i, options, _env, self) =>
      `<div class="scroll">${self.renderToken(tokens, i, options)}`;
    rules.table_close = () => "</table></div>\n";
  }

  render(source: string, attachments: Attachments = {}): string {
    return this.#markdown.render(source, { attachments } satisfies Environment);
  }

  #heading(tag: string, inline: Token): string {
    const shown = (inline.children ?? []).filter((token) => !token.type.startsWith("link_"));
    const text = shown.map((token) => token.content).join("");
    const id = this.#slug(text);
    const html = this.#markdown.renderer.renderInline(shown, this.#markdown.options, { attachments: {} });
    this.headings.push({ level: Number(tag.slice(1)), id, html, text });
    return id;
  }

  /** Letters and digits of any script, the rest as one hyphen; a number behind it when it is taken. */
  #slug(text: string): string {
    const base =
      text
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu)
        ?.join("-") ?? "section";
    let id = base;
    for (let n = 2; this.#slugs.has(id); n++) id = `${base}-${n}`;
    this.#slugs.add(id);
    return id;
  }

  #picture(source: string, alt: string, title: string | null, attachments: Attachments): string {
    const embedded = this.#embed(source, attachments);
    const label = escapeHtml(alt);
    if (embedded !== undefined) {
      const caption = title === null ? "" : ` title="${escapeHtml(title)}"`;
      return `<img src="${escapeHtml(embedded)}" alt="${label}"${caption}>`;
    }
    const name = label === "" ? "picture" : label;
    if (/^https?:/.test(source)) return `<a href="${escapeHtml(source)}">${name}</a>`;
    return `<span class="missing">${name} (no such picture: ${escapeHtml(source)})</span>`;
  }

  #embed(source: string, attachments: Attachments): string | undefined {
    if (source.startsWith("data:")) return source;
    if (source.startsWith("attachment:")) {
      const data = attachments[decodeURIComponent(source.slice("attachment:".length))];
      const [mime, content] = Object.entries(data ?? {})[0] ?? [];
      if (mime === undefined || typeof content !== "string") return undefined;
      return dataUri(mime, mime === "image/svg+xml" ? Buffer.from(content) : content);
    }
    const mime = PICTURES[extname(source).toLowerCase()];
    if (mime === undefined || /^[a-z]+:/.test(source)) return undefined;
    try {
      return dataUri(mime, readFileSync(resolve(this.#folder, decodeURIComponent(source))));
    } catch {
      return undefined; // the page says in place which picture is missing
    }
  }
}

const PICTURES: Record<string, string> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};
