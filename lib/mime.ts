/** The method name by which a value draws itself in Jupyter front ends; Deno and anywidget share it. */
export const display: unique symbol = Symbol.for("Jupyter.display") as never;

/**
 * One value in several formats, each under its media type; a front end takes the richest that it knows. Text is
 * always there, for terminals, logs and readers who cannot see. JSON formats are objects, binary ones base64.
 */
export interface MimeBundle {
  readonly "text/plain": string;
  readonly [type: string]: string | object;
}

/** A value that draws itself. */
export interface Displayable {
  /** Its forms, asked for each time it is shown. */
  [display](): MimeBundle | Promise<MimeBundle>;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text as content or quoted attribute of HTML and SVG: whatever it holds is shown, never executed. Characters that
 * XML 1.0 (section 2.2) forbids, and would break a whole SVG, become U+FFFD.
 */
export function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
  return text.replace(forbidden, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] as string);
}
