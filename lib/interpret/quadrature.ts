/** Where a function on 0 to 1 is asked, and with which weights its integral is the sum of the answers. */
export interface Quadrature {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

/** How the places are chosen. */
export type QuadratureMethod =
  | "gauss-legendre"
  | "riemann-left"
  | "riemann-right"
  | "riemann-middle"
  | "riemann-trapezoid";

const riemann =
  (of: (i: number, n: number) => number) =>
  (n: number): Quadrature => ({
    places: Array.from({ length: n }, (_, i) => of(i, n)),
    weights: Array.from({ length: n }, () => 1 / n),
  });

/** Each method, from the number of places on. */
export const quadratures: Readonly<Record<QuadratureMethod, (n: number) => Quadrature>> = {
  "gauss-legendre": gaussLegendre,
  "riemann-left": riemann((i, n) => i / n),
  "riemann-right": riemann((i, n) => (i + 1) / n),
  "riemann-middle": riemann((i, n) => (i + 0.5) / n),
  "riemann-trapezoid": trapezoid,
};

/** `n` places from end to end; a single one has no ends, and lies in the middle. */
function trapezoid(n: number): Quadrature {
  if (n === 1) return { places: [0.5], weights: [1] };
  return {
    places: Array.from({ length: n }, (_, i) => i / (n - 1)),
    weights: Array.from({ length: n }, (_, i) => (i === 0 || i === n - 1 ? 0.5 : 1) / (n - 1)),
  };
}

/** Exact for polynomials up to degree 2n - 1: the roots of the Legendre polynomial, by Newton's method from their asymptotes on. */
function gaussLegendre(n: number): Quadrature {
  const nodes = Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    for (let step = 0; step < 100; step++) {
      const { value, slope } = legendre(n, x);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    const { slope } = legendre(n, x);
    return { place: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
  return { places: nodes.map(({ place }) => place), weights: nodes.map(({ weight }) => weight) };
}

/** Legendre's polynomial of degree n and its derivative, by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
