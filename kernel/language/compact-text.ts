/**
 * A source of which V8 keeps a byte a character, rather than two because of a curly quote in some comment: of the compiler
 * that is eight megabytes, and as many in a snapshot. An escape means the same in code as in text.
 */
export function compactText(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return Buffer.from(text.replace(/[^\0-\xff]/g, escaped), "latin1").toString("latin1");
}
