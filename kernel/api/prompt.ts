import { notebookHost } from "./host.ts";

/** How `prompt` asks. */
export interface PromptOptions {
  /** The answer if nothing is typed; default the empty string. */
  readonly default?: string;
  /** Whether what is typed stays hidden, as for a password; default false. */
  readonly password?: boolean;
}

/**
 * Asks whoever runs the notebook for a line of text and waits for it. Nothing else runs in the kernel until the answer
 * is there; an interrupt ends the wait. The answer is not kept: neither in the history nor, by the kernel, in outputs.
 *
 * @param message shown before the input; default none
 * @param answer what an empty answer stands for, or more options
 * @throws StdinNotImplemented (by `name`) if nobody can be asked, as under nbconvert and `stridelab run`
 * @throws Interrupted (by `name`) if the user interrupts the cell instead
 * @throws EndOfInput (by `name`) if the input was ended instead of answered, as by Ctrl-D in a console
 */
export function prompt(message = "", answer: string | PromptOptions = {}): string {
  const { default: fallback = "", password = false } = typeof answer === "string" ? { default: answer } : answer;
  const shown = fallback !== "" && !password;
  const question = shown ? `${String(message).trimEnd()} [${fallback}] ` : String(message);
  const host = notebookHost();
  const typed = host === undefined ? askBrowser(String(message), fallback) : host.prompt(question, password);
  return typed === "" ? fallback : typed;
}

/** Browsers and Deno have a function of this name. */
function askBrowser(message: string, fallback: string): string {
  const native = (globalThis as { prompt?: unknown }).prompt;
  if (typeof native !== "function") {
    throw new Error("prompt: there is neither a notebook nor a browser to ask in; run this in a cell");
  }
  const typed: unknown = native(message, fallback);
  return typeof typed === "string" ? typed : "";
}
