import type { display as displayValue } from "./display.ts";
import type { PromptOptions } from "./prompt.ts";

/** What every cell has without an import: the compiler is given this file, the session defines the values. */
declare global {
  const display: typeof displayValue;
  /** As `prompt` of `stridelab/notebook`: a function, which may stand beside a browser's. */
  function prompt(message?: string, answer?: string | PromptOptions): string;
}
