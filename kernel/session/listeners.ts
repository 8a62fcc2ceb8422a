type Listener = (...args: never[]) => void;
type Names = string | symbol;

/** By these Node itself follows which signals somebody listens to. */
const nodesOwn: readonly Names[] = ["newListener", "removeListener"];

/**
 * Makes ours the only listeners of the process, as Node's default ones print and end it, and keeps them there: a cell or
 * a package that removes all listeners means its own, and the next rejection would end the kernel.
 * @returns gives the process back
 */
export function replaceListeners(listeners: Record<string, Listener>): () => void {
  const ours = new Map<Names, Listener>(Object.entries(listeners));
  const restore = [...ours].map(([event, listener]) => {
    const previous = process.listeners(event as "exit");
    process.removeAllListeners(event);
    process.on(event, listener as () => void);
    return () => {
      process.off(event, listener as () => void);
      for (const other of previous) process.on(event, other as () => void);
    };
  });
  const { removeListener, removeAllListeners } = process;
  const removeOther = (event: Names, listener: Listener) =>
    ours.get(event) === listener ? process : removeListener.call(process, event, listener as () => void);
  const removeAllOthers = (...events: Names[]) => {
    const [named] = events;
    const all = () => process.eventNames().filter((event) => !nodesOwn.includes(event));
    for (const event of named === undefined ? all() : [named]) {
      removeAllListeners.call(process, event);
      const listener = ours.get(event) as (() => void) | undefined;
      if (listener !== undefined && !process.listeners(event as "exit").includes(listener)) process.on(event, listener);
    }
    return process;
  };
  const replaced = { removeListener: removeOther, off: removeOther, removeAllListeners: removeAllOthers };
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(process, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const name of Object.keys(replaced)) Reflect.deleteProperty(process, name);
    for (const undo of restore) undo();
  };
}
