import ts from "typescript-6";
import type { MimeBundle } from "../../../../kernel/protocol/contents.ts";

/**
 * What the compiler knows of the name at a position. For a name of an earlier cell that is what stands there, with its
 * documentation, rather than the generated line by which this cell has it.
 *
 * @param length UTF-16 units of the cell's own text, before such lines
 */
export function infoAt(
  service: ts.LanguageService,
  path: string,
  position: number,
  length: number,
): ts.QuickInfo | undefined {
  const info = service.getQuickInfoAtPosition(path, position);
  const definedBy = (at: number) => service.getDefinitionAtPosition(path, at)?.[0];
  let definition = info === undefined ? undefined : definedBy(position);
  const isBrought = definition?.fileName === path && definition.textSpan.start >= length;
  if (definition === undefined || (!isBrought && info?.kind !== ts.ScriptElementKind.alias)) return info;
  if (isBrought) {
    // `declare const x: typeof import("…").x;` is defined by its last name.
    const text = service.getProgram()?.getSourceFile(path)?.text ?? "";
    definition = definedBy(text.indexOf(";", definition.textSpan.start) - 1);
  }
  if (definition === undefined) return info;
  return service.getQuickInfoAtPosition(definition.fileName, definition.textSpan.start) ?? info;
}

/** What a front end shows for a name: its type, and what its documentation says. */
export function describe(info: ts.QuickInfo): MimeBundle {
  const text = (parts: readonly ts.SymbolDisplayPart[] | undefined) => (parts ?? []).map((part) => part.text).join("");
  const signature = text(info.displayParts);
  const tags = (info.tags ?? []).map(({ name, text: parts }) => `@${name} ${text(parts)}`.trimEnd());
  const documentation = [text(info.documentation), ...tags].filter((line) => line !== "").join("\n");
  return {
    "text/plain": documentation === "" ? signature : `${signature}\n\n${documentation}`,
    "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`\n\n${documentation}`.trimEnd(),
  };
}
