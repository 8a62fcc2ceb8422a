import ts from "@tslab/typescript-for-tslab";
import { type Declarations, isHidden } from "../package/declarations.ts";

/** An `@example` of a public docstring. */
export interface Example {
  /** Whose it is: `conv2d`, `Tensor.assign`. */
  readonly name: string;
  readonly code: string;
}

/** Every `@example` of the exports and of their members that users see. */
export function examplesOf({ exports, isOwnNode }: Declarations): Example[] {
  return exports.flatMap(({ name, symbol }) => {
    const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
    return [
      ...examplesAt(name, symbol.declarations),
      ...members.flatMap((member) =>
        examplesAt(
          `${name}.${member.name}`,
          member.declarations?.filter((node) => isOwnNode(node) && !isHidden(node)),
        ),
      ),
    ];
  });
}

function examplesAt(name: string, declarations: readonly ts.Declaration[] = []): Example[] {
  const tags = new Set(declarations.flatMap((node) => ts.getJSDocTags(node)));
  return [...tags]
    .filter((tag) => tag.tagName.text === "example")
    .map((tag) => ({ name, code: bare(ts.getTextOfJSDocComment(tag.comment) ?? "") }));
}

/** Without the fence of a block of code. */
const bare = (text: string): string => text.replace(/^```\w*\n([\s\S]*)\n```$/, "$1").trim();

/**
 * The example as a module that compiles alone: the public names that it uses are imported. Values that a comment behind
 * an expression states are collected in `shown`, each with the comment.
 */
export function moduleOf(code: string, publicNames: ReadonlySet<string>): string {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && publicNames.has(node.text)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const body = file.statements.map((statement) => {
    const text = statement.getFullText();
    const comment = /^[^\S\n]*\/\/ ?(.*)/.exec(code.slice(statement.end))?.[1];
    if (comment === undefined || literalIn(comment) === null) return text;
    if (ts.isExpressionStatement(statement)) {
      return `\nshown.push([${statement.expression.getText()}, ${JSON.stringify(comment)}]);`;
    }
    const [variable] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
    return variable === undefined
      ? text
      : `${text}\nshown.push([${variable.name.getText()}, ${JSON.stringify(comment)}]);`;
  });
  const imports = used.size > 0 ? `import { ${[...used].join(", ")} } from "stridelab";\n` : "";
  return `${imports}export const shown: [unknown, string][] = [];\n${body.join("")}\n`;
}

/** A value that a comment states, and how far the found one may be from it; `null` where the comment is prose. */
export function literalIn(comment: string): { value: unknown; tolerance: number } | null {
  const text = comment.replace(/^≈ ?/, "");
  for (let end = text.length; end > 0; end--) {
    if (!/^([,:;.(…]|\s*$)/.test(text.slice(end).trimStart())) continue;
    try {
      const value: unknown = JSON.parse(text.slice(0, end));
      const decimals = [...text.slice(0, end).matchAll(/\.(\d+)/g)].map(([, digits]) => digits!.length);
      // Half a unit of the last digit that is written, a whole one where dots say that more follow.
      const part = /^\s*(…|\.\.\.)/.test(text.slice(end)) ? 1 : 0.5001;
      const tolerance = decimals.length === 0 ? 1e-6 : part * 10 ** -Math.max(...decimals);
      return { value, tolerance };
    } catch {
      // shorter, then
    }
  }
  return null;
}
