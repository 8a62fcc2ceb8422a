import { expect, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import { ShapeError } from "../../../lib/errors.ts";
import * as lib from "../../../lib/index.ts";
import { type Compiler, compile, compilers } from "../../package/shapes/compilers.ts";
import { type Architecture, architectures, type Part } from "./architectures.ts";

/** What an architecture comes to: a shape, or the place of the layer that does not fit. */
type Result = string;

const inWords = (part: Part): string => {
  if ("body" in part) return `new lib.Residual({ body: ${inWords(part.body)} })`;
  if ("layers" in part) {
    const layers = Object.entries(part.layers).map(([name, layer]) => `${name}: ${inWords(layer)}`);
    return `new lib.${part.kind === "Record" ? "Sequential" : part.kind}({ ${layers.join(", ")} })`;
  }
  return `new lib.${part.kind}(${part.options === undefined ? "" : JSON.stringify(part.options)})`;
};

function built(part: Part): lib.Module {
  if ("body" in part) return new lib.Residual({ body: built(part.body) });
  if ("layers" in part) {
    const layers = Object.fromEntries(Object.entries(part.layers).map(([name, layer]) => [name, built(layer)]));
    return part.kind === "Branches" ? new lib.Branches(layers) : new lib.Sequential(layers);
  }
  const Layer = (lib as unknown as Record<string, new (options?: unknown) => lib.Module>)[part.kind]!;
  return part.options === undefined ? new Layer() : new Layer(part.options);
}

/** Layer by layer, without numbers, as `summary` does it. */
const atRunTime = ({ input, layers }: Architecture): Result =>
  shapesOnly(() => {
    let x: lib.Tensor = lib.zeros([2, ...input]);
    for (const [i, layer] of layers.entries()) {
      try {
        x = built(layer).eval().forward(x);
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        return `layer ${i}`;
      }
    }
    return `[N, ${x.shape.slice(1).join(", ")}]`;
  });

/** What a compiler makes of the same architectures, one a line: it says the type where it refuses to take it for none. */
async function inTypes(compiler: Compiler, all: readonly Architecture[]): Promise<Result[]> {
  const lines = all.map(({ input, layers }) => {
    const x = `0 as unknown as lib.Tensor<readonly ["N", ${input.join(", ")}]>`;
    return `{ const y = new lib.Sequential(${layers.map(inWords).join(", ")}).forward(${x}); const none: never = y; }`;
  });
  const { errors } = await compile(compiler, ['import * as lib from "stridelab";', ...lines].join("\n"));
  return all.map((_, i) => {
    const own = errors.filter(({ line }) => line === i + 2).map(({ message }) => message);
    const refusal = own.map((message) => /"(layer \d+): /.exec(message)?.[1]).find((layer) => layer !== undefined);
    const type = own
      .map((message) => /Type 'Tensor<readonly (\[.*?\])/.exec(message)?.[1])
      .find((each) => each !== undefined);
    return refusal ?? type?.replaceAll('"', "") ?? own.join("\n");
  });
}

// All of them under the compiler that takes seconds for them, some under the kernel's, which takes ten times as long.
test.each([
  { name: compilers[1]!.name, compiler: compilers[1]!, count: 1000 },
  { name: compilers[0]!.name, compiler: compilers[0]!, count: 100 },
])(
  "types under $name and run time agree on $count architectures: the same shape, or the same layer that does not fit",
  { timeout: 600_000 },
  async ({ compiler, count }) => {
    const all = architectures(count, 7);
    const expected = all.map(atRunTime);
    const refused = expected.filter((result) => result.startsWith("layer")).length;
    expect(refused).toBeGreaterThan(count / 5);
    expect(refused).toBeLessThan((4 * count) / 5);
    const found = await inTypes(compiler, all);
    const different = all.flatMap(({ input, layers }, i) =>
      found[i] === expected[i] ? [] : [{ input, layers: layers.map(inWords), types: found[i], runTime: expected[i] }],
    );
    expect(different).toEqual([]);
  },
);
