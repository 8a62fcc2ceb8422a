/**
 * What a `Language` owes to whoever writes cells, as data: any implementation can be held against it.
 */
import type { ResumableLanguage } from "../../../kernel/protocol/threads.ts";

export interface Implementation {
  name: string;
  /** A language for one notebook in `folder`, without any declarations yet. */
  create(folder: string): ResumableLanguage & { close?(): void };
}

/** A list of cells, run one after the other in one scope and in a folder of their own. */
export interface Case {
  title: string;
  cells: Cell[];
  /** The implementations which are known to fail this case, each with the reason. One that passes is noticed. */
  shortfalls?: Record<string, string>;
}

/** A cell and all that is to be seen of it: what is not named here is not there. */
export interface Cell {
  source: string;
  /** Files written beside the notebook before the cell is converted, by relative path; `null` deletes one. */
  files?: Record<string, string | null>;
  /** What a user expression sees, which leaves no trace: nothing of it is committed. */
  isExpression?: true;
  /** The last expression's value as text. */
  value?: string;
  /** All that goes to stdout. */
  prints?: string;
  /** All that goes to stderr, or what it has to match. */
  warns?: string | RegExp;
  /** What the compiler warns of though the cell runs: "line:column code" of each. */
  warnings?: string[];
  /** The compiler's first complaint; the cell does not run. */
  refused?: Place & { code?: string; says?: string | RegExp };
  /** What the cell throws. */
  thrown?: Place & { name: string; says?: string | RegExp };
}

/** A position from 1; without a file, in the cell. */
export interface Place {
  file?: string;
  line?: number;
  column?: number;
}
