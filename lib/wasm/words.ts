/**
 * Where the words that all threads read lie at the start of the jobs' memory, in bytes. Each that is often written has
 * a cache line of its own.
 */
export const words = {
  /** Counts jobs: a sleeping worker wakes when it changes. */
  generation: 64,
  /** 1 while items may be taken, and the words of a job mean something. */
  open: 128,
  /** How many workers are between their looking at `open` and their last item. */
  active: 192,
  /** How many workers sleep. */
  sleeping: 256,
  /** The next item. */
  counter: 320,
  /** 1 once an item failed in a worker. */
  failed: 384,
  /** The job's code, how long that is, its number of items, each thread's own memory: first address and distance. */
  code: 448,
  codeBytes: 452,
  items: 456,
  scratch: 460,
  scratchStride: 464,
  /** How many workers may take part. */
  workers: 468,
  /** How many workers have started: each takes its number here, so that no two have the same. */
  started: 472,
  /** The job's parameters. */
  parameters: 512,
  /** All of it. */
  bytes: 1024,
} as const;
