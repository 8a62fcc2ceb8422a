/**
 * The library as few files: what `import "stridelab"` loads, made by `npm run build`. Node takes a quarter of the time for
 * these that it takes for the hundreds of modules of `lib/`, and a kernel's first cell waits for it. Nothing is renamed or
 * left out: stack traces and class names are those of the sources. `dist/lib` has the declarations.
 */
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

/** What runs in a browser, each as one script without imports: the outputs of cells, and pages, carry them. */
for (const name of ["player", "demo"]) {
  await build({
    input: { [name]: `lib/pages/${name}/main.ts` },
    platform: "browser",
    logLevel: "warn",
    output: { dir: "dist/bundle", format: "iife", minify: true, entryFileNames: "[name].js" },
  });
}
