/** Plans of the geometries met last. */

import type { Conv2dGeometry } from "../geometry.ts";

/** Plans are kept for this many geometries; a network has some dozens. */
const kept = 256;

/** A plan has tables in the memory of the jobs, which are given back when it is forgotten. */
export class Plans<P> {
  readonly #plans = new Map<string, P>();
  readonly #make: (g: Conv2dGeometry) => P;
  readonly #release: (plan: P) => void;

  constructor(make: (g: Conv2dGeometry) => P, release: (plan: P) => void) {
    this.#make = make;
    this.#release = release;
  }

  of(g: Conv2dGeometry): P {
    const key = keyOf(g);
    const known = this.#plans.get(key);
    const plan = known ?? this.#make(g);
    if (known !== undefined)
      this.#plans.delete(key); // and set again: the map's order is that of use
    else if (this.#plans.size >= kept) {
      const [oldest, forgotten] = this.#plans.entries().next().value!;
      this.#plans.delete(oldest);
      this.#release(forgotten);
    }
    this.#plans.set(key, plan);
    return plan;
  }
}

function keyOf(g: Conv2dGeometry): string {
  const images = `${g.n} ${g.c} ${g.h} ${g.w} ${g.f} ${g.p} ${g.q} ${g.groups}`;
  const window = `${g.kernelHeight} ${g.kernelWidth} ${g.strideY} ${g.strideX} ${g.dilationY} ${g.dilationX}`;
  return `${images} ${window} ${g.padTop} ${g.padLeft}`;
}
