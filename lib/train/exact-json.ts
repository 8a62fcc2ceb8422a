/**
 * JSON in which every number comes back with its bits: NaN, the infinities and -0, which JSON has not, are written as
 * `{ "$number": "NaN" }`.
 */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    const plain = typeof each !== "number" || (Number.isFinite(each) && !Object.is(each, -0));
    return plain ? each : { $number: Object.is(each, -0) ? "-0" : String(each) };
  });
}

/** Reads it. @throws SyntaxError if it is no JSON */
export function fromExactJson(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) => {
    const written = (each as { $number?: unknown } | null)?.$number;
    return typeof written === "string" ? Number(written) : each;
  });
}
