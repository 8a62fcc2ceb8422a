import { Random } from "../random.ts";

let generator = new Random(0);
let forks = 0;

/**
 * Starts the generator anew from which layers draw their first weights, and their streams for dropout, where they are given
 * no other. Without a call it starts from 0: a program gives the same numbers on every run.
 *
 * @throws OptionError if it is a fraction or beyond 2⁵³
 * @example seed(1)
 */
export function seed(value: number): void {
  generator = new Random(value);
  forks = 0;
}

/** The generator that layers draw from where they are given no other. */
export function defaultRandom(): Random {
  return generator;
}

/** A stream of its own, another at each call; the generator's own numbers stay as they are. */
export function forkDefaultRandom(purpose: string): Random {
  return generator.fork(`${purpose} ${forks++}`);
}

/** Runs `f` and forgets which streams it forked: those that come after are the same as without it. */
export function withoutForking<R>(f: () => R): R {
  const before = forks;
  try {
    return f();
  } finally {
    forks = before;
  }
}

/** Keeps the generator and the count of its streams. @returns what sets them back, whatever was seeded meanwhile */
export function keepDefaultRandom(): () => void {
  const before = { generator, forks };
  return () => {
    ({ generator, forks } = before);
  };
}
