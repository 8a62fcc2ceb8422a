/** Cells that run at the same time: each is checked against what was over when it began. */
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TslabLanguage } from "../../../kernel/language/tslab.ts";

let language: TslabLanguage;
beforeEach(() => {
  language = new TslabLanguage(tmpdir());
});
afterEach(() => language.close());

/** Checks a cell, which now runs. */
function begin(cell: number, code: string): void {
  const conversion = language.convert(code, cell);
  if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
}

function accept(code: string): void {
  begin(99, code);
  language.commit(99, "all");
}

const refused = (code: string) => {
  const conversion = language.convert(code);
  return conversion.ok ? "accepted" : conversion.error.evalue;
};

test("what each declares is known to later cells, whichever ends first", () => {
  begin(1, "const first = 1; type First = 1; import { EOL } from 'node:os';");
  begin(2, "const second = 'two'; interface Second { a: number }");
  expect(refused("second")).toContain("TS2304");
  language.commit(2, "all");
  language.commit(1, "all");
  accept("const both: [First, Second] = [1, { a: first }]; second.toUpperCase(); EOL.length;");
});

test("of a name that both declare, the one counts that ended last", () => {
  accept("const shared = true; class Kept { x = 1 }");
  begin(1, "const shared = 1; const other = new Kept().x;");
  begin(2, "const shared = 'text'; shared.length; class Kept { y = 2 }");
  language.commit(2, "all");
  accept("shared.toUpperCase(); new Kept().y");
  language.commit(1, "all");
  accept("shared.toFixed(); new Kept().y; other.toFixed()");
});

test("what one only uses is not put back over what the other made of it", () => {
  accept("let count = 1; import { basename, dirname } from 'node:path';");
  begin(1, "count + 1; basename('a'); dirname('a'); const own = 1;");
  begin(2, "const count = 'many'; const dirname = 5;");
  language.commit(2, "all");
  language.commit(1, "all");
  accept("count.toUpperCase(); dirname.toFixed(); basename('a'); own.toFixed();");
});

test("one that threw leaves what it came to", () => {
  accept("const later = true;");
  begin(1, "const early = 1; const later = 1;");
  begin(2, "const between = 2;");
  language.commit(2, "all");
  language.commit(1, ["early"]);
  accept("early.toFixed(); between.toFixed(); const kept: boolean = later;");
});

test("one that does not run after all leaves nothing", () => {
  begin(1, "const absent = 1;");
  language.discard(1);
  language.commit(1, "all");
  expect(refused("absent")).toContain("TS2304");
});

test("the last result shown has the type of the cell that showed it", () => {
  begin(1, "1 + 1");
  begin(2, "'text'");
  language.commit(2, "all", true);
  accept("_.toUpperCase()");
  language.commit(1, "all", true);
  accept("_.toFixed()");
});
