import type { Applied, SlidingWindow } from "../autograd/apply.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/**
 * Which part of the input one output sees, along the axes behind the channels: `[vertical, horizontal]` of images. Places are
 * counted from 0; those before 0 or behind the last are padding.
 */
export interface ReceptiveField {
  /** How many places it spans, of the padded input: r. */
  readonly size: readonly number[];
  /** By how many places it moves from one output to the next: the product of the strides, "jump". */
  readonly stride: readonly number[];
  /** The first place that the first output sees; its middle is `start + (size - 1) / 2`. */
  readonly start: readonly number[];
}

/** The same along one axis, and how many outputs there are. */
interface Along {
  readonly size: number;
  readonly stride: number;
  readonly start: number;
  readonly count: number;
}

/**
 * Follows receptive fields from operation to operation (Araujo, Norris and Sim, Computing receptive fields of convolutional
 * neural networks, Distill, 2019, section 2, here from the input on). A window of k elements, dilation d, stride s and
 * padding p turns a field of size r that moves by j and starts at a into
 *
 *     r + (k - 1) · d · j,  moving by j · s,  starting at a - p · j.
 *
 * Where several inputs meet, as behind branches, the field spans all of theirs. A fully connected layer sees all places.
 * That normalisations look at statistics of further places is left out, as usual.
 */
export class ReceptiveFields {
  readonly #of = new WeakMap<AnyTensor, readonly Along[]>();

  /** @param input what places are counted in, `[N, C, ...]` */
  constructor(input: AnyTensor) {
    const sizes = input.shape.slice(2) as readonly number[];
    this.#of.set(
      input,
      sizes.map((count) => ({ size: 1, stride: 1, start: 0, count })),
    );
  }

  /** Notes what an operation's output sees. */
  follow({ operation, inputs, output, windows }: Applied): void {
    const fields = inputs.map((input) => this.#of.get(input)).filter((field) => field !== undefined);
    const [first, ...others] = fields;
    if (first === undefined) return;
    const field = others.filter(({ length }) => length === first.length).reduce(spanned, first);
    const counts = output.shape.slice(2) as readonly number[];
    const outputOf = (axis: number): number => counts[axis] ?? 1;
    // A sequence is an image of one row to some operations: the last windows count.
    const own = windows?.slice(windows.length - field.length);
    if (own && own.length === field.length) {
      this.#of.set(
        output,
        field.map((along, axis) => slid(along, own[axis]!, outputOf(axis))),
      );
      return;
    }
    const inPlace = counts.length > 0 && field.every(({ count }, axis) => count === outputOf(axis));
    const alike = inputs.some(({ shape }) => `${shape}` === `${output.shape}`);
    const flat = operation === "reshape" && counts.length === 0;
    const kept = inPlace || alike || flat;
    this.#of.set(output, kept ? field : field.map((along, axis) => everywhere(along, outputOf(axis))));
  }

  /** What each element of a tensor sees; null where that is not known, or there is no axis behind the channels. */
  of(x: AnyTensor): ReceptiveField | null {
    const field = this.#of.get(x);
    if (field === undefined || field.length === 0) return null;
    return {
      size: field.map(({ size }) => size),
      stride: field.map(({ stride }) => stride),
      start: field.map(({ start }) => start),
    };
  }
}

function slid({ size, stride, start }: Along, window: SlidingWindow, count: number): Along {
  const extent = window.dilation * (window.kernelSize - 1) + 1;
  if (!window.transposed) {
    return {
      size: size + (extent - 1) * stride,
      stride: stride * window.stride,
      start: start - window.padding * stride,
      count,
    };
  }
  // Output p is reached by inputs i with 0 ≤ p + padding − i · s < extent: at most ⌈extent / s⌉ neighbours.
  const reached = Math.ceil(extent / window.stride);
  const first = Math.ceil((window.padding - extent + 1) / window.stride);
  return {
    size: size + (reached - 1) * stride,
    stride: stride / window.stride,
    start: start + first * stride + 0, // not -0
    count,
  };
}

/** What sees all places of an axis. */
function everywhere({ size, stride, start, count }: Along, outputs: number): Along {
  return { size: size + (count - 1) * stride, stride: outputs > 1 ? 0 : stride, start, count: outputs };
}

/** The smallest field around those of two inputs, axis by axis. */
function spanned(a: readonly Along[], b: readonly Along[]): readonly Along[] {
  return a.map((one, axis) => {
    const other = b[axis]!;
    const start = Math.min(one.start, other.start);
    const end = Math.max(one.start + one.size, other.start + other.size);
    return { size: end - start, stride: Math.max(one.stride, other.stride), start, count: one.count };
  });
}
