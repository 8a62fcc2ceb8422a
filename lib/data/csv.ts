import { checkOptions, DataError, describe, OptionError, ShapeError } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import { elementCount } from "../tensor/shape.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { readFileBytes } from "./files.ts";
import { imagesOf, type LabelledImages } from "./images.ts";

/** Which columns of a table mean what. */
export interface CsvOptions {
  /** The column of the classes: its name, or its number from 0 (−1: the last); left out, there are no labels. */
  readonly label?: string | number;
  /** The columns of numbers, by name or number; default all but the label. */
  readonly columns?: readonly (string | number)[];
  /** Whether the first line has the names of the columns; default true. */
  readonly header?: boolean;
  /** What stands between two cells; default a comma. */
  readonly delimiter?: string;
}

/** A table of numbers, and the class of each row where there are classes. */
export class CsvTable {
  /** The names of the columns of numbers; `"0"`, `"1"`, … where the file has none. */
  readonly columns: readonly string[];
  /** `[rows, columns]` */
  readonly features: Tensor<readonly [number, number]>;
  /** `[rows]`: the classes; undefined where no label column was named. */
  readonly labels: Tensor<readonly [number], "int32"> | undefined;
  /** What the labels stand for, sorted, where the file has words for them. */
  readonly classNames: readonly string[] | undefined;

  /** @internal */
  constructor(columns: readonly string[], features: Float32Array, rows: number, classes: Classes | undefined) {
    this.columns = columns;
    this.features = freshTensor(features, [rows, columns.length] as const, "float32");
    this.labels = classes && freshTensor(classes.labels, [rows] as const, "int32");
    this.classNames = classes?.names;
  }

  /**
   * The rows as labelled images, to train with: each a column of features, or pixels of a shape.
   *
   * @param shape `[C, H, W]`, e.g. `[1, 28, 28]` for 784 columns; default `[columns, 1, 1]`
   * @throws OptionError if there are no labels; ShapeError if the shape holds another number
   */
  examples(shape: readonly [number, number, number] = [this.columns.length, 1, 1]): LabelledImages {
    if (this.labels === undefined) {
      const fix = 'read the table with one: parseCsv(text, { label: "class" })';
      throw new OptionError("examples", "the table has no label column", fix);
    }
    if (!Array.isArray(shape) || shape.length !== 3 || elementCount(shape) !== this.columns.length) {
      const operands = [{ name: "shape", shape: Array.isArray(shape) ? shape : [], axes: "C H W" }];
      const count = this.columns.length;
      throw new ShapeError("examples", `the table has ${count} columns`, operands, `give a shape of ${count} numbers`);
    }
    const copies = [Float32Array.from(peek(this.features)), Int32Array.from(peek(this.labels))] as const;
    return imagesOf(...copies, shape, this.classNames);
  }
}

interface Classes {
  readonly labels: Int32Array;
  readonly names?: readonly string[];
}

interface Row {
  readonly record: readonly string[];
  readonly line: number;
}

/** The most bytes of a file. */
const LIMIT = 1 << 30;

/**
 * Reads a file of comma-separated values (RFC 4180: cells in double quotes may hold commas, ends of lines and doubled
 * quotes), plain or gzip. Cells are numbers, but for those of the label, which may be words: classes are then numbered in
 * the order of the words.
 *
 * @throws DataError naming the file, the line and the column, what was expected and what was found; OptionError on an
 *   unknown option
 */
export async function readCsv(file: string, options: CsvOptions = {}): Promise<CsvTable> {
  if (typeof file !== "string") {
    throw new OptionError("readCsv", `the file is ${describe(file)}`, 'give its path as text: readCsv("iris.csv")');
  }
  const checked = checkCsv("readCsv", options);
  const bytes = await readFileBytes(file, LIMIT);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(file, "text in UTF-8", "bytes that are none", "save it as UTF-8");
  }
  return tableOf(text, file, checked);
}

/**
 * The same for a text at hand.
 *
 * @throws DataError, OptionError as `readCsv` does
 * @example (await parseCsv("x,y,kind\n1,2,cat\n3,4,dog", { label: "kind" })).features.shape // [2, 2]
 */
export async function parseCsv(text: string, options: CsvOptions = {}): Promise<CsvTable> {
  if (typeof text !== "string") {
    throw new OptionError(
      "parseCsv",
      `the text is ${describe(text)}`,
      "give the lines of a table; files: readCsv(path)",
    );
  }
  return tableOf(text, "the text", checkCsv("parseCsv", options));
}

function checkCsv(operation: string, options: CsvOptions): CsvOptions {
  checkOptions(operation, options, ["label", "columns", "header", "delimiter"]);
  const { columns, delimiter = "," } = options;
  if (typeof delimiter !== "string" || delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new OptionError(operation, `delimiter is ${describe(delimiter)}`, 'give one character, e.g. ";"');
  }
  if (columns !== undefined && !Array.isArray(columns)) {
    throw new OptionError(operation, `columns is ${describe(columns)}`, 'give a list: ["height", "width"]');
  }
  return options;
}

async function tableOf(text: string, name: string, options: CsvOptions): Promise<CsvTable> {
  const { header = true, delimiter = "," } = options;
  const rows = await rowsOf(text, name, delimiter);
  const first = rows[0]?.record;
  if (first === undefined) throw new DataError(name, "lines of cells", "none");
  const names = header ? first : first.map((_, column) => `${column}`);
  if (header) rows.shift();
  const label = options.label === undefined ? -1 : find(name, names, options.label);
  const columns = options.columns?.map((column) => find(name, names, column)) ?? [...names.keys()];
  const used = options.columns === undefined ? columns.filter((column) => column !== label) : columns;
  const features = new Float32Array(rows.length * used.length);
  for (const [i, { record, line }] of rows.entries()) {
    if (record.length !== names.length) {
      throw new DataError(name, `${names.length} cells in line ${line}`, `${record.length}`);
    }
    for (const [j, column] of used.entries()) {
      features[i * used.length + j] = numberIn(name, record[column]!, line, names[column]!);
    }
  }
  const classes = label < 0 ? undefined : classesOf(rows.map(({ record }) => record[label]!));
  return new CsvTable(
    used.map((column) => names[column]!),
    features,
    rows.length,
    classes,
  );
}

async function rowsOf(text: string, name: string, delimiter: string): Promise<Row[]> {
  const { parse } = await import("csv-parse/sync");
  try {
    const options = { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    const where = lines === undefined ? "" : ` in line ${lines}`;
    throw new DataError(name, `comma-separated values${where}`, message, "see RFC 4180 for quotes");
  }
}

/** The number of a column given by name or number. */
function find(file: string, names: readonly string[], column: string | number): number {
  const place = typeof column === "number" ? (column < 0 ? names.length + column : column) : names.indexOf(column);
  if (Number.isInteger(place) && place >= 0 && place < names.length) return place;
  const listed = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ");
  throw new DataError(file, `a column ${describe(column)}`, `${names.length} columns: ${listed}`);
}

function numberIn(file: string, cell: string, line: number, column: string): number {
  if (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell)) return Number(cell);
  const found = cell.trim() === "" ? "an empty cell" : describe(cell);
  const fix = "fill it, or leave the column out by the option columns";
  throw new DataError(file, `a number in line ${line}, column "${column}"`, found, fix);
}

/** The classes: whole numbers as they are, words by their place among all words in order. */
function classesOf(cells: readonly string[]): Classes {
  const texts = cells.map((cell) => cell.trim());
  if (texts.every((cell) => /^\d{1,9}$/.test(cell))) return { labels: Int32Array.from(texts, Number) };
  const names = [...new Set(texts)].sort();
  const places = new Map(names.map((name, place) => [name, place]));
  return { labels: Int32Array.from(texts, (cell) => places.get(cell)!), names };
}
