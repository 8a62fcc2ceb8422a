/** `wrong`: something will not work. `look`: it may be meant, or will hurt later. `note`: good to know. */
export type Status = "ok" | "note" | "look" | "wrong";

/** One line of the report. */
export interface Finding {
  subject: string;
  status: Status;
  /** What was found, in a user's words; the first line stands alone. */
  text: string;
  /** What to type, or to do; a line each. */
  mend?: readonly string[];
}

/** What the checks look at; the tests hand them a broken one. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** `20.20.2` */
  nodeVersion: string;
  /** The program that runs this. */
  node: string;
  /** The folder of this copy of the package. */
  root: string;
  /** Its version. */
  version: string;
  /** Where the user is: the folder of the notebooks, likely. */
  folder: string;
  /** The folder for temporary files. */
  temporary: string;
  /** How the user starts this program: `stridelab`, or `node .../bin/stridelab.js`. */
  command: string;
}

/** Shorthand, so that a check reads as a table of what it may say. */
export const finding = (subject: string, status: Status, text: string, ...mend: string[]): Finding =>
  mend.length === 0 ? { subject, status, text } : { subject, status, text, mend };
