import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime.ts";
import { leafText } from "../display/preview.ts";
import { fragment, isDisplayable, joined, type MaybePromise } from "./fragment.ts";

/**
 * HTML as a value: `` html`<b>${name}</b>` `` or `html("<b>hi</b>")`. In the template, interpolated values are escaped,
 * so that a text with `<` is shown as it is; values that draw themselves, such as other `html`, a picture or a chart, are
 * inserted as what they draw; arrays are inserted item by item; `null`, `undefined` and `false` are left out. A plain
 * call takes the text as it is.
 */
export function html(source: string | TemplateStringsArray, ...values: unknown[]): Displayable {
  return new Markup("text/html", partsOf("html", source, values, inHtml), readableText);
}

/** SVG as a value: `` svg`<svg viewBox="0 0 9 9">…</svg>` `` or `svg("<svg>…</svg>")`; values as in `html`. */
export function svg(source: string | TemplateStringsArray, ...values: unknown[]): Displayable {
  const words = (text: string) => /<title>([^<]*)/.exec(text)?.[1] ?? "an SVG picture";
  return new Markup("image/svg+xml", partsOf("svg", source, values, inHtml), words);
}

/**
 * Markdown as a value: `` md`# Results` `` or `md("# Results")`. In the template, backslashes are the text's own, so that
 * formulas such as `$\frac{1}{2}$` need no doubled ones, and a common indentation is removed. Values that draw themselves
 * are inserted as what they draw, others as text.
 */
export function md(source: string | TemplateStringsArray, ...values: unknown[]): Displayable {
  const parts = partsOf("md", verbatim(source), values, inMarkdown);
  return new Markup("text/markdown", parts, (text) => text, dedent);
}

/** A formula as a value: `` latex`\frac{${a}}{2}` `` or `latex("x^2")`, with or without dollar signs around it. */
export function latex(source: string | TemplateStringsArray, ...values: unknown[]): Displayable {
  const parts = partsOf("latex", verbatim(source), values, String);
  const delimit = (text: string) => (/^\s*(\$|\\[([]|\\begin\b)/.test(text) ? text : `$$${text.trim()}$$`);
  return new Markup("text/latex", parts, (text) => text, delimit);
}

type Part = MaybePromise<string>;

class Markup implements Displayable {
  readonly #mime: string;
  readonly #parts: () => Part[];
  readonly #plain: (text: string) => string;
  readonly #finish: (text: string) => string;

  constructor(
    mime: string,
    parts: () => Part[],
    plain: (text: string) => string,
    finish: (text: string) => string = (text) => text,
  ) {
    this.#mime = mime;
    this.#parts = parts;
    this.#plain = plain;
    this.#finish = finish;
  }

  [displaySymbol](): MaybePromise<MimeBundle> {
    const source = joined(this.#parts());
    return typeof source === "string" ? this.#bundle(source) : source.then((text) => this.#bundle(text));
  }

  #bundle(source: string): MimeBundle {
    const text = this.#finish(source);
    return { "text/plain": this.#plain(text), [this.#mime]: text };
  }
}

/** The pieces of a template, drawn when the whole is: what is inserted may draw itself, and take its time to. */
function partsOf(
  name: string,
  source: string | readonly string[],
  values: readonly unknown[],
  insert: (value: unknown) => Part,
): () => Part[] {
  if (typeof source === "string") return () => [source];
  if (!Array.isArray(source)) {
    throw new TypeError(`${name}: it was given ${leafText(source)}; give it text, or write ${name}\`…\``);
  }
  return () => source.flatMap((text, i) => (i < values.length ? [text, insert(values[i])] : [text]));
}

function inHtml(value: unknown): Part {
  if (value === null || value === undefined || value === false) return "";
  return Array.isArray(value) ? joined(value.map(inHtml)) : fragment(value, "text/html");
}

const inMarkdown = (value: unknown): Part => (isDisplayable(value) ? fragment(value, "text/markdown") : String(value));

/** A template's text with its backslashes; `` \` `` and `\${` still stand for what a template cannot hold. */
const verbatim = (source: string | TemplateStringsArray): string | readonly string[] =>
  typeof source === "string" || !Array.isArray(source.raw)
    ? source
    : source.raw.map((text) => text.replaceAll("\\`", "`").replaceAll("\\${", "${"));

function dedent(text: string): string {
  const lines = text.split("\n");
  const [first = "", ...rest] = lines;
  if (first.trim() !== "" || rest.length === 0) return text;
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Number.POSITIVE_INFINITY);
  return rest.map((line) => line.slice(Math.min(common, line.length))).join("\n");
}

/** HTML as a reader without a page hears it. */
function readableText(source: string): string {
  // What is not closed goes on to the end, for a browser too; so no text is read more than once.
  const shown = source.replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, "");
  const end = shown.lastIndexOf(">") + 1;
  const tagless = shown
    .slice(0, end)
    .replace(/<[^>]*>/g, (tag) =>
      /^<(br|\/p|\/div|\/li|\/tr|\/h\d)\b/i.test(tag) ? "\n" : /^<\/t[dh]>/i.test(tag) ? "\t" : "",
    );
  const text = tagless + shown.slice(end);
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " ", amp: "&" };
  const decoded = text.replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (_, name: string) => entities[name] as string);
  return decoded.trim() === "" ? "(HTML)" : decoded.replace(/\n{3,}/g, "\n\n").trim();
}
