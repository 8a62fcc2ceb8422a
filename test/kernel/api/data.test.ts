import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Displayable, displaySymbol, image, json, table } from "../../../kernel/api/index.ts";
import { temporaryFolder } from "../../package/command.ts";

const draw = (value: Displayable) => value[displaySymbol]() as Record<string, unknown>;

describe("table", () => {
  const people = [
    { name: "Ada", born: 1815 },
    { name: "Emmy", born: 1882, field: "algebra" },
    { name: "محمد", born: 780 },
  ];

  test("has text in columns beside HTML", () => {
    expect(draw(table(people))["text/plain"]).toBe(
      ["name  born  field", "Ada   1815", "Emmy  1882  algebra", "محمد   780", "(3 rows, 3 columns)"].join("\n"),
    );
    expect(draw(table(people))["text/html"]).toContain("<table");
  });

  test("shows the columns and as many rows as it is told to, and counts the rest", () => {
    expect(draw(table(people, { columns: ["born", "name"], rows: 1 }))["text/plain"]).toBe(
      "born  name\n1815  Ada\n(1 of 3 rows, 2 columns)",
    );
  });

  test("takes anything that can be gone through", () => {
    expect(draw(table(new Set(people)))["text/plain"]).toContain("3 rows");
    expect(draw(table(new Map([["a", 1]])))["text/plain"]).toContain("a  1");
    expect(draw(table([]))["text/plain"]).toBe("(0 rows, 0 columns)");
  });

  test("shows as many rows as there are, if asked to", () => {
    const many = Array.from({ length: 200_000 }, (_, i) => ({ i }));
    const text = draw(table(many, { rows: Number.POSITIVE_INFINITY }))["text/plain"] as string;
    expect(text.split("\n")).toHaveLength(200_002);
  });

  test("says what it was given instead of records", () => {
    expect(() => table({ a: 1 } as never)).toThrow("table: it was given { a: 1 }; give it records");
    expect(() => table(undefined as never)).toThrow("table: it was given undefined");
  });

  test("says which row is no record, and which column none of them has", () => {
    expect(() => table([{ a: 1 }, 5 as never])).toThrow("table: row 1 is 5; every row is an object");
    expect(() => table(people, { columns: ["age"] })).toThrow('no record has "age"; there are name, born, field');
  });
});

describe("json", () => {
  test("is data beside text", () => {
    expect(draw(json({ a: [1], b: undefined }))).toEqual({
      "text/plain": '{\n  "a": [\n    1\n  ]\n}',
      "application/json": { a: [1] },
    });
  });

  test("refuses what JSON cannot hold, at once", () => {
    expect(() => json(undefined)).toThrow("json: JSON has no undefined");
    expect(() => json(1n)).toThrow("BigInt");
  });
});

describe("image", () => {
  const gif = Buffer.from("R0lGODdhAwACAIAAAMgePAAAACwAAAAAAwACAAACA4SPBQA7", "base64");

  test("takes bytes of any kind, and a path", () => {
    const path = join(temporaryFolder(), "dot.gif");
    writeFileSync(path, gif);
    const exact = new Uint8Array(gif).buffer;
    const shown = [image(path), image(gif), image(exact), image(new DataView(exact))].map(draw);
    for (const bundle of shown) expect(bundle["text/html"]).toMatch(/^<img src="data:image\/gif;base64,R0lG/);
  });

  test("says what is wrong with the file", () => {
    expect(() => image("nowhere.png")).toThrow(/^image: cannot read "nowhere.png", which is \/.*nowhere.png$/);
    expect(() => image("https://example.org/a.png")).toThrow("fetch it first");
    expect(() => image(new Uint8Array([1, 2, 255]))).toThrow(
      "image: these 3 bytes are no PNG, JPEG, GIF, WebP or SVG: the first bytes are 01 02 ff",
    );
  });
});
