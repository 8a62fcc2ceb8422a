import ts from "typescript-6";
import { cellParameters } from "../../../../kernel/protocol/threads.ts";

/** What `<b />` means, `React.createElement("b", null)`, in whatever library the cells call by this name. */
export const jsxNamespace = "React";

export const hasJsx = ({ fileName }: ts.SourceFile): boolean => fileName.endsWith(".tsx");

/** The compiler writes the namespace's name where a tag was, when all names are resolved: it lives with the cells' others. */
export const locateJsx: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    const isWritten = ts.isIdentifier(node) && node.text === jsxNamespace && node.pos < 0;
    if (!isWritten) return ts.visitEachChild(node, visit, context);
    return factory.createPropertyAccessExpression(factory.createIdentifier(cellParameters[0]), jsxNamespace);
  };
  return (file) => ts.visitEachChild(file, visit, context);
};
