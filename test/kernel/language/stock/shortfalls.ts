import type { Case } from "../contract.ts";

/** The cases that this implementation is known to fail, each with the reason. */
const known: Record<string, string> = {
  "a file with await at its top level": "files are CommonJS, which cannot await while it loads",
  "a package of ES modules that awaits while it loads": "an import becomes a require, which cannot load it",
  "require, require.resolve and require.cache as a file beside the notebook has them":
    "the session's require is a function without properties",
  "where the notebook is: import.meta, __dirname, __filename": "the session gives a cell nothing to know it by",
  "exports maps: subpaths, patterns, conditions, and what they hide":
    "of an error deep inside Node's loader the session sees ten frames, none of them the cell's",
};

/** The cases with what is known of them. A title that no case has is refused, so that the list stays true. */
export function withShortfalls(name: string, groups: Record<string, Case[]>): Record<string, Case[]> {
  const unmet = new Set(Object.keys(known));
  const marked = Object.entries(groups).map(([group, cases]): [string, Case[]] => [
    group,
    cases.map((each) => {
      const reason = known[each.title];
      if (reason === undefined) return each;
      unmet.delete(each.title);
      return { ...each, shortfalls: { ...each.shortfalls, [name]: reason } };
    }),
  ]);
  if (unmet.size > 0) throw new Error(`no case is called ${[...unmet].map((title) => `"${title}"`).join(", ")}`);
  return Object.fromEntries(marked);
}
