/** The language thread: loads the compiler while the sockets open, and completes while user code runs. */
import { type MessagePort, workerData } from "node:worker_threads";
import type { LanguageOptions } from "../protocol/threads.ts";
import { serveLanguage } from "./serve.ts";
import { TslabLanguage } from "./tslab.ts";

const { port, state } = workerData as LanguageOptions & { port: MessagePort };
const language = new TslabLanguage(process.cwd());
// The first check of any code reads the standard library's types; do it before somebody waits for it.
language.convert('import "node:fs"');
if (state !== undefined) language.restore(state);
serveLanguage(port, language);
