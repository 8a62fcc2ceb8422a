/** What printing needs of a tensor; stated here so that the class can import this file. */
interface Printable {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: ArrayLike<number>;
}

/** Rows and columns beyond this are cut in the middle, as NumPy cuts beyond a thousand elements. */
const LONGEST = 8;
const EDGE = 3;
const ELEMENTS = 200;

/** Four significant digits everywhere, so that columns can be compared at a glance; integers as they are. */
function format(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return `${value}`;
  const magnitude = Math.abs(value);
  return magnitude >= 1e5 || magnitude < 1e-3 ? value.toExponential(3) : value.toPrecision(4);
}

/** Which positions of an axis are shown; `null` stands for the cut. */
function positions(size: number, cut: boolean): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  return !cut || size <= LONGEST ? all : [...all.slice(0, EDGE), null, ...all.slice(-EDGE)];
}

/**
 * A tensor as text: nested brackets with aligned columns, then its shape and type.
 *
 * @example `Tensor float32 [2, 2]\n[[1, 2],\n [3, 4]]`
 */
export function print({ shape, dtype, data }: Printable): string {
  const head = `Tensor ${dtype} [${shape.join(", ")}]`;
  if (shape.length === 0) return `${head}\n${format(data[0] as number)}`;
  if (shape.includes(0)) return `${head}\n[]`;
  if (data.length === 0) return `${head}\n(shape only: no numbers were computed)`;
  const cut = data.length > ELEMENTS;

  const cells = (axis: number, offset: number): string[] =>
    positions(shape[axis] as number, cut).flatMap((position) => {
      if (position === null) return [];
      const next = offset * (shape[axis] as number) + position;
      return axis === shape.length - 1 ? [format(data[next] as number)] : cells(axis + 1, next);
    });
  const width = Math.max(...cells(0, 0).map((cell) => cell.length));

  const rows = (axis: number, offset: number): string => {
    const last = axis === shape.length - 1;
    const parts = positions(shape[axis] as number, cut).map((position) => {
      if (position === null) return last ? "…" : " …";
      const next = offset * (shape[axis] as number) + position;
      return last ? format(data[next] as number).padStart(width) : rows(axis + 1, next);
    });
    const gap = "\n".repeat(shape.length - 1 - axis) + " ".repeat(axis + 1);
    return `[${parts.join(last ? ", " : `,${gap}`)}]`;
  };
  return `${head}\n${rows(0, 0)}`;
}
