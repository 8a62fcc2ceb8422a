import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dataUri } from "./escape.ts";

/** A typeface of a Fontsource package; all four are under the SIL Open Font License 1.1. */
interface Face {
  family: string;
  package: string;
  /** Name of its files up to the subset, and behind it. */
  file: (subset: string) => string;
  weight: string;
  style?: "italic";
  /** Subsets by need; the ranges are in the package. */
  subsets: readonly string[];
  /** Embedded only if the page's HTML has this. */
  when?: RegExp;
}

const variable = (name: string, style: "normal" | "italic") => (subset: string) =>
  `${name}-${subset}-wght-${style}.woff2`;

const EUROPEAN = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese"];

const FACES: readonly Face[] = [
  {
    family: "Source Serif 4 Variable",
    package: "@fontsource-variable/source-serif-4",
    file: variable("source-serif-4", "normal"),
    weight: "200 900",
    subsets: EUROPEAN,
  },
  {
    family: "Source Serif 4 Variable",
    package: "@fontsource-variable/source-serif-4",
    file: variable("source-serif-4", "italic"),
    weight: "200 900",
    style: "italic",
    subsets: EUROPEAN,
    when: /<(em|i|cite|var|dfn)\b/,
  },
  {
    family: "JetBrains Mono Variable",
    package: "@fontsource-variable/jetbrains-mono",
    file: variable("jetbrains-mono", "normal"),
    weight: "100 800",
    subsets: EUROPEAN,
    when: /<(code|pre|kbd|samp)\b/,
  },
  {
    family: "Vazirmatn Variable",
    package: "@fontsource-variable/vazirmatn",
    file: variable("vazirmatn", "normal"),
    weight: "100 900",
    subsets: ["arabic"],
  },
  {
    family: "STIX Two Math",
    package: "@fontsource/stix-two-math",
    file: (subset) => `stix-two-math-${subset}-400-normal.woff2`,
    weight: "400",
    subsets: ["latin"],
    when: /<math\b/,
  },
];

/** `@font-face` rules with the files inside, of the faces and subsets that the page's text needs and no others. */
export async function fontFaces(html: string): Promise<string> {
  const characters = new Set(Array.from(html, (character) => character.codePointAt(0)!));
  const rules: string[] = [];
  for (const face of FACES) {
    if (face.when !== undefined && !face.when.test(html)) continue;
    const ranges = (await unicodeRanges(face.package)) as Record<string, string>;
    for (const subset of face.subsets) {
      const range = ranges[subset];
      if (range === undefined || !covers(range, characters)) continue;
      rules.push(await fontFace(face, subset, range));
    }
  }
  return rules.join("\n");
}

async function fontFace(face: Face, subset: string, range: string): Promise<string> {
  const file = await readFile(require.resolve(`${face.package}/files/${face.file(subset)}`));
  return [
    "@font-face {",
    `  font-family: "${face.family}";`,
    `  font-style: ${face.style ?? "normal"};`,
    `  font-weight: ${face.weight};`,
    "  font-display: swap;",
    `  src: url(${dataUri("font/woff2", file)}) format("woff2");`,
    // The mathematical face has one file for everything, and its package lists the range of another.
    ...(face.family === "STIX Two Math" ? [] : [`  unicode-range: ${range};`]),
    "}",
  ].join("\n");
}

const require = createRequire(import.meta.url);

const unicodeRanges = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(require.resolve(`${name}/unicode.json`), "utf8"));

/** @param range as in CSS: `U+0000-00FF,U+0131` */
function covers(range: string, characters: ReadonlySet<number>): boolean {
  return range.split(",").some((part) => {
    const [from, to] = part.trim().replace("U+", "").split("-");
    const first = Number.parseInt(from!, 16);
    const last = to === undefined ? first : Number.parseInt(to, 16);
    for (const character of characters) if (character >= first && character <= last) return true;
    return false;
  });
}
