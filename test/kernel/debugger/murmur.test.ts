import { expect, test } from "vitest";
import { murmur2 } from "../../../kernel/debugger/murmur.ts";

// By ipykernel's `murmur2_x86` with its seed; the texts end at each place within a word of four bytes.
test.each([
  ["", 3990065800],
  ["a", 2167009006],
  ["ab", 2805137849],
  ["abc", 3350977461],
  ["abcd", 804720481],
  ["const x: number = 1;\n", 4248204711],
  ["größe 😀 ﷺ", 2700688412],
])("%j has the hash by which front ends know a cell", (text, hash) => {
  expect(murmur2(text, 0xc70f6907)).toBe(hash);
});
