/** A number as pictures and tables write it: four significant digits at most, no trailing zeros; `NaN` and `∞` as such. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return formatCount(value);
  const magnitude = Math.abs(value);
  const rounded = Number(value.toPrecision(4));
  return magnitude >= 1e5 || magnitude < 1e-3 ? rounded.toExponential() : `${rounded}`;
}

/** A whole number with thousands set apart: `61,706`. */
export function formatCount(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes in the largest unit that gives at least 1: `3.07 GiB`, `612 B`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Number((bytes / 2 ** (10 * step)).toPrecision(3))} ${units[step]}`;
}

/** `1 image`, `2 images`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** A share of one as a percentage with one decimal; `-` for nothing out of nothing. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Text that fits into `width` characters, its end cut with an ellipsis where it does not. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** Text broken between words into lines of at most `width` characters; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((w) => w !== "")) {
    const longer = line === "" ? shorten(word, width) : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = shorten(word, width);
  }
  return line === "" ? lines : [...lines, line];
}

/** Remarks one after the other, each closed by a full stop; what is missing is left out. */
export function joinSentences(...remarks: readonly (string | false | null | undefined)[]): string {
  return remarks
    .filter((remark): remark is string => typeof remark === "string" && remark !== "")
    .map((remark) => (/[.!?…:]$/.test(remark) ? remark : `${remark}.`))
    .join(" ");
}
