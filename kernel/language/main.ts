/**
 * The compiler's process: checks cells, completes and explains for the kernel that started it. It is bundled into one file,
 * from which `stridelab prepare` also makes a start-up snapshot: a heap in which the compiler is loaded and has parsed the
 * declarations that cells need, so that nobody waits for that.
 */
import { startupSnapshot } from "node:v8";
import { packageName } from "../protocol/package.ts";
import { serveLanguage } from "./serve.ts";
import { TslabLanguage } from "./tslab.ts";

function serve(): void {
  process.on("SIGINT", () => {}); // Ctrl+C in a terminal reaches all processes there, and means a cell
  process.on("disconnect", () => process.exit());
  const language = new TslabLanguage(process.cwd());
  serveLanguage(language);
  language.convert(""); // makes the program that all cells share, before somebody waits for it
  process.send?.({ ready: true });
}

/** What of a session can be kept: parsed files. Programs and their types depend on the notebook's folder. */
function rehearse(): void {
  const language = new TslabLanguage("/");
  const modules = ["node:fs", packageName, `${packageName}/notebook`];
  const conversion = language.convert(
    modules.map((name, i) => `import * as m${i} from ${JSON.stringify(name)};`).join("\n"),
  );
  if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
  language.close();
}

if (startupSnapshot.isBuildingSnapshot()) {
  rehearse();
  startupSnapshot.setDeserializeMainFunction(serve);
} else serve();
