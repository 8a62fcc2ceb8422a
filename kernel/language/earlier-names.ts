import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";

type Compiler = typeof TypeScript;
/** The declarations of earlier cells. */
type Earlier = TypeScript.SourceFile & { locals?: ReadonlyMap<unknown, unknown> };
type Transformer = TypeScript.TransformerFactory<TypeScript.SourceFile>;

/** Whether a name means what an earlier cell declared. */
const isOf = (symbol: TypeScript.Symbol | undefined, earlier: TypeScript.SourceFile): boolean =>
  symbol?.declarations?.some((declaration) => declaration.getSourceFile() === earlier) === true;

const declaresNone = ({ locals }: { locals?: ReadonlyMap<unknown, unknown> }): boolean => locals?.size === 0;

/** `exports.name`, by which a cell reads the names of earlier ones. */
const read = ({ factory }: TypeScript.TransformationContext, name: string) =>
  factory.createPropertyAccessExpression(factory.createIdentifier(cellParameters[0]), name);

/**
 * The converter reads names of earlier cells as `exports.name`, but overlooks the shorthand `{ name }`: it is written
 * out as `{ name: exports.name }`, in a literal as in an assignment's pattern.
 */
export function earlierNames(ts: Compiler, program: TypeScript.Program, earlier: Earlier): Transformer {
  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isShorthandPropertyAssignment(visited)) return visited;
      const written = ts.getOriginalNode(node);
      if (!isOf(program.getTypeChecker().getShorthandAssignmentValueSymbol(written), earlier)) return visited;
      const { name, objectAssignmentInitializer: initial } = visited;
      const value = read(context, name.text);
      return factory.createPropertyAssignment(name.text, initial ? factory.createAssignment(value, initial) : value);
    };
    return (file) => (declaresNone(earlier) ? file : ts.visitEachChild(file, visit, context));
  };
}

interface Resolving extends TypeScript.TypeChecker {
  resolveName(
    name: string,
    location: TypeScript.Node,
    meaning: TypeScript.SymbolFlags,
    excludeGlobals: boolean,
  ): TypeScript.Symbol | undefined;
}

/** The same of the factory of JSX, which nobody wrote: `React.createElement()`, `h()`. */
export function factoriesOfJsx(ts: Compiler, program: TypeScript.Program, earlier: TypeScript.SourceFile): Transformer {
  return (context) => {
    const { factory } = context;
    const checker = program.getTypeChecker() as Resolving;
    /** The compiler gives such a name the element for its parent, so that it can be resolved. */
    const isUnread = (name: TypeScript.Node): name is TypeScript.Identifier =>
      ts.isIdentifier(name) &&
      name.parent !== undefined &&
      (ts.isJsxOpeningLikeElement(name.parent) || ts.isJsxOpeningFragment(name.parent)) &&
      isOf(checker.resolveName(name.text, name.parent, ts.SymbolFlags.Value, true), earlier);
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isPropertyAccessExpression(visited) && isUnread(visited.expression)) {
        return factory.updatePropertyAccessExpression(visited, read(context, visited.expression.text), visited.name);
      }
      if (!ts.isCallExpression(visited) || !isUnread(visited.expression)) return visited;
      const { expression, typeArguments, arguments: values } = visited;
      return factory.updateCallExpression(visited, read(context, expression.text), typeArguments, values);
    };
    const { JSX } = ts.LanguageVariant;
    return (file) => (file.languageVariant === JSX ? ts.visitEachChild(file, visit, context) : file);
  };
}
