/** Milliseconds between two looks. */
const interval = 1000;

/**
 * Calls `kill` once the process that started this kernel is gone, as `JPY_PARENT_PID` (jupyter_client) asks: a front
 * end that crashed cannot ask its kernels to end. A kernel behind a wrapper has another parent and stays.
 */
export function exitWithParent(kill: () => void): void {
  if (process.env.JPY_PARENT_PID !== String(process.ppid)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) kill();
  }, interval);
  timer.unref();
}
