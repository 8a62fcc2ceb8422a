import { notebookHost } from "./host.ts";

/**
 * Shows a long text in the front end's pager, or below the cell where it has none, once the cell has ended. It is not
 * kept in the notebook. A cell has one pager text, the last. Outside a kernel it is printed.
 *
 * @throws Error if the cell has ended already
 */
export function page(text: string): void {
  const host = notebookHost();
  if (host === undefined) console.log(text);
  else host.payload({ source: "page", data: { "text/plain": String(text) }, start: 0 });
}

/** Where the text of `nextInput` goes. */
export interface NextInputOptions {
  /** Whether the text replaces the code of this cell, rather than to come in a new cell below; default false. */
  readonly replace?: boolean;
}

/**
 * Proposes code for the next cell, or in place of this one's, once the cell has ended; the last call counts. It is
 * not run. Outside a kernel it does nothing.
 *
 * @throws Error if the cell has ended already
 */
export function nextInput(text: string, { replace = false }: NextInputOptions = {}): void {
  notebookHost()?.payload({ source: "set_next_input", text: String(text), replace });
}
