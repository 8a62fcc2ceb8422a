/**
 * The library as few files: what `import "stridelab"` loads. Node takes a fifth of the time for these that it takes for
 * the hundreds of modules of `lib/`, and a kernel's first cell waits for it. Nothing is renamed or left out: stack traces
 * and class names are those of the sources. `dist/lib` keeps the declarations.
 */
export default {
  input: { index: "lib/index.ts", worker: "lib/data/augment/worker.ts" },
  platform: "node",
  external: [/^[^./]/], // packages, which are installed beside it, and Node's own modules
  treeshake: false,
  output: {
    dir: "dist/bundle",
    format: "esm",
    sourcemap: true,
    minify: false,
    keepNames: true,
    entryFileNames: "[name].js",
    chunkFileNames: "shared-[name].js",
  },
};
