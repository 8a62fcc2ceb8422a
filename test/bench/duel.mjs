// Two ways of computing the same, timed in turn in one process: the machine's speed drifts, a ratio of neighbours does
// not. Nothing is asserted about time.

/** Runs `work` until `least` milliseconds have passed; returns milliseconds per run. */
function timed(work, least) {
  const start = performance.now();
  let runs = 0;
  let passed = 0;
  do {
    work();
    runs++;
    passed = performance.now() - start;
  } while (passed < least);
  return passed / runs;
}

/**
 * Times `baseline` and `candidate` in turn for about `budget` milliseconds, three rounds at least after one to warm up.
 *
 * @returns `best`: ratio of the two best times; `median`: of the ratios round by round; `rate`: the candidate's best
 *   time in milliseconds
 */
export function duel(baseline, candidate, budget = 1500) {
  const ratios = [];
  let bestBaseline = Number.POSITIVE_INFINITY;
  let rate = Number.POSITIVE_INFINITY;
  timed(baseline, 1);
  timed(candidate, 200); // long enough to be compiled, on a busy machine too
  const end = performance.now() + budget;
  while (ratios.length < 3 || performance.now() < end) {
    const slow = timed(baseline, 5);
    const fast = timed(candidate, 5);
    bestBaseline = Math.min(bestBaseline, slow);
    rate = Math.min(rate, fast);
    ratios.push(slow / fast);
  }
  ratios.sort((a, b) => a - b);
  return { best: bestBaseline / rate, median: ratios[ratios.length >> 1], rate };
}

/** Prints one line: `gemm 192³  3.52x the definition (median 3.40x)  1.63 GFLOP/s`. */
export function report({ name, over, best, median, gflops }) {
  const ratios = `${best.toFixed(1)}x ${over} (median ${median.toFixed(1)}x)`;
  console.log(`${name.padEnd(34)} ${ratios.padEnd(38)} ${gflops.toFixed(2)} GFLOP/s`);
}

/** `length` numbers of [−1, 1), the same in every run. */
export function uniform(length, seed) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0; // Numerical Recipes' generator: even enough for timing
    return state / 2 ** 31;
  });
}
