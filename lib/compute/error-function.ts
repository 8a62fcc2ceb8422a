// biome-ignore-all format: polynomials are laid out by hand, numerator above denominator
/**
 * The error function, `erf x = 2/√π ∫₀ˣ e^(−t²) dt`, and its complement, by quotients of polynomials whose relative error
 * is below 1e-16 (W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23, 1969). The
 * complement is computed as such: for large x, 1 − erf x would be but rounding. Written out, the polynomials take a third
 * of the time that loops over coefficients do.
 */

/** Up to here `erf` is computed, beyond its complement. */
const edge = 0.46875;

/** `erf x` for |x| up to the edge. */
function middle(x: number): number {
  const z = x * x;
  return x *
    ((((0.18577770618460315 * z + 3.1611237438705655) * z + 113.86415415105016) * z + 377.485237685302) * z + 3209.3775891384694) /
    ((((z + 23.601290952344122) * z + 244.02463793444417) * z + 1282.6165260773723) * z + 2844.236833439171);
}

/** `e^(x²) · erfc x`, for x from the edge to 4. */
function flank(x: number): number {
  return (
    ((((((((2.1531153547440383e-08 * x + 0.5641884969886701) * x + 8.883149794388377) * x + 66.11919063714163) * x + 298.6351381974001) * x +
      881.952221241769) * x + 1712.0476126340707) * x + 2051.0783778260716) * x + 1230.3393547979972) /
    ((((((((x + 15.744926110709835) * x + 117.6939508913125) * x + 537.1811018620099) * x + 1621.3895745666903) * x +
      3290.7992357334597) * x + 4362.619090143247) * x + 3439.3676741437216) * x + 1230.3393548037495)
  );
}

/** `e^(x²) · erfc x`, for x from 4 on. */
function tail(x: number): number {
  const z = 1 / (x * x);
  const correction = z *
    (((((0.016315387137302097 * z + 0.30532663496123236) * z + 0.36034489994980445) * z + 0.12578172611122926) * z +
      0.016083785148742275) * z + 0.0006587491615298378) /
    (((((z + 2.568520192289822) * z + 1.8729528499234673) * z + 0.5279051029514285) * z + 0.06051834131244132) * z +
      0.0023352049762686918);
  return (1 / Math.sqrt(Math.PI) - correction) / x;
}

/** `e^(−x²)`, the square split so that its rounding, which the power would magnify, is made good. */
function bell(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** `1 − erf x` for x beyond the edge; NaN of NaN. */
function complement(x: number): number {
  if (x > 27) return 0; // below the least number there is
  return bell(x) * (x < 4 ? flank(x) : tail(x));
}

/** `1 − erf x`, from 2 down to 0. */
export function erfc(x: number): number {
  if (Math.abs(x) <= edge) return 1 - middle(x);
  return x < 0 ? 2 - complement(-x) : complement(x);
}

/** The error function, from −1 to 1. */
export function erf(x: number): number {
  if (Math.abs(x) <= edge) return middle(x);
  return x < 0 ? complement(-x) - 1 : 1 - complement(x);
}
