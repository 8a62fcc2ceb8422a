import v8 from "node:v8";

/** The first V8 that has relaxed SIMD without a flag, that of Node 22. */
const withRelaxedSimd = 12;

/**
 * A setting of V8 for what cells compute: it holds for the whole process, which is why a library must not make it and a
 * kernel, whose process it is, may. Node 20 gets its relaxed SIMD, in which a product and its sum are one instruction.
 * Not `--no-liftoff` too, which would compile WebAssembly at its best at once: with it, V8 of Node 26 dies when a cell
 * is broken off below code that has WebAssembly on the stack, as `fetch` has.
 */
export function setEngineFlags(): void {
  if (Number.parseInt(process.versions.v8, 10) < withRelaxedSimd) {
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
}
