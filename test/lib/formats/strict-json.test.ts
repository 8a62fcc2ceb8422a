import { expect, test } from "vitest";
import { parseStrictJson, StrictJsonError } from "../../../lib/formats/strict-json.ts";

test.each([
  "{}",
  "[]",
  "0",
  "9007199254740991",
  '""',
  '"\\" \\\\ \\u00e9 \\ud83d\\ude00 \\n"',
  '"\\\\"',
  ' \t\r\n{ "a" : [ 1 , { "b" : "c" } , [ ] ] , "d" : { } } ',
  '{"a":{"a":1},"b":{"a":2}}',
  '{"constructor":1,"toString":2,"":3}',
])("what JSON.parse reads is read in the same way: %s", (text) => {
  expect(parseStrictJson(text).value).toEqual(JSON.parse(text));
});

test("where the keys of the outermost object begin is told", () => {
  const { keys } = parseStrictJson(' {"a":{"b":1}, "\\u0063":2}');
  expect([...keys]).toEqual([
    ["a", 2],
    ["c", 15],
  ]);
});

test.each([
  ["", /a value, found the end at 0/],
  ["{", /a key, found the end at 1/],
  ['{"a"', /":" behind a key, found the end at 4/],
  ['{"a":1', /"," or "}", found the end at 6/],
  ['{"a":1,}', /a key, found "}" at 7/],
  ["[1,]", /a value, found "]" at 3/],
  ["[1 2]", /"," or "]", found "2" at 3/],
  ["{}{}", /the end of the JSON, found "{" at 2/],
  ["\u00a0{}", /a value/],
  ['{"a":1,"\\u0061":2}', /each key once.*"a" twice at 7/],
  ['{"\\u005f_proto__":2}', /the key "__proto__" at 1/],
  ["-1", /whole number.*found -1 at 0/],
  ["1.0", /whole number/],
  ["1e3", /whole number/],
  ["01", /whole number/],
  ["9007199254740992", /whole number/],
  ["true", /whole number.*found true/],
  ["null", /whole number.*found null/],
  ["NaN", /whole number/],
  ["x".repeat(100), /found x{40}… at 0/],
  ["'a'", /a value, found "'" at 0/],
  ['"a', /the closing " of a text/],
  ['"a\\"', /the closing " of a text/],
  ['"\n"', /a text as JSON writes it/],
  ['"\\x"', /a text as JSON writes it/],
  ['"\\ud800"', /half of a surrogate pair in it at 0/],
  ['"\ude00"', /half of a surrogate pair/],
  [`[${"1,".repeat(1000)}1]`, /at most 1000 items in an array, found "1" at 2001/],
  ["[".repeat(9), /at most 8 objects and arrays within each other, found "\[" at 8/],
])("refused, and where (%#)", (text, message) => {
  expect(() => parseStrictJson(text)).toThrow(StrictJsonError);
  expect(() => parseStrictJson(text)).toThrow(message);
});

test("a text of nothing but escaped quotes, without its end, is refused in one pass", () => {
  expect(() => parseStrictJson(`"${'\\"'.repeat(1_000_000)}`)).toThrow(/the closing " of a text/);
  expect(() => parseStrictJson(`"${"\\".repeat(1_000_001)}"`)).toThrow(/the closing " of a text/);
});
