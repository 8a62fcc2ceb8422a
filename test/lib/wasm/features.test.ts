import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

/** What is found on an engine whose WebAssembly is this. */
async function found(platform: unknown): Promise<string> {
  vi.stubGlobal("WebAssembly", platform);
  const { bestInstructions } = await import("../../../lib/wasm/features.ts");
  return bestInstructions();
}

test("where a page's policy refuses to compile what is valid, TypeScript computes", async () => {
  class Module {
    constructor() {
      throw new Error("Refused to compile or instantiate WebAssembly");
    }
  }
  expect(await found({ validate: () => true, Module })).toBe("typescript");
  expect(await found({ validate: () => false, Module })).toBe("typescript");
  expect(await found(undefined)).toBe("typescript");
});

test("where it compiles, its vectors are used", async () => {
  const { webAssembly } = await import("../../../lib/wasm/platform.ts");
  expect(["fused", "simd"]).toContain(await found(webAssembly)); // every Node that is supported has them
});
