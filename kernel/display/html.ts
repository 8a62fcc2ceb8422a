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

/** A text, or as much of its beginning as has room; a character of two halves is never broken. */
export function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  return `${beginning(text, room)}… (${count(text.length)} characters)`;
}

/** At most so many characters, and no half of one at the end. */
export function beginning(text: string, room: number): string {
  const isHalf = text.length > room && (text.codePointAt(room - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalf ? room - 1 : room);
}

/** `1234567` as `1,234,567`. */
export const count = (n: number): string => n.toLocaleString("en-US");

/** `3` and `row` as `3 rows`. */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A number of bytes as a reader says it: `812 bytes`, `12.3 kB`, `4 MB`. */
export function byteSize(bytes: number): string {
  const units = ["kB", "MB", "GB", "TB"];
  if (bytes < 1000) return plural(bytes, "byte");
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toFixed(1))} ${units[unit]}`;
}
