import { join, resolve } from "node:path";
import { userDataFolder } from "./kernelspec.ts";

/**
 * The file that remembers cells: `STRIDELAB_HISTORY`, by default `stridelab/history.jsonl` in Jupyter's data folder;
 * undefined if that variable is `off`.
 */
export function historyPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const named = env.STRIDELAB_HISTORY;
  if (named === "off") return undefined;
  return named ? resolve(named) : join(userDataFolder(env, platform), "stridelab", "history.jsonl");
}
