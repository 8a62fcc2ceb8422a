import type { Comms } from "../api/comms.ts";
import { display } from "../api/display.ts";
import { type NotebookHost, notebookSymbol, type Payload } from "../api/host.ts";
import { prompt } from "../api/prompt.ts";
import type { DisplayData, MimeBundle } from "../protocol/contents.ts";
import type { CellId } from "../protocol/threads.ts";
import { bundleOf, rawBundle } from "./bundle.ts";

/** What a session does for it. */
export interface HostActions {
  /** The cell that the calling code came from. */
  cell: () => CellId;
  display: (id: CellId, content: DisplayData, update: boolean) => void;
  clear: (id: CellId, wait: boolean) => void;
  prompt: (message: string, password: boolean) => string;
  payload: (payload: Payload) => void;
  comms: Comms;
  /** The cell is not over before this is. */
  hold: (id: CellId, drawing: Promise<void>) => void;
}

/** The functions of `stridelab/notebook` for the cells of one session. */
export function notebookHost({ cell, display, clear, prompt, payload, comms, hold }: HostActions): NotebookHost {
  return {
    display(value, { id, update, raw, metadata }) {
      const owner = cell();
      const transient = { display_id: id };
      const send = (data: MimeBundle) => {
        const content = { data, metadata: rawBundle(metadata), transient };
        if (Object.keys(data).length > 0) display(owner, content, update);
      };
      const bundle = raw ? rawBundle(value) : bundleOf(value);
      if (!(bundle instanceof Promise)) {
        send(bundle);
        return undefined;
      }
      const drawing = bundle.then(send);
      hold(owner, drawing);
      return drawing;
    },
    clear: ({ wait }) => clear(cell(), wait),
    prompt,
    payload,
    comms,
  };
}

/** Makes the host known to cells, and the functions that they have without an import. */
export function installHost(host: NotebookHost): () => void {
  const globals: Record<string | symbol, unknown> = { [notebookSymbol]: host, display, prompt };
  for (const name of Reflect.ownKeys(globals)) {
    // Not enumerable, like what the platform defines.
    Object.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true });
  }
  return () => {
    for (const name of Reflect.ownKeys(globals)) Reflect.deleteProperty(globalThis, name);
  };
}
