import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { root } from "../package/command.ts";
import { type Bitmap, posterized, readBitmap, shrunk, stackedBitmaps, writeBitmap } from "./bitmap.ts";

/** Pictures that somebody has looked at: at half of their size, so that all of them are small. */
const folder = join(root, "test/all/screenshots");
const STORED = 440;
const LEVELS = 32;

/** What was seen, what was expected and where they differ, of those that do. */
const differences = join(root, "out/screenshots");

/** `RENEW_SCREENSHOTS=1` stores what is seen; then look at what version control says has changed. */
const renews = process.env.RENEW_SCREENSHOTS === "1";

/** How a picture is compared: at which width, and which share of what is drawn may lie elsewhere or look otherwise. */
interface Look {
  /** The end of its file's name. */
  readonly kind: "drawing" | "image";
  readonly width: number;
  readonly tolerance: number;
  /** Which share of the colours alone may differ, at the width that is stored. */
  readonly colours: number;
}

/**
 * Machines differ in the fonts of text within pictures; all other text has the package's. Of drawings, text is a large part: a pixel
 * is some 14 of the screen's, as high as a line, so that letters are grey. With a serif or a narrow font in place of a sans serif,
 * a seventh differed at most; another curve, or the same elsewhere, is three quarters.
 */
const drawing: Look = { kind: "drawing", width: 64, tolerance: 0.25, colours: 1 };

/**
 * Of images and maps, text is little, and their pixels lie where they lie everywhere: such fonts make 7 % of pale maps, 4 of others.
 * Maps of the same inputs have these and all words in common, so what has a colour, which text has not, is compared by itself:
 * SmoothGrad's maps differ from saliency's by a tenth, deconvnet's from guided backpropagation's by an eighth.
 */
const image: Look = { kind: "image", width: 220, tolerance: 0.08, colours: 0.06 };

/** Heights differ by a line that is broken elsewhere, never by a picture. */
const HEIGHT = 0.06;

/** How much of what is drawn on white differs, from 0 to 1: of a picture and a blank page all, of one and itself nothing. */
export function differenceOf(a: Bitmap, b: Bitmap, width: number): number {
  const [small, other] = [shrunk(a, width), shrunk(b, width)];
  const length = Math.max(small.data.length, other.data.length);
  let [differs, drawn] = [0, 0];
  for (let i = 0; i < length; i++) {
    const [p, q] = [small.data[i] ?? 255, other.data[i] ?? 255];
    differs += Math.abs(p - q);
    drawn += 255 - Math.min(p, q);
  }
  return drawn === 0 ? 0 : differs / drawn;
}

/** A pixel whose parts are as far apart has a colour. */
const COLOURED = 24;

/** The same of pixels that have a colour in one of the two. Where they are less than a hundredth, nothing differs. */
function colourDifferenceOf({ data: a }: Bitmap, { data: b }: Bitmap): number {
  const length = Math.max(a.length, b.length);
  const at = (data: Uint8Array, i: number): number => data[i] ?? 255;
  const isColour = (data: Uint8Array, i: number): boolean => {
    const [red, green, blue] = [at(data, i), at(data, i + 1), at(data, i + 2)];
    return Math.max(red, green, blue) - Math.min(red, green, blue) >= COLOURED;
  };
  let [differs, drawn, coloured] = [0, 0, 0];
  for (let pixel = 0; pixel < length; pixel += 3) {
    if (!isColour(a, pixel) && !isColour(b, pixel)) continue;
    coloured += 3;
    for (let i = pixel; i < pixel + 3; i++) {
      differs += Math.abs(at(a, i) - at(b, i));
      drawn += 255 - Math.min(at(a, i), at(b, i));
    }
  }
  return coloured < length / 100 ? 0 : differs / drawn;
}

/** What is wrong with what is seen in the place of a stored picture; "" for nothing. */
function complaint(seen: Bitmap, stored: Bitmap, { width, tolerance, colours }: Look): string {
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const isAsHigh = Math.abs(seen.height - stored.height) <= Math.max(8, HEIGHT * stored.height);
  if (!isAsHigh) return `${seen.height} pixels high instead of ${stored.height}`;
  const difference = differenceOf(seen, stored, width);
  if (difference > tolerance) return `${percent(difference)} differ`;
  const ofColours = colours < 1 ? colourDifferenceOf(seen, stored) : 0;
  return ofColours > colours ? `${percent(ofColours)} of the colours differ` : "";
}

/** Compares what is seen with the stored picture of that name. @returns what is wrong; "" for nothing */
function compared(name: string, png: Uint8Array, look: Look): string {
  const file = join(folder, `${name}.png`);
  const seen = posterized(shrunk(readBitmap(png), STORED), LEVELS);
  const stored = existsSync(file) ? readBitmap(readFileSync(file)) : null;
  if (renews) {
    // On one machine a picture differs by where its edges fall between pixels: then the stored one stays.
    if (
      stored !== null &&
      complaint(seen, stored, { ...look, tolerance: look.tolerance / 2, colours: look.colours / 2 }) === ""
    )
      return "";
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, writeBitmap(seen));
    return "";
  }
  if (stored === null) return `${name} has no stored picture: look at it, and store it with RENEW_SCREENSHOTS=1`;
  const wrong = complaint(seen, stored, look);
  if (wrong === "") return "";
  mkdirSync(dirname(join(differences, name)), { recursive: true });
  writeFileSync(join(differences, `${name}.png`), writeBitmap(stackedBitmaps([seen, stored, apart(seen, stored)])));
  return `${name}: ${wrong}; seen, stored and difference: out/screenshots/${name}.png`;
}

/** Stored pictures of a notebook that has them no longer. Renewing removes them. */
function leftOver(name: string, seen: ReadonlySet<string>): string[] {
  const files = existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : [];
  const old = files.filter((file) => !seen.has(file));
  if (renews) for (const file of old) rmSync(join(folder, name, file));
  return renews ? [] : old.map((file) => `${name}/${file} is stored, and no cell draws it`);
}

/** Black where two pictures differ. */
function apart(a: Bitmap, b: Bitmap): Bitmap {
  const height = Math.min(a.height, b.height);
  const data = a.data.slice(0, 3 * a.width * height).map((value, i) => 255 - Math.abs(value - (b.data[i] as number)));
  return { width: a.width, height, data };
}

/** The names of all pictures stored of a notebook that a blank page, or another of its pictures, would pass for. */
export function mistakable(name: string): string[] {
  const files = readdirSync(join(folder, name));
  const stored = files.map((file) => readBitmap(readFileSync(join(folder, name, file))));
  return stored.flatMap((one, i) => {
    const blank = { ...one, data: one.data.map(() => 255) };
    const others = [blank, ...stored.filter((_, other) => other !== i)];
    const look = files[i]?.endsWith(".image.png") ? image : drawing;
    return others.some((other) => complaint(other, one, look) === "") ? [files[i] as string] : [];
  });
}

const require = createRequire(import.meta.url);
const font = (path: string) => readFileSync(require.resolve(`@fontsource-variable/${path}`)).toString("base64");

/** Lines are broken where they are everywhere: the page's fonts are the package's, not the machine's. */
const fonts = () => `
  @font-face { font-family: Stored; src: url(data:font/woff2;base64,${font("source-serif-4/files/source-serif-4-latin-wght-normal.woff2")}); font-weight: 200 900 }
  @font-face { font-family: StoredCode; src: url(data:font/woff2;base64,${font("jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2")}); font-weight: 100 800 }
  :root { --jp-content-font-family: Stored !important; --jp-ui-font-family: Stored !important; --jp-code-font-family: StoredCode !important }
  .jp-Notebook { --jp-content-font-family: Stored !important }`;

/** Outputs that are more than text; those that hold pixels, for themselves or within what is drawn; and curves. */
const PICTURE = "figure, img, table, .js-plotly-plot, [data-stridelab-player]";
const IMAGES = "figure > img[src*='image/png'], figure > img[src*='%3Cimage']";
const CURVES = ".js-plotly-plot";

/** Runs in the page: an edge between two pixels moves all that is drawn below it by one, now and then. */
const toWholePixel = (element: { getBoundingClientRect(): { top: number }; style: { marginTop: string } }): void => {
  const { top } = element.getBoundingClientRect();
  element.style.marginTop = `${Math.ceil(top) - top}px`;
};

/**
 * Expects the outputs of JupyterLab's notebook to look as they were stored, each by the title of its cell.
 *
 * @param name of their folder
 */
export async function expectAsStored(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: size.width, height: 2600 }); // whole outputs are seen at once
  const style = await page.addStyleTag({ content: fonts() });
  await page.evaluate(
    "document.fonts.load('16px Stored').then(() => document.fonts.load('16px StoredCode')).then(() => 0)",
  );
  const titles = await page.evaluate<(string | undefined)[]>(
    'jupyterapp.shell.currentWidget.content.widgets.filter(({ model }) => model.type === "code").map(({ model }) => model.getMetadata("title"))',
  );
  const cells = page.locator(".jp-CodeCell");
  expect(await cells.count()).toBe(titles.length);
  const [wrong, seen]: [string[], Set<string>] = [[], new Set()];
  for (const [i, title] of titles.entries()) {
    const output = cells.nth(i).locator(".jp-OutputArea").first();
    if (title === undefined || (await output.locator(PICTURE).count()) === 0) continue;
    const words = title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 40)
      .replace(/-$/, "");
    const counts = await Promise.all([IMAGES, CURVES].map((kind) => output.locator(kind).count()));
    const look = counts[0]! > 0 && counts[1] === 0 ? image : drawing;
    const file = `${words}.${look.kind}`;
    seen.add(`${file}.png`);
    await output.scrollIntoViewIfNeeded();
    await output.evaluate(toWholePixel);
    wrong.push(compared(`${name}/${file}`, await output.screenshot({ animations: "disabled" }), look));
  }
  await style.evaluate((element: { remove(): void }) => element.remove());
  await page.setViewportSize(size);
  expect([...wrong.filter((each) => each !== ""), ...leftOver(name, seen)]).toEqual([]);
}
