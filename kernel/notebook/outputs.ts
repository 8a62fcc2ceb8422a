import type { KernelOutput } from "./client.ts";
import type { CodeCell, DataOutput, Metadata, MimeData, Notebook, Output } from "./notebook.ts";
import { widgetView } from "./widgets.ts";

/**
 * Turns what a kernel publishes into the outputs of a notebook's cells, by the rules of a front end: a stream's
 * messages are joined while nothing comes between them, `update_display_data` changes every output that has its
 * display_id, in whichever cell, and `clear_output` with `wait` holds until the next output comes.
 */
export class OutputCollector {
  readonly #displays = new Map<string, { cell: CodeCell; output: DataOutput }[]>();
  readonly #clearOnNext = new Set<CodeCell>();

  add(cell: CodeCell, message: KernelOutput): void {
    if (message.type === "clear_output") {
      if (message.content.wait) this.#clearOnNext.add(cell);
      else this.#clear(cell);
      return;
    }
    if (message.type === "update_display_data") {
      this.#update(message.content.transient?.display_id, message.content);
      return;
    }
    if (this.#clearOnNext.has(cell)) this.#clear(cell);
    const last = cell.outputs.at(-1);
    switch (message.type) {
      case "stream": {
        const { name, text } = message.content;
        if (last?.type === "stream" && last.name === name) last.text = joinStream(last.text, text);
        else cell.outputs.push({ type: "stream", name, text: joinStream("", text) });
        return;
      }
      case "error": {
        const { ename, evalue, traceback } = message.content;
        cell.outputs.push({ type: "error", ename, evalue, traceback });
        return;
      }
      case "display_data":
        this.#show(cell, { type: message.type, ...dataOf(message.content) }, message.content.transient?.display_id);
        return;
      case "execute_result": {
        const executionCount = message.content.execution_count;
        const output: Output = { type: message.type, ...dataOf(message.content), executionCount };
        this.#show(cell, output, message.content.transient?.display_id);
        return;
      }
    }
  }

  #show(cell: CodeCell, output: DataOutput, displayId: string | undefined): void {
    if (displayId !== undefined) {
      // The same id shown again is also an update of where it stands already.
      this.#update(displayId, output);
      this.#displays.set(displayId, [...(this.#displays.get(displayId) ?? []), { cell, output }]);
    }
    cell.outputs.push(output);
  }

  #update(displayId: string | undefined, content: { data: MimeData; metadata: Metadata }): void {
    for (const { output } of this.#displays.get(displayId ?? "") ?? []) Object.assign(output, dataOf(content));
  }

  #clear(cell: CodeCell): void {
    cell.outputs.length = 0;
    this.#clearOnNext.delete(cell);
    for (const [id, places] of this.#displays) {
      this.#displays.set(
        id,
        places.filter((place) => place.cell !== cell),
      );
    }
  }
}

/** Removes what an earlier run left, so that after a failure nothing stale stands below the failing cell. */
export function clearOutputs(notebook: Notebook): void {
  for (const cell of notebook.cells) {
    if (cell.type !== "code") continue;
    cell.outputs = [];
    cell.executionCount = null;
  }
}

/**
 * What an output keeps. A view of a widget is nothing without its kernel, and nbconvert's page, which takes it before all else, has
 * nothing to show of it without a CDN: where the value has HTML beside it, that is what stays.
 */
function dataOf({ data, metadata }: { data: MimeData; metadata: Metadata }): { data: MimeData; metadata: Metadata } {
  if (!("text/html" in data)) return { data, metadata };
  const { [widgetView]: _, ...others } = data;
  return { data: others, metadata };
}

/** A progress line rewritten with carriage returns keeps its last state only, and backspaces take characters back. */
function joinStream(before: string, text: string): string {
  const lastLine = before.lastIndexOf("\n") + 1;
  let open = before.slice(lastLine) + text;
  if (/[\r\b]/.test(open)) {
    open = open.replace(/[^\n]*\r(?=[^\r\n])/g, "");
    while (/[^\n\b][\b]/.test(open)) open = open.replace(/[^\n\b][\b]/g, "");
  }
  return before.slice(0, lastLine) + open;
}
