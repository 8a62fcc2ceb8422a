import { batches, type Dataset } from "../data/batches.ts";
import { InterruptedError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { breathe } from "./breathe.ts";

/**
 * Hands a set's batches to `use`, in the set's order, and how many examples came before: gives way between two of them.
 *
 * @throws InterruptedError between two batches if the notebook's user asks to stop
 */
export async function eachBatch<Batch>(
  operation: string,
  examples: Dataset<Batch>,
  batchSize: number,
  use: (batch: Batch, done: number) => void,
): Promise<void> {
  const pause = breathe();
  let done = 0;
  for (const batch of batches(examples, { batchSize })) {
    if (interruptRequested()) {
      throw new InterruptedError(`${operation}: stopped after ${done} of ${examples.count} examples`);
    }
    use(batch, done);
    done = Math.min(examples.count, done + batchSize);
    await pause();
  }
}
