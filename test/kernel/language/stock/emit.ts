import type ts from "typescript-6";
import { interop, specifiersOf } from "./imports.ts";
import { hasJsx, locateJsx } from "./jsx.ts";
import { moduleToBody } from "./rewrite.ts";
import { awaits, ownStatements, resultOf } from "./statements.ts";

/** What turning a cell into JavaScript takes beside its syntax. */
export interface EmitOptions {
  program: ts.Program;
  /** The cell's file: its own text and, behind it, the generated epilogue. */
  file: ts.SourceFile;
  /** UTF-16 units of the cell's own text. */
  length: number;
  /** Whether an earlier cell declared the name for a value that is elsewhere. */
  isAmbient(name: string): boolean;
}

export interface EmittedCell {
  javascript: string;
  sourceMap: string;
  /** The cell's declarations, unless it declares something whose type has no name and cannot be written out. */
  declarations?: string;
  isAsync: boolean;
  hasResult: boolean;
  imports: string[];
}

/** A cell's module as the body of a function. */
export function emitCell(options: EmitOptions): EmittedCell {
  const { program, file, length } = options;
  let javascript = "";
  let sourceMap = "";
  let declarations: string | undefined;
  const write = (path: string, text: string) => {
    if (path.endsWith(".map")) sourceMap = text;
    else if (path.endsWith(".d.ts")) declarations = text;
    else javascript = text;
  };
  program.emit(file, write, undefined, false, {
    before: [moduleToBody(options)],
    after: hasJsx(file) ? [locateJsx] : [],
  });
  const own = ownStatements(file, length);
  return {
    javascript: javascript.replace(/(?:export \{\};\s*)?(?:\/\/# sourceMappingURL=.*\s*)?$/, "") + interop,
    sourceMap,
    ...(declarations === undefined ? {} : { declarations }),
    isAsync: own.some(awaits),
    hasResult: resultOf(own) !== undefined,
    imports: specifiersOf(own),
  };
}

/** A file's declarations, unless they cannot be written. */
export function emitDeclarations({ program, file }: Pick<EmitOptions, "program" | "file">): string | undefined {
  let declarations: string | undefined;
  const write = (_: string, text: string) => {
    declarations = text;
  };
  program.emit(file, write, undefined, true);
  return declarations;
}
