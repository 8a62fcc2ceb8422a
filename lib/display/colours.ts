/** Red, green and blue, each 0 to 255 in sRGB. */
export type Rgb = readonly [number, number, number];

/**
 * How a number becomes a colour. `grey` for images; `sequential` for amounts, such as activations; `diverging` for
 * what has a sign, such as filters: zero is nearly white, negative blue, positive orange.
 */
export type ColourMap = "grey" | "sequential" | "diverging";

/** Ten points of viridis (Smith and van der Walt, 2015), evenly spaced: perceptually uniform, safe for the colour-blind. */
const viridis = "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725".split(" ").map(parse);

/** Blue and orange differ for every common kind of colour blindness; both ends are equally light (Oklab L 0.54). */
const [negative, neutral, positive] = (["#1f6fc0", "#f6f6f6", "#b34700"].map(parse) as [Rgb, Rgb, Rgb]).map(
  toOklab,
) as [Lab, Lab, Lab];

/** The colour of `share`, from 0 (least, or most negative) to 1 (most). */
export function colourAt(map: ColourMap, share: number): Rgb {
  const t = Math.min(1, Math.max(0, share));
  if (map === "grey") return [Math.round(255 * t), Math.round(255 * t), Math.round(255 * t)];
  if (map === "diverging")
    return fromOklab(t < 0.5 ? mix(neutral, negative, 1 - 2 * t) : mix(neutral, positive, 2 * t - 1));
  const at = t * (viridis.length - 1);
  const i = Math.min(Math.floor(at), viridis.length - 2);
  return mix(viridis[i] as Rgb, viridis[i + 1] as Rgb, at - i).map(Math.round) as unknown as Rgb;
}

/** Numbers that are NaN or infinite; occurs in no colour map. */
export const marked: Rgb = [255, 0, 255];

/** Lines between images: neither dark nor light, so that edges of both kinds of image show on every page. */
export const lineColour: Rgb = [140, 146, 152];

/** Between images that have a line around them. */
export const groundColour: Rgb = [255, 255, 255];

/**
 * Lines that are told apart under every common kind of colour blindness (Okabe and Ito, 2008), on light and on dark ground:
 * no yellow, and grey in the place of black.
 */
export const lineColours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777"] as const;

/** A colour as CSS and SVG write it: `#0072b2`. */
export function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** A colour part of the way from white to `#rrggbb`, in even perceived steps. */
export function tint(colour: string, share: number): Rgb {
  return fromOklab(mix(toOklab([255, 255, 255]), toOklab(parse(colour)), share));
}

/** Black or white, whichever contrasts more with the background (relative luminance of WCAG 2.2). */
export function inkOn(background: Rgb): "#000000" | "#ffffff" {
  const [r, g, b] = background.map(linear) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

function parse(text: string): Rgb {
  const bits = Number.parseInt(text.replace("#", ""), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
}

type Lab = readonly [number, number, number];

function mix(a: Lab, b: Lab, share: number): Lab {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function linear(part: number): number {
  const c = part / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function gamma(c: number): number {
  const part = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, part)));
}

/** Oklab (Ottosson, 2020): a space in which equal distances look equally far apart. */
function toOklab(colour: Rgb): Lab {
  const [r, g, b] = colour.map(linear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
