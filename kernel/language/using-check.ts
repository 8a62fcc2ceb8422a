import type TypeScript from "@tslab/typescript-for-tslab";
import type { Using } from "./using-syntax.ts";

type Compiler = typeof TypeScript;

/** What newer compilers say of `using`, with their numbers and words; but for the first, which is a limit of ours. */
const messages = {
  1545: "A 'using' declaration cannot stand in a namespace here; write it in a function or in a block.",
  2850: "The initializer of a 'using' declaration must be either an object with a '[Symbol.dispose]()' method, or be 'null' or 'undefined'.",
  2851: "The initializer of an 'await using' declaration must be either an object with a '[Symbol.asyncDispose]()' or '[Symbol.dispose]()' method, or be 'null' or 'undefined'.",
  2852: "'await using' statements are only allowed within async functions and at the top levels of modules.",
} as const;

/** Checks the resource declarations of a file, which the compiler takes for constants. */
export function checkUsings(
  ts: Compiler,
  program: TypeScript.Program,
  file: TypeScript.SourceFile,
  usings: ReadonlyMap<number, Using> | undefined,
): TypeScript.Diagnostic[] {
  if (usings === undefined || usings.size === 0) return [];
  const checker = program.getTypeChecker();
  const found: TypeScript.Diagnostic[] = [];
  const report = (node: TypeScript.Node, code: keyof typeof messages) => {
    const start = node.getStart(file);
    const category = ts.DiagnosticCategory.Error;
    found.push({ file, start, length: node.end - start, code, category, messageText: messages[code] });
  };
  /** Whether each of the possible values has one of the methods. */
  const hasMethod = (type: TypeScript.Type, methods: readonly string[]): boolean => {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return true;
    if (type.isUnion()) return type.types.every((part) => hasMethod(part, methods));
    // The compiler's own name of a property that a well-known symbol names: "__@dispose@123".
    return checker
      .getPropertiesOfType(checker.getApparentType(type))
      .some(({ escapedName }) => methods.some((method) => escapedName.toString().startsWith(`__@${method}@`)));
  };
  const visit = (node: TypeScript.Node): void => {
    const using = ts.isVariableDeclarationList(node) ? usings.get(node.getStart(file)) : undefined;
    if (using !== undefined && ts.isVariableDeclarationList(node)) {
      const [code, methods] = using.isAsync
        ? ([2851, ["asyncDispose", "dispose"]] as const)
        : ([2850, ["dispose"]] as const);
      if (using.isAsync && !mayAwait(ts, node)) report(node, 2852);
      else if (ts.isModuleBlock(node.parent.parent)) report(node, 1545);
      for (const { name, initializer } of node.declarations) {
        const type = checker.getTypeAtLocation(initializer ?? name);
        if (!hasMethod(type, methods)) report(initializer ?? name, code);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function mayAwait(ts: Compiler, from: TypeScript.Node): boolean {
  for (let node = from.parent; node !== undefined; node = node.parent) {
    if (ts.isClassStaticBlockDeclaration(node) || ts.isModuleBlock(node)) return false;
    if (!ts.isFunctionLike(node)) continue;
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    return modifiers.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  }
  return true;
}
