import type { LanguageInfo } from "./contents.ts";

/**
 * How front ends are to treat the code of a cell, whichever version of the language it is. JupyterLab and CodeMirror 5
 * both look `codemirror_mode` up as a name; given an object they take its `name`, "javascript", for the whole answer.
 */
export const languageInfo: Omit<LanguageInfo, "version"> = {
  name: "typescript",
  mimetype: "text/typescript",
  file_extension: ".ts",
  pygments_lexer: "typescript",
  codemirror_mode: "typescript",
  nbconvert_exporter: "script",
};
