import type { Call } from "../call.ts";

/** How windows slide along one axis. */
export interface Windows {
  /** How many elements the axis has. */
  readonly size: number;
  /** How many a window has. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** What is added in front of the axis, and behind it. */
  readonly before: number;
  readonly after: number;
  /** How many windows there are. */
  readonly count: number;
}

/**
 * The windows along the axes behind the channels, as the attributes that convolutions and pools have in common say:
 * `SAME_UPPER` and `SAME_LOWER` make ⌈size / stride⌉ windows, an odd one of the padding behind or in front of the axis. Under
 * `ceil_mode` a last window may reach beyond the padding, if it does not begin behind the axis.
 */
export function windowsOf(call: Call, sizes: readonly number[], kernel: readonly number[]): Windows[] {
  if (kernel.length !== sizes.length) {
    throw call.wrong(
      `a window of ${kernel.length} axes over ${sizes.length}`,
      "give a tensor [N, C, ...] with those axes",
    );
  }
  const ones = sizes.map(() => 1);
  const [strides, dilations] = [call.ints("strides") ?? ones, call.ints("dilations") ?? ones];
  const pads = call.ints("pads") ?? sizes.flatMap(() => [0, 0]);
  const auto = call.text("auto_pad", "NOTSET");
  const ceil = call.flag("ceil_mode");
  return sizes.map((size, axis): Windows => {
    const [stride, dilation, side] = [strides[axis]!, dilations[axis]!, kernel[axis]!];
    const extent = (side - 1) * dilation + 1;
    let [before, after] = [pads[axis]!, pads[axis + sizes.length]!];
    if (auto !== "NOTSET") {
      const all = auto === "VALID" ? 0 : Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
      before = auto === "SAME_LOWER" ? Math.ceil(all / 2) : Math.floor(all / 2);
      after = all - before;
    }
    const steps = (size + before + after - extent) / stride;
    let count = (ceil && auto === "NOTSET" ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (ceil && (count - 1) * stride >= size + before) count--;
    if (count < 1 || !Number.isFinite(count)) {
      throw call.wrong(
        `a window of ${extent} over ${size} elements with ${before} and ${after} around`,
        "feed it more",
      );
    }
    return { size, kernel: side, stride, dilation, before, after, count };
  });
}

/** The elements of a window that lie on the axis, or, counting the padding, beside it. */
export function elementsIn(
  { size, kernel, stride, dilation, before, after }: Windows,
  at: number,
  padding: boolean,
): number {
  const start = at * stride - before;
  const [least, most] = padding ? [-before, size + after] : [0, size];
  let count = 0;
  for (let k = 0; k < kernel; k++) if (start + k * dilation >= least && start + k * dilation < most) count++;
  return count;
}
