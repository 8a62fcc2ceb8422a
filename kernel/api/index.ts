/** What cells import from `stridelab/notebook`. */

export { type Displayable, displaySymbol, type MimeBundle } from "../display/mime.ts";
export {
  type Comm,
  type CommHandler,
  type CommMessage,
  type CommOpenOptions,
  type CommOptions,
  type Comms,
  comms,
} from "./comms.ts";
export { json, type TableOptions, table } from "./data.ts";
export {
  type ClearOptions,
  clear,
  type DisplayHandle,
  type DisplayOptions,
  display,
  type UpdateOptions,
  updateDisplay,
} from "./display.ts";
export { type ImageOptions, image } from "./image.ts";
export { html, latex, md, svg } from "./markup.ts";
export { type NextInputOptions, nextInput, page } from "./payloads.ts";
export { type PlotFigure, type PlotTrace, plot } from "./plot.ts";
export { type PromptOptions, prompt } from "./prompt.ts";
export { type Widget, type WidgetOptions, widget } from "./widget.ts";
