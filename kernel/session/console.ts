import { Console } from "node:console";

/**
 * Gives `console` methods that only write to the streams. Node's own ones tell the debugger first, which the kernel has
 * attached for interrupts: it would keep a thousand printed values alive, print at half the speed, and hold fast a
 * thread that is to be interrupted within a value's `toString`.
 * @returns gives the old ones back
 */
export function plainConsole(): () => void {
  const plain = new Console({ stdout: process.stdout, stderr: process.stderr });
  const methods = Object.entries(plain as unknown as Record<string, unknown>).filter(
    ([name, method]) => typeof method === "function" && name in console,
  );
  const originals = Object.fromEntries(methods.map(([name]) => [name, Reflect.get(console, name) as unknown]));
  Object.assign(console, Object.fromEntries(methods));
  return () => void Object.assign(console, originals);
}
