/**
 * Inks a line of the pen on an image: every pixel whose centre lies within `radius` of it, with an edge one pixel soft.
 * Where lines cross, the darker ink stays.
 *
 * @param image `[size, size]`, 0 paper .. 1 ink
 * @param points `x, y` pairs in pixels; the centre of the first pixel is (0, 0)
 * @param radii radius of the pen at the first and at the last point, in pixels
 */
export function inkLine(
  image: Float64Array,
  size: number,
  points: Float64Array,
  radii: readonly [number, number],
): void {
  const pieces = points.length / 2 - 1;
  for (let i = 0; i < pieces; i++) {
    const radius = radii[0] + ((radii[1] - radii[0]) * (i + 0.5)) / pieces;
    inkPiece(image, size, points[2 * i]!, points[2 * i + 1]!, points[2 * i + 2]!, points[2 * i + 3]!, radius);
  }
}

function inkPiece(
  image: Float64Array,
  size: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
): void {
  const reach = radius + 0.5;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y1) + reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, x1) + reach));
  for (let y = Math.max(0, Math.ceil(Math.min(y0, y1) - reach)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.ceil(Math.min(x0, x1) - reach)); x <= right; x++) {
      // How far along the piece the pixel's nearest point lies, 0 .. 1.
      const along = lengthSquared === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / lengthSquared;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = x - x0 - t * dx;
      const ey = y - y0 - t * dy;
      const ink = Math.min(1, reach - Math.sqrt(ex * ex + ey * ey));
      if (ink > image[y * size + x]!) image[y * size + x] = ink;
    }
  }
}

/** Mixes an image with its 3×3 binomial smoothing (1 2 1 each way, over 16): `amount` 0 leaves it, 1 smooths it. */
export function soften(image: Float64Array, size: number, amount: number): void {
  const rows = new Float64Array(image.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      rows[i] = (x > 0 ? image[i - 1]! : 0) + 2 * image[i]! + (x + 1 < size ? image[i + 1]! : 0);
    }
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const i = y * size + x;
      const sum = (y > 0 ? rows[i - size]! : 0) + 2 * rows[i]! + (y + 1 < size ? rows[i + size]! : 0);
      image[i] = (1 - amount) * image[i]! + (amount * sum) / 16;
    }
  }
}
