import type TypeScript from "@tslab/typescript-for-tslab";
import { isInBlock, liveVariables } from "./live-exports.ts";
import type { Sources } from "./programs.ts";
import { checkUsings } from "./using-check.ts";

type Compiler = typeof TypeScript;

/** What a conversion is told, and what it finds out beside the converter's own result. */
export interface Findings {
  /** Type errors are kept here instead of stopping the cell. */
  readonly warnOnly: boolean;
  withheld: TypeScript.Diagnostic[];
  /** The type of the last expression, as text that later cells' declarations may carry. */
  resultType?: string;
  /** The same of each `var` in a block of the cell, which the compiler writes no declaration for. */
  blockVariables: Map<string, string>;
  /** Variables of the cell that later cells share with its functions. */
  live: ReadonlySet<string>;
}

export const newFindings = (warnOnly: boolean): Findings => ({
  warnOnly,
  withheld: [],
  blockVariables: new Map(),
  live: new Set(),
});

/**
 * What stands in the way of a declaration file, such as "The inferred type of … cannot be named without a reference to
 * …" where a package's `exports` map hides the file a type is from. A library's author must hear it; in a notebook,
 * whose cells export all they declare, it would stop cells which are right.
 */
const isAboutDeclarations = ({ code }: TypeScript.Diagnostic): boolean =>
  code === 2742 || (code >= 4000 && code <= 4103);

/**
 * "'await' expressions are only allowed within async functions and at the top levels of modules", which files beside
 * the notebook are.
 */
const awaitCode = 1308;

/** "Import assignment cannot be used when targeting ECMAScript modules": it is emitted all the same. */
const importEqualsCode = 1202;

/** @returns the diagnostics of a cell and the files it imports that keep it from running */
export function examine(
  ts: Compiler,
  program: TypeScript.Program,
  [cell, ...others]: readonly TypeScript.SourceFile[],
  found: readonly TypeScript.Diagnostic[],
  { prepared }: Sources,
  findings: Findings,
): TypeScript.Diagnostic[] {
  if (cell === undefined) return [...found];
  const usings = [cell, ...others].flatMap((file) =>
    checkUsings(ts, program, file, prepared.get(file.fileName)?.usings),
  );
  const notChecked = isNotChecked(ts, cell);
  const all = [...found, ...usings].filter(
    (diagnostic) =>
      diagnostic.file !== undefined && // what is left is about options, which the converter chose
      !isAboutDeclarations(diagnostic) &&
      diagnostic.code !== importEqualsCode &&
      !(notChecked && diagnostic.file === cell && isOfTypes(diagnostic)) &&
      !(diagnostic.code === awaitCode && diagnostic.file !== cell && isAtTop(ts, diagnostic)),
  );
  const blocking = all.filter((diagnostic) => !findings.warnOnly || !isOfTypes(diagnostic));
  findings.withheld = all.filter((diagnostic) => !blocking.includes(diagnostic));
  if (blocking.every(({ code }) => code === awaitCode)) {
    describeTypes(ts, program, cell, findings);
    findings.live = liveVariables(ts, program.getTypeChecker(), cell);
  }
  return blocking;
}

/** The compiler numbers syntax errors from 1000, others from 2000. */
const isOfTypes = ({ code }: TypeScript.Diagnostic): boolean => code >= 2000;

/** `// @ts-nocheck` in a cell's first comments, behind the converter's own line: the compiler knows it at a file's start only. */
const isNotChecked = (ts: Compiler, { text }: TypeScript.SourceFile): boolean =>
  (ts.getLeadingCommentRanges(text, text.indexOf("\n")) ?? []).some(({ pos, end }) =>
    /^\/\/\/?\s*@ts-nocheck\b/.test(text.slice(pos, end)),
  );

function isAtTop(ts: Compiler, { file, start = 0 }: TypeScript.Diagnostic): boolean {
  const visit = (node: TypeScript.Node): boolean => {
    if (start < node.pos || start >= node.end) return true;
    if (ts.isFunctionLike(node) || ts.isModuleDeclaration(node) || ts.isClassStaticBlockDeclaration(node)) return false;
    return ts.forEachChild(node, (child) => (visit(child) ? undefined : "inside")) === undefined;
  };
  return file !== undefined && visit(file);
}

/** Kept, as making one takes as long as printing a type. */
let typePrinter: TypeScript.Printer | undefined;

/** Types as declarations would have them: in full, by import where they are from elsewhere. */
function describeTypes(ts: Compiler, program: TypeScript.Program, cell: TypeScript.SourceFile, findings: Findings) {
  const checker = program.getTypeChecker();
  const { NodeBuilderFlags } = ts;
  const flags =
    NodeBuilderFlags.NoTruncation |
    NodeBuilderFlags.UseTypeOfFunction |
    NodeBuilderFlags.UseStructuralFallback |
    NodeBuilderFlags.WriteClassExpressionAsTypeLiteral |
    NodeBuilderFlags.AllowEmptyTuple |
    NodeBuilderFlags.IgnoreErrors |
    134217728; // DoNotIncludeSymbolChain: with it the compiler knows how to name another module
  typePrinter ??= ts.createPrinter({ removeComments: true });
  const printer = typePrinter;
  const describe = (type: TypeScript.Type): string => {
    const node = checker.typeToTypeNode(type, cell, flags);
    return node === undefined
      ? "any"
      : printer.printNode(ts.EmitHint.Unspecified, node, cell).replace(/\s*\n\s*/g, " ");
  };
  const last = cell.statements.findLast((statement) => !ts.isExportDeclaration(statement));
  if (last !== undefined && ts.isExpressionStatement(last)) {
    findings.resultType = describe(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(last.expression)));
  }
  for (const symbol of (cell as { locals?: ReadonlyMap<string, TypeScript.Symbol> }).locals?.values() ?? []) {
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined || !ts.isVariableDeclaration(declaration)) continue;
    const list = declaration.parent;
    if (!ts.isVariableDeclarationList(list) || !isInBlock(ts, list)) continue;
    findings.blockVariables.set(symbol.name, describe(checker.getTypeOfSymbolAtLocation(symbol, declaration)));
  }
}
