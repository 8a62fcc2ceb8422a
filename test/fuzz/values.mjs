/** JSON that a kernel does not expect, as text: much of it cannot be written by JSON.stringify. */

const nested = (depth, open, close, inside) => open.repeat(depth) + inside + close.repeat(depth);

const texts = [
  '""',
  '"\\ud800"', // half of a surrogate pair
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"<IDS|MSG>"',
  '"__proto__"',
  '"constructor"',
  '"../../../../etc/passwd"',
  '"%s%n%d"',
  '"😀𝒳ﷺ\\u202e"',
];
const numbers = ["0", "-0", "-1", "1.5", "1e400", "-1e400", "9007199254740993", "1e-400", "4294967296", "2147483648"];
const others = ["null", "true", "false", "[]", "{}", "[[]]", "[null]", '{"":""}'];
const objects = [
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"toString": null, "valueOf": 1, "hasOwnProperty": false}',
  '{"length": -1}',
  '{"then": "not a function"}',
  '{"toJSON": 5}',
  '{"a": 1, "a": 2}',
];

/** @param {import("./random.mjs").Choices} choose */
export function hostileValue(choose, depth = 0) {
  return choose.weighted([
    [5, () => choose.pick(texts)],
    [4, () => choose.pick(numbers)],
    [4, () => choose.pick(others)],
    [3, () => choose.pick(objects)],
    [1, () => JSON.stringify("x".repeat(choose.pick([1_000, 100_000, 1_000_000])))],
    [0.5, () => nested(choose.pick([10, 1_000, 20_000]), "[", "]", "")],
    [0.5, () => nested(choose.pick([10, 1_000, 20_000]), '{"a":', "}", "1")],
    [depth < 3 ? 2 : 0, () => `[${choose.list(choose.below(4), () => hostileValue(choose, depth + 1)).join(",")}]`],
    [
      depth < 3 ? 2 : 0,
      () =>
        `{${choose.list(choose.below(4), (i) => `${choose.pick([...texts, `"k${i}"`])}:${hostileValue(choose, depth + 1)}`).join(",")}}`,
    ],
  ])();
}

/** A frame that should hold a JSON object and does not, or not quite. */
export const brokenJson = (choose) =>
  choose.pick([
    "",
    "{",
    "nonsense",
    "NaN",
    '{"a": NaN}',
    '{"a": undefined}',
    "[]",
    "null",
    "5",
    '"text"',
    "{}{}",
    "{} // comment",
    "\ufeff{}",
    "'{}'",
    '{"a": "\u0001"}',
    "[".repeat(100_000),
    '{"a":'.repeat(100_000),
  ]);
