/**
 * The library as few files: what `import "stridelab"` loads, made by `npm run build`. Node takes a quarter of the time for
 * these that it takes for the hundreds of modules of `lib/`, and a kernel's first cell waits for it. Nothing is renamed or
 * left out: stack traces and class names are those of the sources. `dist/lib` has the declarations.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";

await build({
  input: { index: "lib/index.ts", worker: "lib/data/augment/worker.ts" },
  platform: "node",
  external: [/^[^./]/], // packages, which are installed beside it, and Node's own modules
  treeshake: false,
  logLevel: "warn",
  output: {
    dir: "dist/bundle",
    format: "esm",
    sourcemap: true,
    keepNames: true,
    entryFileNames: "[name].js",
    chunkFileNames: "shared-[name].js",
  },
});

/** The compiler's process as one file, of which Node can make a start-up snapshot; but for tslab, which it loads itself. */
const language = "dist/bundle/language.cjs";
await build({
  input: "kernel/language/main.ts",
  platform: "node",
  external: [/^[^./]/],
  logLevel: "warn",
  output: { file: language, format: "cjs", sourcemap: true, keepNames: true },
});

/** What such a snapshot holds of this package: code, and the declarations that cells are checked against. */
const hash = createHash("sha256").update(readFileSync(language));
for (const folder of ["dist/lib", "dist/kernel/api"]) {
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (name.endsWith(".d.ts")) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
}
writeFileSync(`${language}.sha256`, hash.digest("hex"));
