import type TypeScript from "@tslab/typescript-for-tslab";
import { findUsings, type Using, withoutUsings } from "./using-syntax.ts";

type Compiler = typeof TypeScript;

/** A source as the compiler is given it. */
export interface Prepared {
  text: string;
  /** The resource declarations that were there, by the position of what stands there now. */
  usings: ReadonlyMap<number, Using>;
}

/**
 * A source with what this compiler cannot parse written so that it can. Every character stays where it was, so what
 * the compiler says of the text is true of the original.
 */
export function prepare(ts: Compiler, original: string): Prepared {
  let text = original;
  if (/^#!|\n#!/.test(text)) text = withoutHashbang(text);
  if (/\b(?:with|assert)\b/.test(text)) text = withoutAttributes(ts, text);
  const usings = /\busing\b/.test(text) ? findUsings(ts, text) : new Map<number, Using>();
  return { text: withoutUsings(text, usings), usings };
}

/** Text of the same length, and the same lines, that means nothing. */
export const blank = (text: string, start: number, end: number): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, " ") + text.slice(end);

/** A cell is not at its file's start, where alone the compiler knows a hashbang: it becomes a comment. */
const withoutHashbang = (text: string): string => text.replace(/^((?:export \{\};\r?\n)?\uFEFF?)#!/, "$1//");

/** `with { type: "json" }`: what a module is, is known by its name here, so nothing is lost. */
function withoutAttributes(ts: Compiler, original: string): string {
  const file = ts.createSourceFile("source.ts", original, ts.ScriptTarget.Latest, true);
  let text = original;
  const visit = (node: TypeScript.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const start = node.moduleSpecifier.end;
      const attributes = /^\s*(?:with|assert)\s*\{[^{}]*\}/.exec(original.slice(start));
      if (attributes !== null) text = blank(text, start, start + attributes[0].length);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return text;
}

/** Whether a comment stands at `offset`, rather than something that only looks like one, as in a template. */
export function isComment(ts: Compiler, text: string, offset: number): boolean {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const visit = (node: TypeScript.Node): boolean => {
    if (offset < node.getStart(file) || offset >= node.end) return true;
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node);
    return !isText && node.getChildren(file).every(visit);
  };
  return visit(file);
}
