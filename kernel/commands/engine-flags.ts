import v8 from "node:v8";

/** The first V8 that has relaxed SIMD without a flag, that of Node 22. */
const withRelaxedSimd = 12;

/** The first V8 whose unrolling makes loops that nothing stops is Node 24's, 13.6; Node 22's, 12.4, does not. */
const withEndlessLoops = 13;

/** The first V8 of Node's whose JSON.stringify defers all interrupts but one is Node 25's, 14.1; Node 24's has it not. */
const withDeafStringify = 14;

/**
 * Settings of V8 for what cells do: they hold for the whole process, which is why a library must not make them and a
 * kernel, whose process it is, may. Node 20 gets its relaxed SIMD, in which a product and its sum are one instruction.
 *
 * Node 24 and 26 lose the unrolling of loops in JavaScript (not in WebAssembly). With it, some endless loops, once they are
 * optimised, never hear of a termination: no interrupt and no timeout of `node:vm` ends
 * `for (;;) list.push([...Array(1000)].map(f))` there. Without it, or without the inlining of `map`, they do.
 *
 * Node 26 loses the fast path of `JSON.stringify` too, which while it runs hears of terminations alone, not of a debugger's
 * calls. A loop looks for those itself only every few thousand rounds until it is optimised, so
 * `for (;;) JSON.stringify(list)` went on for minutes. Nested objects and long texts took no longer without it.
 *
 * To be called when the io thread has started: Node holds its own modules compiled, for the flags that it starts with, and
 * with others a thread compiles them anew (60 ms).
 *
 * Not `--no-liftoff` too, which would compile WebAssembly at its best at once: with it, V8 of Node 26 dies when a cell
 * is broken off below code that has WebAssembly on the stack, as `fetch` has.
 */
export function setEngineFlags(): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version < withRelaxedSimd) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  if (version >= withDeafStringify) v8.setFlagsFromString("--no-json-stringify-fast-path");
  if (version >= withEndlessLoops) v8.setFlagsFromString("--no-turboshaft-loop-unrolling");
}
