/** Milliseconds of work between two breaths: outputs and pictures move, and little time is lost. */
const INTERVAL = 50;

/**
 * Lets a long loop give way to the rest of the program now and then: timers, messages, redrawn pictures.
 *
 * @returns to be awaited once a step; gives way only when the last time is long enough ago
 */
export function breathe(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < INTERVAL) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        last = performance.now();
        resolve();
      }, 0);
    });
  };
}
