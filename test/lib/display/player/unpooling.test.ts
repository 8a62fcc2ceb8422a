import { expect, test } from "vitest";
import { type Played, placeOf, stepsOf } from "../../../../lib/display/player/played.ts";
import { reckon, seenBy } from "../../../../lib/display/player/terms.ts";
import { writeTouched } from "../../../../lib/display/player/words.ts";
import {
  convolutionPlayer,
  MaxPool2d,
  MaxUnpool2d,
  Module,
  maxPool2dWithIndices,
  maxUnpool2d,
  Random,
  type Tensor,
  tensor,
} from "../../../../lib/index.ts";
import { playedIn } from "./played.ts";

const small = tensor([[[[1, 5, 2, 0], [3, 4, 1, 7]]]]) as Tensor; // biome-ignore format: as it lies

/** Every number's place, from what is played. */
function expectToAddUp(played: Played, expected: Tensor): void {
  expect([...played.outputs.values]).toEqual([...expected.data]);
  for (let step = 0; step < stepsOf(played); step++) {
    expect(reckon(played, placeOf(played, step)).result).toBe(played.outputs.values[step]);
  }
}

function noise(shape: readonly number[]): Tensor {
  const random = new Random(3);
  const size = shape.reduce((product, one) => product * one, 1);
  return tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  ) as Tensor;
}

test("unpooling puts each number where its index says, and says so", () => {
  const { output, indices } = maxPool2dWithIndices(small, { kernelSize: 2 });
  const picture = convolutionPlayer(new MaxUnpool2d({ kernelSize: 2 }), output, { indices });
  const played = playedIn(picture);
  expectToAddUp(played, tensor([[[[0, 5, 0, 0], [0, 0, 0, 7]]]]) as Tensor); // biome-ignore format: as it lies
  expect(picture.toString()).toContain("maxUnpool2d: windows of 2 × 2, stride 2; input 1 × 1 × 2, output 1 × 2 × 4.");
  expect(picture.toString()).toContain("output [0, 0, 0] = 0\n  at place 0: 5 → 1; it does not come here: 0");
  const at = (column: number) => reckon(played, { map: 0, row: 0, column }).terms;
  expect(at(1)).toMatchObject([{ value: 5, goal: 1, taken: true }]);
  expect(at(2)).toMatchObject([{ value: 7, goal: 7, taken: false }]);
  expect(seenBy(played, 0, 1, 0)).toEqual([{ row: 1, column: 3 }]);
  expect(writeTouched(played, 0, 0, 1)).toBe("input [0, 0, 1] = 7 is part of 1 output of map 0: [1, 3]");
});

test.each([
  { kernelSize: 2 },
  { kernelSize: 3, stride: 2, padding: 1 }, // windows overlap: of several for one place the last counts
  { kernelSize: [2, 3], stride: [2, 1] },
] as const)("what is listed of an unpooling of %j comes to its outputs, of a whole and of a part", (settings) => {
  const { output, indices } = maxPool2dWithIndices(noise([2, 3, 7, 8]), settings);
  const layer = new MaxUnpool2d({ ...settings, outputSize: [7, 8] });
  const expected = layer.forward(output, indices);
  const last = expected.slice(1, 2) as Tensor;
  expectToAddUp(playedIn(convolutionPlayer(layer, output, { indices, example: 1 })), last);
  const options = { indices, example: 1, maps: [2], rows: [3, 5], columns: [2, 6] } as const;
  const part = playedIn(convolutionPlayer(layer, output, options));
  for (let step = 0; step < stepsOf(part); step++) {
    const place = placeOf(part, step);
    expect(reckon(part, place).result).toBe(last.data[(2 * 7 + place.row) * 8 + place.column]);
  }
});

test("within a network it has the indices that reach it there", () => {
  class Back extends Module {
    readonly unpool = new MaxUnpool2d({ kernelSize: 2 });
    override forward(x: Tensor): Tensor {
      const { output, indices } = maxPool2dWithIndices(x, { kernelSize: 2 });
      return this.unpool.forward(output, indices);
    }
  }
  const x = noise([1, 2, 4, 6]);
  const { output, indices } = maxPool2dWithIndices(x, { kernelSize: 2 });
  const played = playedIn(convolutionPlayer(new Back(), x, { layer: "unpool" }));
  expectToAddUp(played, maxUnpool2d(output, indices, { kernelSize: 2 }) as Tensor);
  expect(() => convolutionPlayer(new Back(), x, { layer: "unpool", indices })).toThrow(
    "indices are given, and MaxUnpool2d has those of its network\n  fix: leave them out",
  );
  expect(() => convolutionPlayer(new Back(), x)).toThrow('name one of its layers: { layer: "unpool" }');
});

test("an unpooling without indices, or with those of other windows, is refused, and indices for another layer", () => {
  const { output, indices } = maxPool2dWithIndices(small, { kernelSize: 2 });
  const unpool = new MaxUnpool2d({ kernelSize: 2 });
  expect(() => convolutionPlayer(unpool, output)).toThrow(
    "MaxUnpool2d is given no indices\n  fix: give { indices } of maxPool2dWithIndices, or the network and the layer's path",
  );
  expect(() => convolutionPlayer(unpool, output, { indices: [1, 7] as never })).toThrow("the indices");
  expect(() => convolutionPlayer(new MaxUnpool2d({ outputSize: [2, 4] }), output, { indices })).toThrow(
    "give kernelSize beside outputSize",
  );
  const other = new MaxUnpool2d({ kernelSize: 1, outputSize: [2, 4] });
  expect(() => convolutionPlayer(other, output, { indices })).toThrow(
    "index 0 is 1, row 0 and column 1, which its window does not cover",
  );
  expect(() => convolutionPlayer(new MaxPool2d({ kernelSize: 2 }), small, { indices })).toThrow(
    "indices are given, and MaxPool2d takes none",
  );
});
