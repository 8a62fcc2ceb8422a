import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import { describeThrown, textOf } from "../display/text.ts";
import { notebookHost } from "./host.ts";

/** How `display` shows a value. */
export interface DisplayOptions {
  /** Names the place, so that `updateDisplay` finds it, from any cell; default: a name of its own. */
  readonly id?: string;
  /** Hints for front ends by media type, such as `{ "image/png": { width: 400 } }`; default none. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Whether the value is a MIME bundle to be sent as it is, such as `{ "text/html": "<b>hi</b>" }`; default false. */
  readonly raw?: boolean;
}

/** How a value shown in the same place looks. */
export type UpdateOptions = Omit<DisplayOptions, "id">;

/** A place below a cell where something is shown. */
export interface DisplayHandle {
  readonly id: string;
  /** When what was shown last is there: at once, unless the value's own method returns a promise. Never rejects. */
  readonly ready: Promise<void>;
  /** Shows something else in the same place, wherever it is by now. */
  update(value: unknown, options?: UpdateOptions): void;
}

/**
 * Shows a value below the cell, as if it were the cell's last one, without ending the cell: by its own
 * `Symbol.for("Jupyter.display")` method, or as a table, a tree or text. Outside a kernel it is printed as text.
 *
 * @returns a handle to change it by; as a cell's last value the handle shows nothing
 */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  const id = options.id ?? crypto.randomUUID();
  return new Place(id, show(id, value, options, false));
}

/**
 * Shows something else wherever `display(…, { id })` has shown something under this id, in whichever cell. An id that
 * nothing was shown under changes nothing.
 */
export function updateDisplay(id: string, value: unknown, options: UpdateOptions = {}): DisplayHandle {
  return new Place(id, show(id, value, options, true));
}

/** When `clear` clears. */
export interface ClearOptions {
  /** Whether to keep what is there until the next output comes, so that nothing flickers; default false. */
  readonly wait?: boolean;
}

/** Removes what the cell has shown and printed so far. Outside a kernel it does nothing. */
export function clear({ wait = false }: ClearOptions = {}): void {
  notebookHost()?.clear({ wait });
}

class Place implements DisplayHandle {
  readonly id: string;
  #ready: Promise<void>;

  constructor(id: string, ready: Promise<void>) {
    this.id = id;
    this.#ready = ready;
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  update(value: unknown, options: UpdateOptions = {}): void {
    this.#ready = show(this.id, value, options, true);
  }

  /** What it stands for is shown already. */
  [displaySymbol](): MimeBundle {
    return {};
  }
}

async function show(id: string, value: unknown, options: UpdateOptions, update: boolean): Promise<void> {
  const { raw = false, metadata = {} } = options;
  const host = notebookHost();
  if (host === undefined) await print(value, raw);
  else await host.display(value, { id, update, raw, metadata });
}

/** What a reader without a notebook gets. A broken picture ends no program. */
async function print(value: unknown, raw: boolean): Promise<void> {
  try {
    const draw = raw ? () => value : (value as { [displaySymbol]?: unknown } | null | undefined)?.[displaySymbol];
    if (typeof draw !== "function") return console.log(value);
    const bundle = (await draw.call(value)) as MimeBundle;
    const text = bundle["text/plain"] ?? (raw ? bundle : value);
    if (Object.keys(bundle).length > 0) console.log(text);
  } catch (error) {
    console.log(`${textOf(value)}\n(display hook failed: ${describeThrown(error)})`);
  }
}
