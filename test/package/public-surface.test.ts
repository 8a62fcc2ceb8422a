import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "./command.ts";
import { readDeclarations } from "./declarations.ts";
import { publicSurface } from "./public-surface.ts";

// A change of the surface is a decision: `vitest run test/package/public-surface -u` writes it down.
test.each([
  ["stridelab", "dist/lib/index.d.ts", "public-surface.txt"],
  ["stridelab/notebook", "dist/kernel/api/index.d.ts", "public-surface-notebook.txt"],
])("the public surface of %s is the one written down", async (_name, declarations, written) => {
  await expect(publicSurface(readDeclarations(join(root, declarations)))).toMatchFileSnapshot(written);
});

test("the written surface has every kind of export, sorted, and nothing private", () => {
  const file = join(temporaryFolder(), "index.d.ts");
  writeFileSync(
    file,
    `/** A comment. */ export declare function b(x: number): string;
     export declare function b(x: string): string;
     declare const hook: unique symbol;
     export declare class C<T = 1> extends Error {
       #own; private hidden; /** Why. */ readonly z: T; constructor(z: T); [hook](): void; static of(): C; a?: number; }
     export type A<T> = T extends string ? 1 : 2;
     export declare const d: Map<string, A<"">>;
     interface Inner { y(): void; x: { readonly deep: 1 } }
     export { Inner as E };`,
  );
  expect(publicSurface(readDeclarations(file))).toMatchInlineSnapshot(`
    "type A<T> = T extends string ? 1 : 2;

    class C<T = 1> extends Error {
      constructor(z: T);
      [hook](): void;
      a?: number;
      static of(): C;
      readonly z: T;
    }

    Inner as E:
    interface Inner {
      x: { readonly deep: 1; };
      y(): void;
    }

    function b(x: number): string;
    function b(x: string): string;

    const d: Map<string, A<"">>;
    "
  `);
});
