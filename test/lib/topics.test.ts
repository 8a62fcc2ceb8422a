import { describe, expect, test } from "vitest";
import { first } from "./topics/a1-to-a23.ts";
import { second } from "./topics/a24-to-a45.ts";

const topics = { ...first, ...second };

describe("the worked examples of the lectures", () => {
  test("are all there, A1 to A45", () => {
    expect(Object.keys(topics)).toEqual(Array.from({ length: 45 }, (_, i) => `A${i + 1}`));
  });

  test.each(Object.entries(topics).map(([row, { state, what, check }]) => [row, state, what, check] as const))(
    "%s, %s: %s",
    (_row, _state, _what, check) => check(),
  );
});
