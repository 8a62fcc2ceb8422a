import { expect, test } from "vitest";
import { decodeUtf8 } from "../../../lib/formats/utf8.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("text is itself, a mark at its beginning too", () => {
  for (const text of ["", "abc", "سلام ж 😀", "\ufeffa", "\ufffd"]) expect(decodeUtf8(bytesOf(text))).toBe(text);
});

// Unicode 15, table 3-7, says which bytes may follow which.
test.each([
  ["a byte that none begins with", [0x61, 0xff], 1],
  ["a byte that only follows", [0x61, 0x62, 0x80], 2],
  ["a longer form than need be", [0x61, 0xc0, 0x80], 1],
  ["half of a surrogate pair", [0xed, 0xa0, 0x80], 1],
  ["a character that another cuts", [0xe2, 0x82, 0x61], 2],
  ["a character that the end cuts", [0x61, 0xe2, 0x82], 3],
])("the first wrong byte is told: %s", (_what, bytes, at) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toBe(at);
});

test("wherever it is among others, and however characters lie across the steps in which it is looked for", () => {
  for (const [character, shift] of ["a", "ж", "ل", "€", "😀"].flatMap((c) =>
    [0, 1, 2, 3].map((s) => [c, s] as const),
  )) {
    const whole = bytesOf("x".repeat(shift) + character.repeat(70_000));
    for (const at of [0, 3, 65_533, 65_534, 65_535, 65_536, 65_537, 65_540, whole.length - 1]) {
      const bytes = whole.slice();
      bytes[at] = 0xff;
      expect(decodeUtf8(bytes), `${character} ${shift} ${at}`).toBe(at);
    }
  }
});
