import type { display as displayValue } from "./display.ts";

/** What every cell has without an import: the compiler is given this file, the session defines the values. */
declare global {
  const display: typeof displayValue;
}
