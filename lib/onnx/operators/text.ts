import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { zip } from "../values/broadcast.ts";
import { room, Value } from "../values/value.ts";

/** Words out of a text, at most so many cuts; without a delimiter, white space of any length is one. */
function pieces(text: string, delimiter: string, most: number): string[] {
  const found: string[] = [];
  let rest = delimiter === "" ? text.trimStart() : text;
  while (found.length < most) {
    const gap = delimiter === "" ? /\s+/.exec(rest) : null;
    const at = delimiter === "" ? (gap?.index ?? -1) : rest.indexOf(delimiter);
    if (at < 0) break;
    found.push(rest.slice(0, at));
    rest = rest.slice(at + (gap?.[0].length ?? delimiter.length));
  }
  const last = delimiter === "" ? rest.trimEnd() : rest;
  return delimiter === "" && last === "" ? found : [...found, last];
}

/** The words of each text along a new axis, empty ones where there are fewer, and how many there are. */
function splitTexts(call: Call): Value[] {
  const x = call.value(0);
  const most = call.has("maxsplit") ? call.int("maxsplit", 0) : Number.POSITIVE_INFINITY;
  const words = Array.from(x.elements as ArrayLike<string>, (text) => pieces(text, call.text("delimiter", ""), most));
  const width = words.reduce((widest, { length }) => Math.max(widest, length), 0);
  const out = words.flatMap((list) => Array.from({ length: width }, (_, i) => list[i] ?? ""));
  return [Value.of("string", [...x.shape, width], out), Value.integers(words.map(({ length }) => length)).as(x.shape)];
}

/** Texts without some words, in small or capital letters. Letters are those of Unicode, whatever the locale is. */
function normalizedTexts(call: Call): Value {
  const x = call.value(0);
  const action = call.text("case_change_action", "NONE");
  const change = (text: string): string =>
    action === "LOWER" ? text.toLowerCase() : action === "UPPER" ? text.toUpperCase() : text;
  const exact = call.flag("is_case_sensitive");
  const fold = (text: string): string => (exact ? text : text.toLowerCase());
  const stops = new Set((call.texts("stopwords") ?? []).map(fold));
  const kept = Array.from(x.elements as ArrayLike<string>)
    .filter((text) => !stops.has(fold(text)))
    .map(change);
  const texts = kept.length === 0 ? [""] : kept;
  return Value.of("string", [...x.shape.slice(0, -1), texts.length], texts);
}

/** How often each n-gram of a pool is found in a row, its elements up to so many places apart. */
function ngramCounts(call: Call): Value {
  const x = call.value(0);
  const pool: readonly (string | number)[] = call.texts("pool_strings") ?? call.ints("pool_int64s") ?? [];
  const [starts, indexes] = [call.ints("ngram_counts") ?? [], call.ints("ngram_indexes") ?? []];
  const weights = call.floats("weights");
  const mode = call.text("mode", "TF");
  const [least, most, skips] = [
    call.int("min_gram_length", 1),
    call.int("max_gram_length", 1),
    call.int("max_skip_count", 0),
  ];
  const grams = new Map<string, number>();
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? pool.length;
    for (let at = start; at < end; at += i + 1) grams.set(JSON.stringify(pool.slice(at, at + i + 1)), grams.size);
  }
  const width = Math.max(...indexes) + 1;
  const [rows, length] = x.shape.length > 1 ? [x.shape[0]!, elementCount(x.shape.slice(1))] : [1, x.size];
  const items = Array.from(x.elements as ArrayLike<string | number | bigint>, (item) =>
    typeof item === "string" ? item : Number(item),
  );
  const out = room("float32", rows * width) as unknown as Float32Array;
  for (let row = 0; row < rows; row++) {
    const own = items.slice(row * length, (row + 1) * length);
    for (let size = least; size <= most; size++) {
      // a single element has no gaps
      for (let skip = 0; skip <= (size === 1 ? 0 : skips); skip++) {
        for (let at = 0; at + (size - 1) * (skip + 1) < length; at++) {
          const gram = Array.from({ length: size }, (_, i) => own[at + i * (skip + 1)]);
          const id = grams.get(JSON.stringify(gram));
          if (id !== undefined) out[row * width + indexes[id]!]! += 1;
        }
      }
    }
  }
  if (mode !== "TF") {
    for (let i = 0; i < out.length; i++) {
      const weight = weights?.[indexes.indexOf(i % width)] ?? 1;
      out[i] = weight * (mode === "IDF" ? Math.min(1, out[i]!) : out[i]!);
    }
  }
  return Value.of("float32", x.shape.length > 1 ? [rows, width] : [width], out);
}

/** What is done to texts. */
export const texts: Readonly<Record<string, Operator>> = {
  StringConcat: {
    since: 20,
    run: (call) => zip<string>(call.name, "string", call.value(0), call.value(1), (a, b) => a + b),
  },
  StringNormalizer: { since: 10, run: normalizedTexts },
  StringSplit: { since: 20, run: splitTexts },
  TfIdfVectorizer: { since: 9, run: ngramCounts },
};
