import v8 from "node:v8";
import vm from "node:vm";
import { collectName } from "../protocol/threads.ts";

/**
 * Puts on `globalThis` what the io thread calls through the debugger to have this thread's garbage collected, once: the
 * debugger's own command goes on collecting while that finds anything, and V8 ends a process in which a few collections
 * near the limit were in vain.
 * @returns takes it away
 */
export function installCollect(): () => void {
  let collectGarbage: (() => void) | undefined;
  const collect = () => {
    collectGarbage ??= engineFunction();
    collectGarbage();
  };
  Object.defineProperty(globalThis, Symbol.for(collectName), { value: collect, configurable: true });
  return () => void Reflect.deleteProperty(globalThis, Symbol.for(collectName));
}

/** V8 gives its `gc` to the contexts that are made while the flag is set. */
function engineFunction(): () => void {
  v8.setFlagsFromString("--expose-gc");
  try {
    return vm.runInNewContext("gc") as () => void;
  } finally {
    v8.setFlagsFromString("--no-expose-gc");
  }
}
