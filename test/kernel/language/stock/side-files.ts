import ts from "typescript-6";
import { type ConvertedModule, cellParameters } from "../../../../kernel/protocol/threads.ts";
import { options } from "./service.ts";

/** Whether the path can be of a file that the user wrote: neither a package's nor a declaration. */
export const isSideFile = (path: string): boolean => !path.includes("/node_modules/") && !/\.d\.[cm]?ts$/.test(path);

/** A file beside the notebook as CommonJS, JSON too so that it is read again when it changes; `import()` is kept for modules that only that can load. */
export function convertSideFile({ fileName, text }: ts.SourceFile): ConvertedModule {
  if (fileName.endsWith(".json")) {
    return { path: `${fileName}.js`, javascript: `module.exports = ${text}`, sourceMaps: [] };
  }
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, {
    fileName,
    compilerOptions: { ...options, module: ts.ModuleKind.CommonJS, sourceMap: true, declaration: false },
    transformers: { before: [dynamicImports] },
  });
  return {
    path: fileName.replace(/\.[cm]?[jt]sx?$/, ".js"),
    javascript: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""),
    sourceMaps: [sourceMapText],
  };
}

const dynamicImports: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isCallExpression(visited) || visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
    return factory.updateCallExpression(
      visited,
      factory.createIdentifier(cellParameters[2]),
      undefined,
      visited.arguments,
    );
  };
  return (file) => ts.visitEachChild(file, visit, context);
};
