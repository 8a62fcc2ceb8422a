import type { MarkdownIt } from "markdown-it";
import temml from "temml";
import { escapeHtml } from "./escape.ts";

/**
 * A formula as MathML, which browsers draw without a script. A formula that cannot be read becomes its source with the
 * reason beside it: one slip must not cost the page.
 * @param tex LaTeX without the dollar signs
 * @param display whether it stands on a line of its own
 */
export function renderMath(tex: string, display: boolean): string {
  try {
    const math = temml.renderToString(tex, { displayMode: display, throwOnError: true });
    // With a direction of its own a formula at the start of a Persian paragraph does not make it left-to-right.
    return math.replace("<math", '<math dir="ltr"');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const tag = display ? "div" : "span";
    return `<${tag} class="math-error" dir="ltr"><code>${escapeHtml(tex)}</code> <em>${escapeHtml(reason)}</em></${tag}>`;
  }
}

/** Teaches markdown-it `$...$` and `$$...$$`, by pandoc's rule that a price such as $5 is not a formula. */
export function mathPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("escape", "math", (state, silent) => {
    const { src, pos } = state;
    if (src[pos] !== "$") return false;
    const display = src[pos + 1] === "$";
    const start = pos + (display ? 2 : 1);
    const end = closingDollar(src, start, display);
    if (end < 0) return false;
    if (!silent) {
      const token = state.push("math", "math", 0);
      token.content = src.slice(start, end).trim();
      token.markup = display ? "$$" : "$";
    }
    state.pos = end + (display ? 2 : 1);
    return true;
  });

  markdown.block.ruler.before(
    "fence",
    "math_block",
    (state, startLine, endLine, silent) => {
      const lineText = (line: number) => state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]);
      const first = lineText(startLine);
      if (!first.startsWith("$$")) return false;
      let last = startLine;
      let text = first.slice(2);
      while (!text.trimEnd().endsWith("$$")) {
        last++;
        // A blank line or the end: no formula was meant.
        if (last >= endLine || lineText(last).trim() === "") return false;
        text += `\n${lineText(last)}`;
      }
      const tex = text.trimEnd().slice(0, -2);
      if (tex.includes("$$")) return false;
      if (silent) return true;
      const token = state.push("math", "math", 0);
      token.block = true;
      token.content = tex.trim();
      token.markup = "$$";
      token.map = [startLine, last + 1];
      state.line = last + 1;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );

  markdown.renderer.rules.math = (tokens, i) => renderMath(tokens[i]!.content, tokens[i]!.markup === "$$");
}

function closingDollar(src: string, start: number, display: boolean): number {
  if (display) {
    const end = src.indexOf("$$", start);
    return end > start ? end : -1;
  }
  if (src[start] === undefined || /\s/.test(src[start])) return -1;
  for (let i = start; i < src.length; i++) {
    if (src[i] === "\\") i++;
    else if (src[i] === "$") return i > start && !/\s/.test(src[i - 1]!) && !/\d/.test(src[i + 1] ?? "") ? i : -1;
  }
  return -1;
}
