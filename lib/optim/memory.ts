import type { Floats } from "../compute/floats.ts";
import { Home } from "../tensor/home.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What an optimiser remembers from step to step, an array like each parameter's; made at the first use. */
export class Memory {
  readonly #homes: (Home | null | undefined)[] = [];
  readonly #initial: number;

  constructor(initial: number) {
    this.#initial = initial;
  }

  /** The numbers kept for a parameter, to read and to change before the next operation begins. */
  of(index: number, parameter: Floats): Floats {
    const dtype = parameter instanceof Float64Array ? "float64" : "float32";
    const kept = this.#homes[index];
    if (kept?.dtype === dtype) return kept.numbers() as Floats;
    const numbers = allocate(dtype, parameter.length);
    if (kept)
      numbers.set(kept.peek()); // the network was turned into another type of number meanwhile
    else numbers.fill(this.#initial);
    const home = Home.of(numbers, dtype);
    this.#homes[index] = home;
    return home.numbers() as Floats;
  }

  /** The same to read, where they lie; null before the first use. */
  peek(index: number): Floats | null {
    return (this.#homes[index]?.peek() as Floats | undefined) ?? null;
  }

  /** Sets them, to a copy. */
  set(index: number, values: Tensor<readonly number[], FloatDType> | null): void {
    this.#homes[index] = values === null ? null : Home.of(peek(values).slice(), values.dtype);
  }
}
