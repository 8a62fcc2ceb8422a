const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** JSON that may stand inside a `<script>`: without `<`, no `</script>` or `<!--` in a string can end it. */
export const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/** `data:` URI of bytes or of base64 text. */
export const dataUri = (mime: string, content: Uint8Array | string): string =>
  `data:${mime};base64,${typeof content === "string" ? content.replace(/\s/g, "") : Buffer.from(content).toString("base64")}`;
