import { checkInteger, checkOptions, OptionError } from "../errors.ts";
import { Random } from "../random.ts";
import { glyphs } from "./glyphs.ts";
import { type Handwriting, SIDE, writeDigit } from "./handwriting.ts";
import { greyImages, type ImageSplit, type LabelledImages } from "./images.ts";

const CLASSES = 10;

/** Hard enough that a linear classifier fails on one digit in ten, a small convolutional network on one in a hundred. */
const DEFAULT_HAND: Handwriting = {
  wobble: 0.012,
  rotation: 8,
  shear: 0.15,
  stretch: 0.1,
  shift: 3,
  elastic: 0.4,
  pen: [1, 1.6],
  noise: 0.03,
};

/** Which digits, and how they are written. */
export interface DigitsOptions {
  /** How many (default 6,000). */
  readonly count?: number;
  /** Which digits: the same seed gives the same digits, another seed others (default 0). */
  readonly seed?: number;
  /** Ranges of the handwriting that are to differ from the default ones. */
  readonly hand?: Partial<Handwriting>;
}

/**
 * Digits in many hands, written by a program: every image starts from one of several drawn models of its digit, whose
 * pen path is moved, slanted, turned, stretched and elastically distorted at random (Simard, Steinkraus, Platt, 2003).
 *
 * Each ten in a row hold every digit once, in random order; image i depends on the seed and on i alone, so that a longer
 * set begins with the shorter one. The pixels are the same on every machine and engine.
 *
 * @returns images `[count, 1, 28, 28]`, laid out like MNIST's: ink 1 on paper 0, a digit 20 pixels tall
 * @throws OptionError on an unknown option or a value out of its range
 */
export function digits(options: DigitsOptions = {}): LabelledImages<1, 28, 28> {
  checkOptions("digits", options, ["count", "seed", "hand"]);
  const { count = 6000, seed = 0, hand = {} } = options;
  checkInteger("digits", "count", count, 1);
  return write(count, new Random(seed).fork("digits"), handOf(hand));
}

/**
 * The 2,000 digits to judge by, always the same, in the default hand: their stream is apart from that of every seed of
 * `digits`.
 */
export function testDigits(): LabelledImages<1, 28, 28> {
  return write(2000, new Random(0).fork("test digits"), DEFAULT_HAND);
}

/**
 * Digits to learn from, and those to judge by: what a lecture needs, without a download.
 *
 * @param options as for `digits`; they change the training set alone
 */
export function digitSets(options: DigitsOptions = {}): ImageSplit<1, 28, 28> {
  return { train: digits(options), test: testDigits() };
}

function write(count: number, random: Random, hand: Handwriting): LabelledImages<1, 28, 28> {
  const images = new Float32Array(count * SIDE * SIDE);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const block = Math.floor(i / CLASSES);
    if (i % CLASSES === 0) {
      const order = random.fork(`block ${block}`).shuffle(Int32Array.from({ length: CLASSES }, (_, digit) => digit));
      labels.set(order.subarray(0, Math.min(CLASSES, count - i)), i);
    }
    const models = glyphs[labels[i]!]!;
    const own = random.fork(i);
    images.set(writeDigit(models[own.integer(models.length)]!, hand, own), i * SIDE * SIDE);
  }
  return greyImages(images, labels, SIDE, SIDE);
}

function handOf(changes: Partial<Handwriting>): Handwriting {
  checkOptions("digits", changes, Object.keys(DEFAULT_HAND));
  const hand = { ...DEFAULT_HAND, ...changes };
  for (const [name, value] of Object.entries(hand)) {
    const numbers = [value].flat();
    const due = name === "pen" ? 2 : 1;
    if (numbers.length === due && numbers.every((number) => Number.isFinite(number) && number >= 0)) continue;
    const fix = due === 2 ? "give the smallest and the largest radius, e.g. [1, 1.6]" : "give a number, 0 or more";
    throw new OptionError("digits", `hand.${name} is ${value}`, fix);
  }
  return hand;
}
