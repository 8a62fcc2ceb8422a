import { ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { elementCount } from "../tensor/shape.ts";
import type { DataTypes, DType } from "../tensor/storage.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/** Images as pictures take them: planes of numbers in `[N, C, H, W]` order. */
export interface Images {
  readonly count: number;
  /** 1: a number a pixel; 3: red, green and blue. */
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly data: DataTypes[DType];
}

/**
 * Reads a tensor as images: `[N, C, H, W]` with C = 1 or 3, `[H, W]`, and with three axes `[3, H, W]` as one image of
 * three colours, any other as `[N, H, W]`.
 */
export function imagesOf(operation: string, x: AnyTensor): Images {
  checkTensor(operation, "the picture's subject", x);
  const shape = x.shape as readonly number[];
  const operands = [{ name: "images", shape }];
  if (shape.length < 2 || shape.length > 4) {
    const fix = "give [N, C, H, W], [N, H, W], [C, H, W] or [H, W]";
    throw new ShapeError(operation, `images have 2 to 4 axes, this tensor has ${shape.length}`, operands, fix);
  }
  const [height, width] = shape.slice(-2) as [number, number];
  const [count, channels] =
    shape.length === 4
      ? [shape[0] as number, shape[1] as number]
      : shape[0] === 3 && shape.length === 3
        ? [1, 3]
        : [elementCount(shape.slice(0, -2)), 1];
  if (channels !== 1 && channels !== 3) {
    const fix = "activationMaps draws channels one by one, filterGrid the filters of a layer";
    const named = [{ name: "images", shape, axes: "N C H W" }];
    throw new ShapeError(operation, `an image has 1 or 3 channels, not ${channels}`, named, fix);
  }
  if (height * width === 0) {
    throw new ShapeError(operation, "the images have no pixels", operands, "give images of at least one pixel");
  }
  checkComputed(operation, x);
  return { count, channels, height, width, data: peek(x) };
}

/** Refuses a tensor that has a shape and no numbers, as inside `shapesOnly`. */
export function checkComputed(operation: string, x: AnyTensor): void {
  checkTensor(operation, "the picture's subject", x);
  if (peek(x).length === x.size) return;
  const operands = [{ name: "tensor", shape: x.shape as readonly number[] }];
  throw new ShapeError(operation, "the tensor has no numbers, only a shape", operands, "draw it outside shapesOnly()");
}

/** The numbers of one of the images, not copied. */
export function imageAt({ data, channels, height, width }: Images, index: number): Images["data"] {
  const size = channels * height * width;
  return data.subarray(index * size, (index + 1) * size);
}

/** The first `limit` images. */
export function takeImages(images: Images, limit: number): Images {
  const count = Math.min(images.count, limit);
  return { ...images, count, data: images.data.subarray(0, count * images.channels * images.height * images.width) };
}
