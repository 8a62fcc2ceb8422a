/** Milliseconds between two turns of the event loops at both ends. */
const turn = 20;

/**
 * Waits for what another thread answers through V8's debugger. Such messages are handed over, but do not always wake an idle
 * thread (seen on Node 26 in one of 50 at the asking end): so both turn until the answer is there.
 *
 * @param wake sends the other thread a message that it has nothing to do for
 */
export async function turning<T>(answer: Promise<T>, wake: () => void): Promise<T> {
  const timer = setInterval(wake, turn);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}
