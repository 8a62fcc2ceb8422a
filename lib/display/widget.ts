import type { display, MimeBundle } from "../mime.ts";

/** What a kernel gives for a state and code for the page: `S` is what both know. */
export interface Widget<S extends object> {
  readonly isOpen: boolean;
  readonly state: Readonly<S>;
  set(changes: Partial<S>): void;
  on(event: "msg:custom", handler: (content: unknown) => void): () => void;
  on(event: "change", handler: (changed: Partial<S>) => void): () => void;
  send(content: unknown): void;
  close(): void;
  [display](): MimeBundle;
}

/** What it is made of: a module by anywidget's rules, and a style sheet. */
export interface WidgetParts<S extends object> {
  readonly state: S;
  readonly esm: string;
  readonly css?: string;
}

/** A kernel that has widgets keeps what makes them under this symbol, so that nobody needs to import it. */
const symbol = Symbol.for("Jupyter.widget");

/** VS Code lays widgets on white whatever its theme, and leaves their text in the theme's colour: white on white, if that is dark. */
const onWhite = ".cell-output-ipywidget-background { color: #1c1e21; color-scheme: light; }\n";

/** Makes a widget; null where there is no kernel that has some. */
export function openWidget<S extends object>({ css = "", ...parts }: WidgetParts<S>): Widget<S> | null {
  const make = (globalThis as { [symbol]?: (parts: WidgetParts<S>) => Widget<S> })[symbol];
  return make?.({ ...parts, css: onWhite + css } as WidgetParts<S>) ?? null;
}
