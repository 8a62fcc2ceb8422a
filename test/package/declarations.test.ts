import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "./command.ts";
import { compileErrors, consumer } from "./consumer.ts";
import { readDeclarations } from "./declarations.ts";
import { silentAnys } from "./silent-any.ts";

const tslabsOwn = join(root, "node_modules/@tslab/typescript-for-tslab/lib/tsc.js");
const ours = join(root, "node_modules/typescript/bin/tsc");

test("the declarations compile under tslab's TypeScript 5.0.4, libraries checked, without Node's types", async () => {
  expect(await compileErrors(tslabsOwn, consumer("node10"))).toEqual([]);
});

test("the declarations compile under TypeScript 7 with nodenext resolution", async () => {
  expect(await compileErrors(ours, consumer("nodenext"))).toEqual([]);
});

test("a consumer's mistake is reported, so the two tests above do check", async () => {
  const wrong = 'import { noSuchName } from "stridelab";\nexport const n: string = noSuchName;\n';
  const complaint = expect.stringMatching(/consumer\.ts\(1,.*noSuchName/);
  expect(await compileErrors(tslabsOwn, consumer("node10", wrong))).toContainEqual(complaint);
  expect(await compileErrors(ours, consumer("nodenext", wrong))).toContainEqual(complaint);
});

test.each(["lib", "kernel/api"])("no export of %s is, has, takes or returns a silent any", (folder) => {
  expect(silentAnys(readDeclarations(join(root, "dist", folder, "index.d.ts")))).toEqual([]);
});

/** What the search finds in a declaration file of this text. */
function anysIn(text: string): string[] {
  const file = join(temporaryFolder(), "index.d.ts");
  writeFileSync(file, text);
  return silentAnys(readDeclarations(file));
}

test.each([
  ["a type that 5.0.4 does not have generic", "export declare const a: Float32Array<ArrayBuffer>;", "typeof a"],
  ["a module that is not there", 'export declare const a: import("./gone.js").Gone;', "typeof a"],
  ["a name of Node", "export declare function read(into: Buffer): void;", "typeof read(into)"],
  ["a parameter without a type", "export declare function f(x): void;", "typeof f(x)"],
  ["a result", "export declare function f(): Promise<any>;", "typeof f()<0>"],
  ["a method's option", "export declare class C { m(o: { deep?: any[] }): void; }", "C.m(o).deep<0>"],
  ["a static member", "export declare class C { static of: any; }", "typeof C.of"],
  ["a constructor's parameter", "export declare class C { constructor(x: any); }", "typeof C(x)"],
  [
    "a type that is not exported itself",
    "interface I { x: any }\nexport declare const a: I[];\nexport {};",
    "typeof a<0>.x",
  ],
  ["a generic type's member", "interface G<T> { x: T; y: any }\nexport declare const a: G<1>;\nexport {};", "G.y"],
  ["a type argument", "export declare const a: Map<string, any>;", "typeof a<1>"],
  ["a constraint", "export declare function f<T extends any[]>(x: T): void;", "typeof f<T><0>"],
  ["a branch of a conditional type", "export type A<T> = T extends 1 ? 2 : any;", "A"],
  ["a Record's values", "export declare function f<K extends string>(x: Record<K, any>): void;", "typeof f(x)<1>"],
  ["a mapped type's values", "export type A<T> = { [K in keyof T]: any };", "A"],
  ["an index signature", "export interface I { [name: string]: any }", "I[]"],
  ["a rest parameter", "export declare function f(...all: any[]): void;", "typeof f(all)<0>"],
  ["a union's hidden part", "export declare const a: (() => any) | null;", "typeof a()"],
  ["a function of the language by reference", "export declare const parse: typeof JSON.parse;", "typeof parse()"],
  ["a getter", "export declare class C { get x(): any; }", "C.x"],
])("an any is found in %s", (_where, text, path) => {
  expect(anysIn(text)).toContain(path);
});

test("types of the language, private members and unknown are no silent any", () => {
  const text = `
    export type Attributes = Readonly<Record<string, string | number | undefined>>;
    export declare function element(attributes: Attributes, rest: Omit<Attributes, "x">): void;
    export declare function call<F extends () => unknown>(f: F): ReturnType<F>;
    export declare class C<T extends readonly unknown[] = []> extends Error {
      #private; private hidden; readonly data: Float32Array; map: Map<T, unknown>; next(): C<[T]> | null;
    }`;
  expect(anysIn(text)).toEqual([]);
});
