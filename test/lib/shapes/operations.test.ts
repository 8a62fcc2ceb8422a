import { compileFunction } from "node:vm";
import { expect, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import { OptionError, ShapeError } from "../../../lib/errors.ts";
import * as lib from "../../../lib/index.ts";
import { compile, compilers } from "../../package/shapes/compilers.ts";
import { type Call, calls, forgetful } from "./operations.ts";

/** A shape, or null where it is refused. */
type Result = readonly (number | string)[] | null;

function atRunTime({ code, shapes }: Call): Result {
  const body = `return ${code.replace(/\$(\d)/g, "x[$1]")};`;
  const run = compileFunction(body, ["lib", "x"]) as (...of: unknown[]) => lib.Tensor;
  try {
    return shapesOnly(() =>
      run(
        lib,
        shapes.map((shape) => lib.zeros(shape)),
      ),
    ).shape;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof OptionError)) throw error;
    return null;
  }
}

/** The same by the newest compiler, one a line; sizes that it does not know as it shows them. */
async function inTypes(
  all: readonly Call[],
  shapesOf: (call: Call, i: number) => readonly string[],
): Promise<Result[]> {
  const lines = all.map((call, i) => {
    const shapes = shapesOf(call, i);
    const operand = (_: string, at: string): string => `(0 as unknown as lib.Tensor<${shapes[Number(at)]}>)`;
    return `{ const y = ${call.code.replace(/\$(\d)/g, operand)}; const none: never = y; }`;
  });
  const { errors } = await compile(compilers[1]!, ['import * as lib from "stridelab";', ...lines].join("\n"));
  return all.map((_, i) => {
    const own = errors.filter(({ line }) => line === i + 2).map(({ message }) => message);
    const type = own.map((each) => /^TS2322: Type 'Tensor<(.*), "\w+">' is not/.exec(each)?.[1]).find(Boolean);
    if (own.some((message) => !/^TS2322: Type 'Tensor</.test(message))) return null;
    const sizes = /^readonly \[(.*)\]$/.exec(type ?? "")?.[1];
    if (sizes === undefined) return ["any shape"];
    return sizes === "" ? [] : sizes.split(", ").map((size) => (/^\d+$/.test(size) ? Number(size) : size));
  });
}

const all = calls(1500, 3);
const expected = all.map(atRunTime);
const show = (call: Call, i: number, types: Result) => ({ ...call, types, runTime: expected[i] });

test("types and run time agree on operations: the same shape, or neither takes the operands", async () => {
  const refused = expected.filter((result) => result === null).length;
  expect(refused).toBeGreaterThan(200);
  expect(refused).toBeLessThan(700);
  const found = await inTypes(all, ({ shapes }) => shapes.map((shape) => `readonly ${JSON.stringify(shape)}`));
  const different = all.flatMap((call, i) =>
    JSON.stringify(found[i]) === JSON.stringify(expected[i]) ? [] : [show(call, i, found[i]!)],
  );
  expect(different).toEqual([]);
}, 300_000);

test("where sizes are not known, what is fine at run time compiles, and no number is wrong", async () => {
  const found = await inTypes(all, forgetful);
  const wrong = all.flatMap((call, i) => {
    const [types, runTime] = [found[i]!, expected[i]!];
    if (runTime === null) return [];
    const open = types?.length === 1 && types[0] === "any shape";
    const agree =
      types?.length === runTime.length &&
      types.every((size, axis) => typeof size === "string" || size === runTime[axis]);
    return open || agree ? [] : [{ ...show(call, i, types), as: forgetful(call, i) }];
  });
  expect(wrong).toEqual([]);
}, 300_000);
