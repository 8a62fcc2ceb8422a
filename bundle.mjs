import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";

/**
 * The library and the kernel as few files, made by `npm run build`. Node takes a quarter of the time for these that it takes
 * for hundreds of modules, and a kernel's start and its first cell wait for it. Nothing is renamed: stack traces and class
 * names are those of the sources. `dist/lib` and `dist/kernel` have the declarations.
 */
const few = {
  platform: "node",
  external: [/^[^./]/], // packages, which are installed beside it, and Node's own modules
  logLevel: "warn",
};
const files = { sourcemap: true, keepNames: true, entryFileNames: "[name].js", chunkFileNames: "shared-[name].js" };

/** What `import "stridelab"` loads, whole. */
await build({
  ...few,
  input: { index: "lib/index.ts", worker: "lib/data/augment/worker.ts" },
  treeshake: false,
  output: { ...files, dir: "dist/bundle", format: "esm" },
});

/** The commands, each loaded when it is given; as CommonJS, which Node has sooner than ES modules. */
await build({
  ...few,
  input: "kernel/main.ts",
  output: {
    keepNames: true,
    entryFileNames: "[name].cjs",
    chunkFileNames: "shared-[name].cjs",
    dir: "dist/kernel/bundled",
    format: "cjs",
  },
});

/** The io thread as one file, for which a front end waits. */
await build({
  ...few,
  input: "kernel/io/thread.ts",
  output: { file: "dist/kernel/bundled/io.cjs", format: "cjs", keepNames: true },
});

/** The compiler's process as one file, of which Node can make a start-up snapshot; but for tslab, which it loads itself. */
const language = "dist/kernel/bundled/language.cjs";
await build({
  ...few,
  input: "kernel/language/main.ts",
  output: { file: language, format: "cjs", keepNames: true },
});

/** What such a snapshot holds of this package: code, and the declarations that cells are checked against. */
const hash = createHash("sha256").update(readFileSync(language));
for (const folder of ["dist/lib", "dist/kernel/api"]) {
  for (const name of readdirSync(folder, { recursive: true }).toSorted((a, b) => (a < b ? -1 : 1))) {
    if (name.endsWith(".d.ts")) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
}
writeFileSync(`${language}.sha256`, hash.digest("hex"));

/** What runs in a browser, each as one script without imports: the outputs of cells, and pages, carry them. */
const scripts = { player: "player/main.ts", demo: "demo/main.ts", sketchpad: "demo/sketchpad.ts" };
for (const [name, file] of Object.entries(scripts)) {
  await build({
    input: { [name]: `lib/pages/${file}` },
    platform: "browser",
    logLevel: "warn",
    // A front end imports what is a widget's; all else is run.
    output: {
      dir: "dist/bundle",
      format: name === "sketchpad" ? "esm" : "iife",
      minify: true,
      entryFileNames: "[name].js",
    },
  });
}
writeFileSync(
  "dist/bundle/demo.packed.txt",
  gzipSync(readFileSync("dist/bundle/demo.js"), { level: 9 }).toString("base64"),
);
