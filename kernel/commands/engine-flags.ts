import v8 from "node:v8";

/** The first V8 that has relaxed SIMD without a flag, that of Node 22. */
const withRelaxedSimd = 12;

/**
 * Settings of V8 for what cells compute: they hold for the whole process, which is why a library must not make them and
 * a kernel, whose process it is, may. WebAssembly is compiled at its best at once, as a cell often runs it but a second;
 * Node 20 gets its relaxed SIMD, in which a product and its sum are one instruction.
 */
export function setEngineFlags(): void {
  v8.setFlagsFromString("--no-liftoff");
  if (Number.parseInt(process.versions.v8, 10) < withRelaxedSimd) {
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
}
