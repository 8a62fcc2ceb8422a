import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { expect, test } from "vitest";
import { mainOf, packageFolder } from "../../../kernel/language/common-js.ts";
import { withoutDocumentation } from "../../../kernel/language/documentation.ts";
import { loadTslab } from "../../../kernel/language/tslab-compiler.ts";
import { packageRoot } from "../../../kernel/protocol/package.ts";

const { typescript: ts } = loadTslab();

/** Of each node its kind, and of names and literals their text. */
function shapeOf(text: string): string {
  const file = ts.createSourceFile("library.d.ts", text, ts.ScriptTarget.Latest);
  const shape: string[] = [];
  const visit = (node: TypeScript.Node): void => {
    shape.push(`${node.kind} ${(node as { text?: string }).text ?? ""}`);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return shape.join("\n");
}

test("without its documentation every library says what it says with it", () => {
  const compiler = dirname(mainOf(packageFolder("@tslab/typescript-for-tslab", packageFolder("tslab", packageRoot))));
  const folders = [
    packageFolder("@types/node", packageRoot),
    join(packageRoot, "dist/lib"),
    join(packageRoot, "dist/kernel/api"),
  ];
  const declarations = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => join(folder, name));
  const standard = declarations(compiler).filter((path) => /[\\/]lib\.[^\\/]*$/.test(path));
  const files = [...standard, ...folders.flatMap(declarations)];
  expect(files.length).toBeGreaterThan(500);
  for (const path of files) {
    const text = readFileSync(path, "utf8");
    const plain = withoutDocumentation(text);
    expect(shapeOf(plain) === shapeOf(text), path).toBe(true);
  }
});
