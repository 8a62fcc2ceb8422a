/** Writes a file of a million numbers again and again, all of them 0, then all 1, ...: `node .../write-program.mjs PATH` */
import { full, saveSafetensors } from "../../../dist/lib/index.js";

const [path = ""] = process.argv.slice(2);
for (let i = 0; ; i++) {
  await saveSafetensors(path, { numbers: full([1_000_000], i) });
  if (i === 0) console.log("begun");
}
