import { checkInteger, checkOptions, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { drawImages } from "./draw-images.ts";
import { joinSentences, plural } from "./format.ts";
import { checkGrid } from "./image-grid.ts";
import { checkComputed, type Images } from "./images.ts";
import type { Picture } from "./picture.ts";

/** Input channels of a wide layer beyond this many have no room side by side. */
const MOST_CHANNELS = 16;

/** How a layer's filters are drawn; every option may be left out. */
export interface FilterGridOptions {
  readonly title?: string;
  /** Said below, before the range of the weights. */
  readonly caption?: string;
  /** Whether all filters share one scale (`common`, default) or each has its own (`each`). */
  readonly range?: "common" | "each";
  /** Slices of filters beyond this many are not drawn, which is said; default 64. */
  readonly limit?: number;
}

/**
 * Draws the weights of a convolution. Filters over one channel: blue negative, white zero, orange positive. Over three:
 * as coloured images, mid-grey zero. Over more: a row a filter, a column an input channel.
 *
 * @param filters `[F, C, K, L]`
 * @throws ShapeError if there are other than four axes, or the filters have no weights
 */
export function filterGrid(filters: AnyTensor, options: FilterGridOptions = {}): Picture {
  checkOptions("filterGrid", options, ["title", "caption", "range", "limit"]);
  checkTensor("filterGrid", "the picture's subject", filters);
  const shape = filters.shape as readonly number[];
  const operands = [{ name: "filters", shape, axes: "F C K L" }];
  if (shape.length !== 4) {
    const fix = "give a layer's weights, [F, C, K, L]; imageGrid draws other tensors";
    throw new ShapeError("filterGrid", `filters have 4 axes, this tensor has ${shape.length}`, operands, fix);
  }
  if (shape.slice(1).includes(0)) {
    throw new ShapeError("filterGrid", "the filters have no weights", operands, "give filters of at least one weight");
  }
  checkComputed("filterGrid", filters);
  const [count, channels, height, width] = shape as [number, number, number, number];
  if (channels === 1 || channels === 3) {
    const images: Images = { count, channels, height, width, data: peek(filters) };
    checkGrid("filterGrid", images, options);
    return drawImages(images, { ...options, colours: "diverging" }, "filter");
  }
  return drawSlices(peek(filters), count, channels, height, width, options);
}

/** Slices of filters over many channels: of a wide layer the first channels, as many filters as the limit allows. */
function drawSlices(
  data: AnyTensor["data"],
  count: number,
  channels: number,
  height: number,
  width: number,
  options: FilterGridOptions,
): Picture {
  const { limit = 64 } = options;
  checkInteger("filterGrid", "limit", limit, 1);
  const columns = Math.min(channels, MOST_CHANNELS, limit);
  const rows = Math.min(count, Math.floor(limit / columns));
  const size = height * width;
  const slices = new Float64Array(rows * columns * size);
  for (let row = 0; row < rows; row++) {
    const start = row * channels * size;
    slices.set(data.subarray(start, start + columns * size), row * columns * size);
  }
  const images: Images = { count: rows * columns, channels: 1, height, width, data: slices };
  const caption = joinSentences(
    options.caption,
    "A row a filter, a column an input channel",
    rows < count && `The first ${rows} of ${plural(count, "filter")}`,
    columns < channels && `The first ${columns} of ${plural(channels, "channel")}`,
  );
  return drawImages(images, { ...options, caption, columns, colours: "diverging" }, "slice");
}
