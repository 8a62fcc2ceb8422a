import { html } from "../element.ts";

/** A button that opens a picture from the reader's own files. */
export function pictureInput(take: (picture: ImageBitmap) => void): HTMLElement {
  const file = html("input", { type: "file", accept: "image/*" });
  async function open(chosen: File): Promise<void> {
    const picture = await createImageBitmap(chosen).catch(() => null);
    complain(file, picture === null ? chosen.name : "");
    if (picture !== null) take(picture);
  }
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) void open(chosen);
  });
  return html("label", {}, "Open a picture", file);
}

/** Says that a chosen file is no picture, as the browser says it of forms; without a name takes that back. */
function complain(input: HTMLInputElement, name: string): void {
  const problem = `${name} is no picture that this browser reads: open a PNG, a JPEG or another one`;
  input.setCustomValidity(name === "" ? "" : problem);
  input.reportValidity();
}
