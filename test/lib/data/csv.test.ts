import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseCsv, readCsv } from "../../../lib/data/csv.ts";
import { DataError } from "../../../lib/errors.ts";
import { folderOf } from "./idx-files.ts";

const iris = "length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n6.3,-3.3e0,setosa\n";

describe("parseCsv", () => {
  test("gives numbers, and classes in the order of their words", async () => {
    const table = await parseCsv(iris, { label: "kind" });
    expect(table.columns).toEqual(["length", "width"]);
    expect(table.features.shape).toEqual([3, 2]);
    expect(table.features.data).toEqual(Float32Array.of(5.1, 3.5, 7, 3.2, 6.3, -3.3));
    expect([...table.labels!.data]).toEqual([0, 1, 0]);
    expect(table.classNames).toEqual(["setosa", "versicolor"]);
    expect(table.examples().images.shape).toEqual([3, 2, 1, 1]);
    expect(table.examples([1, 2, 1]).classNames).toEqual(["setosa", "versicolor"]);
  });

  test("reads quoted cells, a mark at the beginning, and the ends of lines of Windows", async () => {
    const text = '\uFEFF"a, ""first""","b\nsecond"\r\n"1",2\r\n\r\n3,"4"\r\n';
    const table = await parseCsv(text);
    expect(table.columns).toEqual(['a, "first"', "b\nsecond"]);
    expect([...table.features.data]).toEqual([1, 2, 3, 4]);
    expect(table.labels).toBeUndefined();
  });

  test("finds columns by number, also from the end, without names, and with another delimiter", async () => {
    const table = await parseCsv("1;2;3;7\n4;5;6;0", { header: false, delimiter: ";", label: -1, columns: [2, 0] });
    expect(table.columns).toEqual(["2", "0"]);
    expect([...table.features.data]).toEqual([3, 1, 6, 4]);
    expect([...table.labels!.data]).toEqual([7, 0]);
    expect(table.classNames).toBeUndefined();
  });

  test.each([
    ["a word where a number should be", "a,b\n1,2\n3,x\n", {}, /number in line 3, column "b"\n.*the text "x"/],
    ["an empty cell", "a,b\n1,\n", {}, /line 2, column "b"\n.*an empty cell/],
    ["no number that JavaScript takes for one", "a\n0x10\n", {}, /line 2, column "a"\n.*0x10/],
    ["a cell too few", "a,b\n1,2\n3\n", {}, /2 cells in line 3\n.*1/],
    ["a quote that does not end", 'a,b\n1,"2\n', {}, /comma-separated values.*\n.*[Qq]uote/],
    ["a column that is not there", "a,b\n1,2", { label: "c" }, /a column the text "c"\n.*2 columns: a, b/],
    ["a number of a column beyond", "a,b\n1,2", { columns: [2] }, /a column 2\n/],
    ["nothing", "", {}, /lines of cells\n.*none/],
  ] as [string, string, object, RegExp][])("refuses %s", async (_, text, options, message) => {
    const error = await parseCsv(text, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(message);
  });

  test("refuses wrong options, and examples that it cannot make", async () => {
    await expect(parseCsv(iris, { delimiter: "ab" })).rejects.toThrow('delimiter is the text "ab"');
    await expect(parseCsv(iris, { columns: "length" as never })).rejects.toThrow('columns is the text "length"');
    await expect(parseCsv(iris, { labels: 1 } as never)).rejects.toThrow('unknown option "labels"');
    await expect(parseCsv(3 as never)).rejects.toThrow("the text is 3");
    const table = await parseCsv("a,b\n1,2");
    expect(() => table.examples()).toThrow(/no label column\n.*label: "class"/);
    const labelled = await parseCsv(iris, { label: 2 });
    expect(() => labelled.examples([1, 2, 2])).toThrow(/2 columns\n.*C=1, H=2, W=2[\s\S]*2 numbers/);
  });
});

describe("readCsv", () => {
  test("reads files, packed ones too, and names them in errors", async () => {
    const folder = folderOf({ "iris.csv": Buffer.from(iris), "iris.csv.gz": gzipSync(iris) });
    const [plain, packed] = await Promise.all([
      readCsv(join(folder, "iris.csv"), { label: "kind" }),
      readCsv(join(folder, "iris.csv.gz"), { label: "kind" }),
    ]);
    expect(packed.features.data).toEqual(plain.features.data);
    await expect(readCsv(join(folder, "iris.csv"))).rejects.toThrow(/iris\.csv\n.*line 2, column "kind"\n.*"setosa"/);
    await expect(readCsv(join(folder, "no.csv"))).rejects.toThrow(/no\.csv\n.*\n.*nothing there/);
    const latin = folderOf({ "a.csv": Buffer.from([0x61, 0x0a, 0xe9]) });
    await expect(readCsv(join(latin, "a.csv"))).rejects.toThrow(/text in UTF-8/);
  });
});
