/** The input of a filter gradient with the channels of each pixel side by side, and a border of zeros. */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import type { I32 } from "../../wasm/values.ts";

/** Which source rows go where; sizes are in numbers, addresses in bytes. */
export interface ChannelsLast {
  readonly from: I32;
  readonly to: I32;
  readonly channels: I32;
  /** Rows and columns of a source plane. */
  readonly height: I32;
  readonly width: I32;
  /** Source row of the copy's first, negative above the image; zeros at the left. */
  readonly top: I32;
  readonly left: I32;
  /** Rows and columns of the copy. */
  readonly rows: I32;
  readonly columns: I32;
}

type FourVectors = [LocalF32x4, LocalF32x4, LocalF32x4, LocalF32x4];

/** Emits the copy: four channels by four pixels at a time. A last group of fewer channels repeats the last one. */
export function copyChannelsLast(code: Code, block: ChannelsLast): void {
  const { channels, height, width, rows, columns } = block;
  const pixel = code.i32(channels.plus(3).dividedBy(4).shiftedLeft(4)); // bytes of a pixel
  const row = code.i32(columns.times(pixel));
  code.clear(block.to, rows.times(row));
  const plane = code.i32(height.times(width).shiftedLeft(2));
  const inside = code.i32(width.min(columns.minus(block.left)));
  code.count(0, rows, 1, (i) => {
    const y = code.i32(block.top.plus(i));
    code.when(y.isAtLeast(0).and(y.isLess(height)), () => {
      code.count(0, channels, 4, (c) => {
        const from = [0, 1, 2, 3].map((lane) => {
          const channel = code.i32(c.plus(lane).min(channels.minus(1)));
          return code.i32(block.from.plus(channel.times(plane)).plus(y.times(width).shiftedLeft(2)));
        });
        const to = code.i32(block.to.plus(i.times(row)).plus(block.left.times(pixel)).plus(c.shiftedLeft(2)));
        const x = code.i32(0);
        code.during(x.plus(3).isLess(inside), () => {
          const at = code.i32(x.shiftedLeft(2));
          const [a, b, d, e] = from.map((start) => code.f32x4(start.plus(at).loadF32x4())) as FourVectors;
          const low = [code.f32x4(a.shuffled(b, [0, 4, 1, 5])), code.f32x4(d.shuffled(e, [0, 4, 1, 5]))] as const;
          const high = [code.f32x4(a.shuffled(b, [2, 6, 3, 7])), code.f32x4(d.shuffled(e, [2, 6, 3, 7]))] as const;
          for (const [first, second] of [low, high]) {
            code.storeF32x4(to, first.shuffled(second, [0, 1, 4, 5]));
            code.advance(to, pixel);
            code.storeF32x4(to, first.shuffled(second, [2, 3, 6, 7]));
            code.advance(to, pixel);
          }
          code.advance(x, 4);
        });
        code.during(x.isLess(inside), () => {
          const at = code.i32(x.shiftedLeft(2));
          for (const [lane, start] of from.entries()) code.storeF32(to, start.plus(at).loadF32(), 4 * lane);
          code.advance(to, pixel);
          code.advance(x, 1);
        });
      });
    });
  });
}
