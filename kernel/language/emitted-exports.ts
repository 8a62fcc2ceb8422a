const prologue =
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\n((?:(?:exports\.\S+ = )+void 0;\n)*)/m;
const reexport =
  /^Object\.defineProperty\(exports, "(.+?)", \{ enumerable: true, get: function \(\) \{ return (.+?); \} \}\);$/gm;

/**
 * CommonJS emit → assignments to one plain object that lives through all cells.
 * - The prologue sets every export to undefined, which would wipe an earlier value of a cell that throws. It goes, and
 *   its names are kept: they are what the cell is about to define.
 * - Imports are re-exported as getters that cannot be redefined by a later cell; a plain value can.
 */
export function plainExports(javascript: string): { body: string; names: string[] } {
  let names: string[] = [];
  const body = javascript
    .replace(prologue, (all, resets: string) => {
      names = [...resets.matchAll(/exports\.(\S+) = /g)].map(([, name = ""]) => name);
      return all.replace(/[^\n]/g, "");
    })
    .replace(reexport, "exports.$1 = $2;");
  return { body, names };
}
