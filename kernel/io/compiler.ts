import { workerData } from "node:worker_threads";
import { stderrLog } from "../protocol/log.ts";
import type { IoOptions } from "../protocol/threads.ts";
import { startLanguage } from "./language-process.ts";

/** A worker's own stderr passes through the main thread, which is where cells run. */
export const log = stderrLog();

/** Started as soon as this file is loaded. */
export const language = startLanguage((workerData as IoOptions).language, log, (reason) => {
  throw new Error(reason); // a kernel that understands nothing ends
});
