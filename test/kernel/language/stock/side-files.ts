import ts from "typescript-6";
import { storedAs } from "../../../../kernel/language/module-files.ts";
import type { ConvertedModule } from "../../../../kernel/protocol/threads.ts";
import { specifiersOf, surrounding } from "./imports.ts";
import { options } from "./service.ts";
import { awaits } from "./statements.ts";

/** Whether the path can be of a file that the user wrote: neither a package's nor data nor a declaration. */
export const isSideFile = (path: string): boolean =>
  !path.includes("/node_modules/") && !/\.(?:d\.[cm]?ts|json)$/.test(path);

/** A file beside the notebook as CommonJS; what it cannot load at once, it is given by the session beforehand. */
export function convertSideFile(file: ts.SourceFile): ConvertedModule {
  const { fileName, text, statements } = file;
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, {
    fileName,
    compilerOptions: { ...options, module: ts.ModuleKind.CommonJS, sourceMap: true, declaration: false },
    transformers: { before: [surroundings] },
  });
  return {
    path: fileName.replace(/\.[cm]?[jt]sx?$/, ".js"),
    source: storedAs(fileName),
    javascript: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""),
    sourceMaps: [sourceMapText],
    isAsync: statements.some(awaits),
    imports: specifiersOf(statements),
  };
}

/** What is written `import` but means something of the code around it. */
const surroundings: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const visit = (node: ts.Node): ts.Node =>
    ts.visitEachChild(surrounding(node, context.factory) ?? node, visit, context);
  return (file) => ts.visitEachChild(file, visit, context);
};
