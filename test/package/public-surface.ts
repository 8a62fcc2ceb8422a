import ts from "@tslab/typescript-for-tslab";
import { type Declarations, isHidden } from "./declarations.ts";

/**
 * The exports of a declaration file as a text to compare and to read: sorted by name, members too (overloads keep
 * their order, which matters), without comments, without what is private.
 */
export function publicSurface({ exports }: Declarations): string {
  const paragraphs = exports.map(({ name, symbol }) =>
    [
      ...(symbol.name === name ? [] : [`${symbol.name} as ${name}:`]),
      ...(symbol.declarations ?? []).map((node) => describe(name, node)),
    ].join("\n"),
  );
  return `${paragraphs.join("\n\n")}\n`;
}

function describe(name: string, node: ts.Declaration): string {
  if (ts.isVariableDeclaration(node)) return `const ${name}: ${textOf(node.type ?? node)};`;
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return bare(textOf(node));
  const head = bare(node.getText().slice(0, node.members.pos - node.getStart()));
  const members = node.members
    .filter((member) => !isHidden(member))
    .map((member) => ({ key: member.name?.getText() ?? "", text: `  ${textOf(member)}` }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  return [head, ...members.map(({ text }) => text), "}"].join("\n");
}

const printer = ts.createPrinter({ removeComments: true });

/** On one line: the printer breaks tuples and object types, however short. */
const textOf = (node: ts.Node): string =>
  printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replace(/\s*\n\s*/g, " ")
    .replace(/\[ /g, "[")
    .replace(/ \]/g, "]");

/** `export declare` says nothing here: everything is. */
const bare = (text: string): string => text.replace(/^(export |declare |default )+/, "");
