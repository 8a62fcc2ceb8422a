import { randomUUID } from "node:crypto";
import { base64 } from "../display/mime.ts";
import type { DisplayData } from "../protocol/contents.ts";

/** What `import { display, newDisplay, versions } from "tslab"` gives in a cell; the compiler uses tslab's own types. */
export function tslabModule(
  publish: (content: DisplayData, update: boolean) => void,
  versions: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return {
    display: tslabDisplay(publish),
    /** Shows into one place: the second picture replaces the first. */
    newDisplay: () => tslabDisplay(publish, randomUUID()),
    versions: { ...versions, node: process.version },
  };
}

function tslabDisplay(publish: (content: DisplayData, update: boolean) => void, id?: string) {
  let shown = false;
  const raw = (mime: string, data: string | Uint8Array): void => {
    const bundle = { [mime]: typeof data === "string" ? data : base64(data) };
    publish({ data: bundle, metadata: {}, ...(id === undefined ? {} : { transient: { display_id: id } }) }, shown);
    shown = id !== undefined;
  };
  const as = (mime: string) => (data: string | Uint8Array) => raw(mime, data);
  return {
    javascript: as("text/javascript"),
    html: as("text/html"),
    markdown: as("text/markdown"),
    latex: as("text/latex"),
    svg: as("image/svg+xml"),
    png: as("image/png"),
    jpeg: as("image/jpeg"),
    gif: as("image/gif"),
    pdf: as("application/pdf"),
    text: as("text/plain"),
    raw,
  };
}
