// biome-ignore-all format: tables are laid out by hand

/**
 * Natural numbers of any size as types: arithmetic digit by digit, as on paper, so that its depth is the number of digits and
 * not the number itself. Digits are kept in a text with the last one first, where a number begins on paper.
 */

/** A decimal digit. */
export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/** A carry into the next place. */
type Carry = "0" | "1";

/** Carry, first digit, second digit: their sum in two digits. */
interface Sums {
  "0": {
    "0": { "0": "00", "1": "01", "2": "02", "3": "03", "4": "04", "5": "05", "6": "06", "7": "07", "8": "08", "9": "09" };
    "1": { "0": "01", "1": "02", "2": "03", "3": "04", "4": "05", "5": "06", "6": "07", "7": "08", "8": "09", "9": "10" };
    "2": { "0": "02", "1": "03", "2": "04", "3": "05", "4": "06", "5": "07", "6": "08", "7": "09", "8": "10", "9": "11" };
    "3": { "0": "03", "1": "04", "2": "05", "3": "06", "4": "07", "5": "08", "6": "09", "7": "10", "8": "11", "9": "12" };
    "4": { "0": "04", "1": "05", "2": "06", "3": "07", "4": "08", "5": "09", "6": "10", "7": "11", "8": "12", "9": "13" };
    "5": { "0": "05", "1": "06", "2": "07", "3": "08", "4": "09", "5": "10", "6": "11", "7": "12", "8": "13", "9": "14" };
    "6": { "0": "06", "1": "07", "2": "08", "3": "09", "4": "10", "5": "11", "6": "12", "7": "13", "8": "14", "9": "15" };
    "7": { "0": "07", "1": "08", "2": "09", "3": "10", "4": "11", "5": "12", "6": "13", "7": "14", "8": "15", "9": "16" };
    "8": { "0": "08", "1": "09", "2": "10", "3": "11", "4": "12", "5": "13", "6": "14", "7": "15", "8": "16", "9": "17" };
    "9": { "0": "09", "1": "10", "2": "11", "3": "12", "4": "13", "5": "14", "6": "15", "7": "16", "8": "17", "9": "18" };
  };
  "1": {
    "0": { "0": "01", "1": "02", "2": "03", "3": "04", "4": "05", "5": "06", "6": "07", "7": "08", "8": "09", "9": "10" };
    "1": { "0": "02", "1": "03", "2": "04", "3": "05", "4": "06", "5": "07", "6": "08", "7": "09", "8": "10", "9": "11" };
    "2": { "0": "03", "1": "04", "2": "05", "3": "06", "4": "07", "5": "08", "6": "09", "7": "10", "8": "11", "9": "12" };
    "3": { "0": "04", "1": "05", "2": "06", "3": "07", "4": "08", "5": "09", "6": "10", "7": "11", "8": "12", "9": "13" };
    "4": { "0": "05", "1": "06", "2": "07", "3": "08", "4": "09", "5": "10", "6": "11", "7": "12", "8": "13", "9": "14" };
    "5": { "0": "06", "1": "07", "2": "08", "3": "09", "4": "10", "5": "11", "6": "12", "7": "13", "8": "14", "9": "15" };
    "6": { "0": "07", "1": "08", "2": "09", "3": "10", "4": "11", "5": "12", "6": "13", "7": "14", "8": "15", "9": "16" };
    "7": { "0": "08", "1": "09", "2": "10", "3": "11", "4": "12", "5": "13", "6": "14", "7": "15", "8": "16", "9": "17" };
    "8": { "0": "09", "1": "10", "2": "11", "3": "12", "4": "13", "5": "14", "6": "15", "7": "16", "8": "17", "9": "18" };
    "9": { "0": "10", "1": "11", "2": "12", "3": "13", "4": "14", "5": "15", "6": "16", "7": "17", "8": "18", "9": "19" };
  };
}

/** First digit, second digit: their product in two digits. */
interface Products {
  "0": { "0": "00", "1": "00", "2": "00", "3": "00", "4": "00", "5": "00", "6": "00", "7": "00", "8": "00", "9": "00" };
  "1": { "0": "00", "1": "01", "2": "02", "3": "03", "4": "04", "5": "05", "6": "06", "7": "07", "8": "08", "9": "09" };
  "2": { "0": "00", "1": "02", "2": "04", "3": "06", "4": "08", "5": "10", "6": "12", "7": "14", "8": "16", "9": "18" };
  "3": { "0": "00", "1": "03", "2": "06", "3": "09", "4": "12", "5": "15", "6": "18", "7": "21", "8": "24", "9": "27" };
  "4": { "0": "00", "1": "04", "2": "08", "3": "12", "4": "16", "5": "20", "6": "24", "7": "28", "8": "32", "9": "36" };
  "5": { "0": "00", "1": "05", "2": "10", "3": "15", "4": "20", "5": "25", "6": "30", "7": "35", "8": "40", "9": "45" };
  "6": { "0": "00", "1": "06", "2": "12", "3": "18", "4": "24", "5": "30", "6": "36", "7": "42", "8": "48", "9": "54" };
  "7": { "0": "00", "1": "07", "2": "14", "3": "21", "4": "28", "5": "35", "6": "42", "7": "49", "8": "56", "9": "63" };
  "8": { "0": "00", "1": "08", "2": "16", "3": "24", "4": "32", "5": "40", "6": "48", "7": "56", "8": "64", "9": "72" };
  "9": { "0": "00", "1": "09", "2": "18", "3": "27", "4": "36", "5": "45", "6": "54", "7": "63", "8": "72", "9": "81" };
}

/** What each digit lacks to nine. */
type Nines = { "0": "9", "1": "8", "2": "7", "3": "6", "4": "5", "5": "4", "6": "3", "7": "2", "8": "1", "9": "0" };

/** The digit after. */
type After = { "0": "1", "1": "2", "2": "3", "3": "4", "4": "5", "5": "6", "6": "7", "7": "8", "8": "9" };

/** What is left from the digit before, digit: half of both in one digit, and what is left. Strides are mostly 2. */
interface Halves {
  "0": { "0": "00", "1": "01", "2": "10", "3": "11", "4": "20", "5": "21", "6": "30", "7": "31", "8": "40", "9": "41" };
  "1": { "0": "50", "1": "51", "2": "60", "3": "61", "4": "70", "5": "71", "6": "80", "7": "81", "8": "90", "9": "91" };
}

/** The digits in the opposite order. */
export type Reversed<S extends string, Done extends string = ""> = S extends `${infer First}${infer Rest}`
  ? Reversed<Rest, `${First}${Done}`>
  : Done;

/** A number's digits, the last one first. */
export type Digits<N extends number> = Reversed<`${N}`>;

/** The number that digits stand for, the last one first; `number` where they are none. */
export type FromDigits<S extends string> = Leading<Reversed<S>> extends `${infer N extends number}` ? N : number;

/** Without zeros in front. */
type Leading<S extends string> = S extends `0${infer Rest}` ? (Rest extends "" ? S : Leading<Rest>) : S;

/** The sum of two numbers. */
export type SumOf<A extends string, B extends string, C extends Carry = "0", Done extends string = ""> =
  A extends `${infer X extends Digit}${infer Front}`
    ? B extends `${infer Y extends Digit}${infer OtherFront}`
      ? Sums[C][X][Y] extends `${infer Next extends Carry}${infer Here}`
        ? SumOf<Front, OtherFront, Next, `${Done}${Here}`>
        : never
      : C extends "0"
        ? `${Done}${A}`
        : SumOf<A, "0", C, Done>
    : B extends ""
      ? C extends "0" ? Done : `${Done}1`
      : C extends "0"
        ? `${Done}${B}`
        : SumOf<"0", B, C, Done>;

/** The difference of two numbers; `"-"` where it would be below zero. Adds what the second lacks to nines, and one. */
export type DifferenceOf<A extends string, B extends string, C extends Carry = "1", Done extends string = ""> =
  A extends `${infer X extends Digit}${infer Front}`
    ? B extends `${infer Y extends Digit}${infer OtherFront}`
      ? Sums[C][X][Nines[Y]] extends `${infer Next extends Carry}${infer Here}`
        ? DifferenceOf<Front, OtherFront, Next, `${Done}${Here}`>
        : never
      : C extends "1"
        ? `${Done}${A}`
        : DifferenceOf<A, "0", C, Done>
    : B extends "" | "0"
      ? C extends "1" ? Done : "-"
      : B extends `0${infer OtherFront}`
        ? DifferenceOf<"0", `0${OtherFront}`, C, Done>
        : "-";

/** A number times a digit. */
type TimesDigit<A extends string, Y extends Digit, C extends Digit = "0", Done extends string = ""> =
  A extends `${infer X extends Digit}${infer Front}`
    ? Products[X][Y] extends `${infer High extends Digit}${infer Low extends Digit}`
      ? Sums["0"][Low][C] extends `${infer Carried extends Digit}${infer Here}`
        ? Sums["0"][High][Carried] extends `${Carry}${infer Next extends Digit}`
          ? TimesDigit<Front, Y, Next, `${Done}${Here}`>
          : never
        : never
      : never
    : C extends "0" ? Done : `${Done}${C}`;

/** The product of two numbers. */
export type ProductOf<A extends string, B extends string, Done extends string = "0"> =
  B extends `${infer Y extends Digit}${infer Front}`
    ? ProductOf<`0${A}`, Front, Y extends "0" ? Done : SumOf<Done, TimesDigit<A, Y>>>
    : Done;

/** The quotient of two numbers and what is left, `[quotient, rest]`; the first with its first digit first. */
export type QuotientOf<A extends string, B extends string, Rest extends string = "", Done extends string = ""> =
  A extends `${infer X}${infer Behind}`
    ? HowOften<`${X}${Rest}`, B> extends [infer Often extends string, infer Left extends string]
      ? QuotientOf<Behind, B, Left, `${Done}${Often}`>
      : never
    : [Reversed<Done>, Rest];

/** Half of a number and what is left; both as `QuotientOf` takes and gives them. */
export type HalfOf<A extends string, Rest extends Carry = "0", Done extends string = ""> =
  A extends `${infer X extends Digit}${infer Behind}`
    ? Halves[Rest][X] extends `${infer Half}${infer Left extends Carry}`
      ? HalfOf<Behind, Left, `${Half}${Done}`>
      : never
    : [Done, Rest];

/** How often a number goes into another that has it nine times at most, and what is left. */
type HowOften<A extends string, B extends string, Times extends Digit = "0"> =
  DifferenceOf<A, B> extends infer Left extends string
    ? Left extends "-" ? [Times, A] : Times extends keyof After ? HowOften<Left, B, After[Times]> : never
    : never;
