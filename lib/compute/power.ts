/**
 * `base` to a whole power of at least 0, by repeated squares. Only products, which every engine rounds alike; the last
 * bits of `**` have changed from one release of V8 to another.
 */
export function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
