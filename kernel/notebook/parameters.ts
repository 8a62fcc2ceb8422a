import { type Declaration, declarationsOf } from "./declarations.ts";
import { NotebookError } from "./errors.ts";
import { type CodeCell, isCode, type Notebook, newCellId, tagsOf } from "./notebook.ts";

/**
 * Parameters as papermill has them: the cell tagged `parameters` holds the defaults, and a cell tagged
 * `injected-parameters` behind it the values of this run.
 *
 *     // %% tags=["parameters"]
 *     const epochs: number = 2;
 *     const data: string = "generated";
 *
 * The injected cell declares each name again with the keyword and the type of its first declaration
 * (`const epochs: number = 5;`), which a later cell may do, so the compiler checks the value as it checks the rest. A
 * `const` without a type has its literal's type widened (`number`, not `2`).
 */

/**
 * Puts the values into the notebook, replacing those of an earlier run, and records them in `metadata.papermill`.
 * @param given `name=value` each, as on the command line; of two for one name the last counts
 * @param file named in errors
 * @throws NotebookError if no cell is tagged, a name is not declared in it, or a value does not fit its type
 */
export function injectParameters(notebook: Notebook, given: readonly string[], file: string): void {
  if (given.length === 0) return;
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes("injected-parameters"));
  const at = cells.findIndex((cell) => isCode(cell) && tagsOf(cell).includes("parameters"));
  if (at < 0) {
    throw new NotebookError(
      file,
      `no code cell is tagged "parameters", so -p ${given[0]} has nowhere to go`,
      [],
      `in a script begin the cell with // %% tags=["parameters"]; in JupyterLab add the tag in the property inspector`,
    );
  }
  const declared = new Map(declarationsOf(cells[at]!.source).map((each) => [each.name, each]));
  const values = new Map<string, unknown>();
  for (const text of given) {
    const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new NotebookError("-p", `${JSON.stringify(text)} is not name=value`, [], "for example -p epochs=5");
    }
    const declaration = declared.get(name);
    if (declaration === undefined) throw unknownName(name, [...declared.values()], file);
    values.set(name, parsedValue(declaration, value));
  }

  const lines = [...values].map(([name, value]) => {
    const { keyword, type } = declared.get(name)!;
    return `${keyword} ${name}: ${type} = ${JSON.stringify(value)};`;
  });
  const source = ["// Parameters of this run", ...lines].join("\n");
  const injected: CodeCell = {
    type: "code",
    id: newCellId(source, new Set(cells.map((cell) => cell.id))),
    source,
    metadata: { tags: ["injected-parameters"] },
    executionCount: null,
    outputs: [],
  };
  cells.splice(at + 1, 0, injected);
  notebook.cells = cells;
  notebook.metadata.papermill = { parameters: Object.fromEntries(values) };
}

function unknownName(name: string, declared: readonly Declaration[], file: string): NotebookError {
  const names = declared.map((each) => each.name);
  const nearest = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  // Half the word may differ: farther off, a suggestion misleads.
  const close =
    nearest !== undefined && nearest.distance <= Math.max(1, name.length / 2) ? nearest.candidate : undefined;
  const list = declared.map(({ name, type, value }) => `${name}: ${type} = ${value}`);
  return new NotebookError(
    file,
    `there is no parameter ${name}`,
    list.length === 0
      ? ["its parameters cell declares no const or let with a literal value"]
      : ["there are", ...list.map((line) => `  ${line}`)],
    close === undefined ? undefined : `did you mean -p ${close}=...?`,
  );
}

/** The value for a declared type; a type beyond those below is left to the compiler, with the value read as JSON. */
function parsedValue({ name, type }: Declaration, text: string): unknown {
  const literals = literalUnion(type);
  const plain = literals === undefined ? type.replace(/^readonly\s+/, "") : "literal";
  const wrong = (expected: string) =>
    new NotebookError(
      `-p ${name}=${text}`,
      `the value is ${kindOf(text)}, the parameter is ${type}`,
      [`expected ${expected}`],
      plain.endsWith("[]") ? `quote it for the shell, for example -p '${name}=[1, 2]'` : undefined,
    );
  switch (plain) {
    case "literal": {
      const value = literals!.find((literal) => String(literal) === text);
      if (value === undefined) throw wrong(`one of ${literals!.map((each) => String(each)).join(", ")}`);
      return value;
    }
    case "string":
      return text;
    case "number":
      if (!isNumber(text)) throw wrong("a finite number, for example 3, 0.01 or 1e-3");
      return Number(text);
    case "boolean":
      if (text !== "true" && text !== "false") throw wrong("true or false");
      return text === "true";
  }
  const element = /^(?:(\w+)\[\]|(?:Readonly)?Array<(\w+)>)$/.exec(plain);
  const value = json(text);
  if (element) {
    const kind = element[1] ?? element[2];
    const fits = Array.isArray(value) && value.every((each) => typeof each === kind || !PRIMITIVES.has(kind!));
    if (!fits) throw wrong(`a JSON list of ${kind}s`);
  }
  return value === undefined ? text : value;
}

const PRIMITIVES = new Set(["number", "string", "boolean"]);

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // plain text, which the caller tells from JSON by this
  }
}

/** The members of `"a" | "b"` or `1 | 2`; undefined for any other type. */
function literalUnion(type: string): (string | number)[] | undefined {
  const members = type.split("|").map((member) => member.trim().replace(/^'(.*)'$/, '"$1"'));
  const values = members.filter((member) => member !== "").map(json);
  const literal = values.length > 0 && values.every((value) => typeof value === "string" || typeof value === "number");
  return literal ? (values as (string | number)[]) : undefined;
}

function kindOf(text: string): string {
  const value = json(text);
  if (value === undefined || text.trim() === "") return "a string";
  if (Array.isArray(value)) return "a list";
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Levenshtein (1966): the fewest insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
