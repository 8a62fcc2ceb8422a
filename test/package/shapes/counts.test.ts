import { describe, expect, test } from "vitest";
import { compile, compilers } from "./compilers.ts";
import { networks } from "./networks.ts";

/** What may come on top of the same program with plain numbers. Instantiations and not times: they are the same everywhere. */
const bounds = { VGG16: 20_000, "ResNet-50": 45_000 };

describe.each(compilers)("under $name", (compiler) => {
  test.each(Object.entries(networks))(
    "known sizes of %s cost the compiler few instantiations",
    async (name, programs) => {
      const typed = await compile(compiler, programs.typed);
      const plain = await compile(compiler, programs.plain);
      expect([...typed.errors, ...plain.errors]).toEqual([]);
      const more = typed.instantiations - plain.instantiations;
      console.log(`${name}: ${typed.instantiations}, ${more} more than with plain numbers`);
      expect(more).toBeLessThan(bounds[name as keyof typeof bounds]);
    },
  );
});
