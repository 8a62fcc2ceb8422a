import { rmSync } from "node:fs";
import { executedFolder } from "./notebooks.ts";

/** What an earlier run left must not pass for this one's. */
export default function fresh(): void {
  rmSync(executedFolder, { recursive: true, force: true });
}
