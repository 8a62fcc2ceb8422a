import { join } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import { expect, test } from "vitest";
import { root } from "../package/command.ts";
import { isHidden, readDeclarations } from "../package/declarations.ts";

/** What a class or an interface does; the name of a field may say enough. */
const isDeed = (node: ts.Node): boolean =>
  ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isGetAccessor(node);

test.each([
  ["stridelab", "dist/lib/index.d.ts"],
  ["stridelab/notebook", "dist/kernel/api/index.d.ts"],
])("every export of %s, and every method, has a docstring", (_name, file) => {
  const { exports, checker, isOwnNode } = readDeclarations(join(root, file));
  const silent = exports.flatMap(({ name, symbol }) => {
    const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])].filter((member) =>
      member.declarations?.some((node) => isDeed(node) && isOwnNode(node) && !isHidden(node)),
    );
    const undocumented = [symbol, ...members].filter((each) => each.getDocumentationComment(checker).length === 0);
    return undocumented.map((each) => (each === symbol ? name : `${name}.${each.name}`));
  });
  expect(silent).toEqual([]);
});
