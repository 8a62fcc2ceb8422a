import { longestListName } from "../protocol/threads.ts";

/**
 * Puts on `globalThis` what the io thread calls through the debugger, on top of whatever runs here, to see a list that grows
 * without end. Only variables are looked at, since to look at all that there is takes seconds.
 *
 * @param cells the values of all cells by name
 * @returns takes it away
 */
export function installLongestList(cells: Record<string, unknown>): () => void {
  const longestList = () => {
    let longest = 0;
    for (const name in cells) {
      try {
        const value = cells[name];
        if (Array.isArray(value)) longest = Math.max(longest, value.length);
      } catch {
        // A variable that is yet to be initialised.
      }
    }
    return longest;
  };
  Object.defineProperty(globalThis, Symbol.for(longestListName), { value: longestList, configurable: true });
  return () => void Reflect.deleteProperty(globalThis, Symbol.for(longestListName));
}
