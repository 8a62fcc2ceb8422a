import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { groupNorm, instanceNorm2d, layerNorm } from "../../../lib/ops/group-norm.ts";
import { localResponseNorm } from "../../../lib/ops/local-response-norm.ts";
import { cast } from "../../../lib/ops/reshape.ts";
import { ones, shaped, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { FloatDType } from "../../../lib/tensor/storage.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { normal } from "../random-tensors.ts";

beforeEach(() => spoilFreeMemory());

type T = Tensor<Shape, FloatDType>;
const maps = [0.5, -1.25, 2, 0.75, -0.5, 1.5, 3, -2.25, 0.1, 0.2, 0.3, -0.4, 1, 0, -1, 2.5]; // [1, 4, 2, 2]
const weights = [0.5, -1.5, 2, 1.25];
const bias = [0.1, -0.2, 0.3, 0];

interface Case {
  readonly name: string;
  readonly run: (x: T, weights: T, bias: T) => T;
  readonly shapes: readonly (readonly number[])[];
  readonly out: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}
// PyTorch 2.15 in float64; the gradient that arrives is 0.1 · [1, 2, 3, ...] - 0.35
const cases: Case[] = [
  {
    name: "groupNorm, two groups",
    run: (x, weights, bias) => groupNorm(x, 2, { weights, bias }),
    shapes: [[1, 4, 2, 2], [4], [4]],
    out: [
      0.109602944642884, -0.428161955358639, 0.570544287501333, 0.186426501785959, 0.693073851788245, -1.15069151964555,
      -2.5335155482209, 2.30636855179282, -0.186099506987048, 0.0185739696390775, 0.223247446265203, -1.20946689011768,
      0.847476114155051, -0.431733114758234, -1.71094234367152, 2.76628995752498,
    ],
    gradients: [
      [
        0.0764324980932299, 0.129061227741779, 0.11912050941513, 0.16549229426616, 0.0274875419738096,
        -0.0897285057879595, -0.200687608752209, -0.227177956949941, -0.292627239272015, -0.0886236082787488,
        0.115380022714518, 0.324742418770657, -0.209111203943817, -0.0744918247238973, 0.0601275544960218,
        0.164603880237281,
      ],
      [0.115235335714612, -0.138282402857535, -0.895446460239299, 1.4736490317081],
      [-0.4, 1.2, 2.8, 4.4],
    ],
  },
  {
    name: "instanceNorm2d",
    run: (x, weights, bias) => instanceNorm2d(x, { weights, bias }),
    shapes: [[1, 4, 2, 2], [4], [4]],
    out: [
      0.1, -0.654826603772164, 0.746994231804712, 0.207832371967452, 0.507630250776619, -1.00198095088017,
      -2.13418935212276, 1.82854005222631, 0.671365065853342, 1.41409519756003, 2.15682532926671, -3.04228559268008,
      0.362525099206532, -0.604208498677554, -1.57094209656164, 1.81262549603266,
    ],
    gradients: [
      [
        -0.0646994231804712, 0.00651988789487076, -0.00250755042510488, 0.0606870857107053, 0.121619990972422,
        0.028221242413501, -0.0606979590263998, -0.0891432743595238, -1.02446771648937, -0.102482622641365,
        0.819502471206639, 0.307447867924094, -0.154496621050522, -0.0325257109476899, 0.0894451991551412,
        0.0975771328430702,
      ],
      [0.172531795147923, -0.094350700103549, -0.25995554609734, 0.135342703703772],
      [-0.4, 1.2, 2.8, 4.4],
    ],
  },
  {
    name: "layerNorm over two axes, epsilon 1e-3",
    run: (x, weights, bias) => layerNorm(x, [2, 2], { weights, bias, epsilon: 1e-3 }),
    shapes: [
      [4, 2, 2],
      [2, 2],
      [2, 2],
    ],
    out: [
      0.1, 2.06364610699494, 2.88702412227993, 0.269481679404159, -0.135847190805285, -1.00188044873797,
      2.87859595280445, -1.69023820077121, 0.192213889195415, -1.02992500275873, 2.14427778390829, -2.07481250689683,
      0.24496712518359, 0.524835625917949, -2.21276350318223, 1.81208906479487,
    ],
    gradients: [
      [
        -0.121266755731872, 0.0323853954298626, 0.0272923469955389, 0.0615890133064701, -0.0889066809237977,
        -0.303428769506443, 0.246365865683167, 0.145969584747074, -0.555322077620686, -4.87039888240272,
        4.55439380293204, 0.871327157091368, -0.182080355722633, -1.72607249303254, 1.310896525459, 0.597256323296169,
      ],
      [0.306118658722191, 0.212260581875375, -0.366656156680388, -0.196489924996441],
      [1.4, 1.8, 2.2, 2.6],
    ],
  },
  {
    name: "localResponseNorm, an odd size",
    run: (x) => localResponseNorm(x, { size: 3, alpha: 0.5, beta: 0.75, k: 2 }),
    shapes: [[1, 4, 2, 2]],
    out: [
      0.288337369696171, -0.604328459564706, 0.685785703127712, 0.334254957280326, -0.288164488287307, 0.72382132739799,
      1.02590984273071, -0.995991320380476, 0.0551703570645129, 0.104320404379989, 0.112872437965922, -0.14379835513573,
      0.559635770058072, 0.0, -0.557068629988965, 1.07835834888287,
    ],
    gradients: [
      [
        -0.137252217033872, -0.0403674780099513, -0.0559635806060286, 0.0495677842130183, 0.081249151091972,
        0.0713779649154133, 0.0442159646900635, 0.0997712290707337, 0.29748223700188, 0.334193285864283,
        0.296039684750381, 0.331257591208898, 0.466923898488221, 0.622777439604594, 0.572966798912092,
        0.284138161750279,
      ],
    ],
  },
  {
    name: "localResponseNorm, an even size and another exponent",
    run: (x) => localResponseNorm(x, { size: 4, alpha: 0.5, beta: 1.3, k: 1 }),
    shapes: [[1, 4, 2, 2]],
    out: [
      0.462106826276926, -0.753151990326144, 0.570376856823387, 0.375353770027213, -0.461401029617767,
      0.899819268824622, 0.85082194723916, -1.10909998552965, 0.0798697474289434, 0.11997590250995, 0.0801094605371773,
      -0.121269286850642, 0.826842326713979, 0.0, -0.346215770182691, 0.786518179832147,
    ],
    gradients: [
      [
        -0.20881690711703, 0.0237712776156177, -0.0947642071567981, 0.102971234712241, 0.226459210368407,
        0.0129904583917312, 0.150177878232993, 0.283337898946538, 0.418142072479279, 0.376630954619427,
        0.20430591180959, 0.267201207611662, 0.552939538500344, 0.756948434233682, 0.347995651936131,
        0.0985224822909762,
      ],
    ],
  },
];

// PyTorch's values are printed to 15 digits. In float32 numbers of size 5 are rounded at 2⁻²⁴, some ten times on the way.
describe.each([
  ["float64", 1e-12],
  ["float32", 1e-5],
] as const)("PyTorch's values and gradients in %s", (dtype, tolerance) => {
  test.each(cases)("$name", ({ run, shapes, out, gradients }) => {
    const inputs = [maps, weights, bias]
      .slice(0, shapes.length)
      .map((values, i): T => Object.assign(tensor(values, shapes[i]!, dtype), { requiresGrad: true }));
    const found = run(inputs[0]!, inputs[1]!, inputs[2]!);
    const close = (actual: ArrayLike<number>, expected: readonly number[]) =>
      expected.forEach((value, i) => void expect(Math.abs(value - actual[i]!)).toBeLessThan(tolerance));
    close(found.data, out);
    const arriving = Array.from({ length: 16 }, (_, i) => 0.1 * (i + 1) - 0.35);
    backward(found, tensor(arriving, found.shape, dtype));
    gradients.forEach((expected, i) => void close(inputs[i]!.grad!.data, expected));
  });
});

describe("normalisation of single examples", () => {
  test("one group is layer normalisation, a group a channel instance normalisation", () => {
    const x = normal([3, 4, 5, 5], 1);
    const close = (a: T, b: T) =>
      a.data.forEach((value, i) => void expect(Math.abs(value - b.data[i]!)).toBeLessThan(1e-12));
    close(groupNorm(x, 1), layerNorm(x, [4, 5, 5]));
    close(groupNorm(x, 4), instanceNorm2d(x));
  });

  test("an example's result does not depend on the batch it comes in", () => {
    const x = normal([2, 4, 6, 6], 2, "float32");
    const first = tensor([...x.data.slice(0, 144)], [1, 4, 6, 6]);
    for (const run of [(y: Tensor) => groupNorm(y, 2), (y: Tensor) => layerNorm(y, 6)]) {
      expect([...run(x).data.slice(0, 144)]).toEqual([...run(first).data]);
    }
  });

  test("large maps, which go by SIMD, agree with float64, values and gradients", () => {
    const run = (dtype: FloatDType) => {
      const inputs = [normal([4, 8, 16, 16], 3, dtype), normal([8], 4, dtype), normal([8], 5, dtype)] as T[];
      for (const input of inputs) input.requiresGrad = true;
      const out = groupNorm(inputs[0]!, 2, { weights: inputs[1]!, bias: inputs[2]! });
      backward(out, normal([4, 8, 16, 16], 6, dtype));
      return [out, ...inputs.map(({ grad }) => grad!)].map(({ data }) => data);
    };
    const expected = run("float64");
    run("float32").forEach((found, i) => {
      // sums of 1024 products in double; what remains are inputs of size 4 rounded at 2⁻²⁴, √1024 of them for the weights
      for (let j = 0; j < found.length; j++) expect(Math.abs(found[j]! - expected[i]![j]!)).toBeLessThan(2e-5);
    });
  });

  test("a mean that is large beside the deviation costs no digits", () => {
    const x = tensor([10_000, 10_001, 10_002, 10_003], [1, 4]);
    // mean 10001.5, variance 1.25: (0.5, 1.5) / √(1.25 + 1e-5)
    const expected = [-1.5, -0.5, 0.5, 1.5].map((distance) => distance / Math.sqrt(1.25001));
    layerNorm(x, 4).data.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
  });

  test("NaN spoils its own group alone", () => {
    const x = tensor([Number.NaN, 1, 2, 3, 4, 5, 6, 8], [1, 4, 1, 2]);
    const out = [...groupNorm(x, 2).data];
    expect(out.slice(0, 4).every(Number.isNaN)).toBe(true);
    expect(out.slice(4).some(Number.isNaN)).toBe(false);
  });

  test("shapes stay, also as types", () => {
    const x = shaped(zeros([5, 3, 8, 8]), ["N", 3, 8, 8]);
    expectTypeOf(groupNorm(x, 3)).toEqualTypeOf<Tensor<readonly ["N", 3, 8, 8]>>();
    expect(layerNorm(x, [8, 8]).shape).toEqual([5, 3, 8, 8]);
    expect(localResponseNorm(x, { size: 5 }).shape).toEqual([5, 3, 8, 8]);
  });
});

test("local response normalisation worked by hand: size 3, alpha 3, so that the sum of squares counts once", () => {
  const x = tensor([1, 2, 3], [1, 3, 1]);
  const out = localResponseNorm(x, { size: 3, alpha: 3, beta: 1, k: 1 });
  // 1 / (1 + 1 + 4), 2 / (1 + 1 + 4 + 9), 3 / (1 + 4 + 9)
  [1 / 6, 2 / 15, 3 / 14].forEach((value, i) => void expect(Math.abs(out.data[i]! - value)).toBeLessThan(1e-7));
});

const x = zeros([2, 6, 4, 4]);
test.each<[string, () => unknown, RegExp]>([
  [
    "axes that the input does not end in",
    () => layerNorm(x as Tensor, [6, 4]),
    /does not end in the normalised shape \[6, 4\]\n.*\n.*fix: give \[4, 4\]/,
  ],
  [
    "weights of another shape",
    () => layerNorm(x, [4, 4], { weights: ones([16]) }),
    /weights has another shape\n.*input *\[2, 6, 4, 4\]\n.*weights *\[16\]\n.*of shape \[4, 4\]/,
  ],
  ["an empty normalised shape", () => layerNorm(x, []), /the normalised shape holds nothing/],
  [
    "groups that do not divide",
    () => groupNorm(x as Tensor, 4),
    /4 groups do not divide 6 channels\n.*\[N=2, C=6, H=4, W=4\]\n.*1, 2, 3, 6/,
  ],
  ["no channels", () => groupNorm(zeros([3]) as Tensor, 1), /the input has no channels/],
  [
    "a bias of another count",
    () => groupNorm(x, 2, { bias: ones([4]) }),
    /bias has another shape[\s\S]*of shape \[6\]/,
  ],
  ["maps of one pixel", () => instanceNorm2d(zeros([2, 6, 1, 1])), /a map has one pixel, and so no spread/],
  ["rows given to instanceNorm2d", () => instanceNorm2d(zeros([2, 6])), /2 axes in the input, not the 4/],
  ["PyTorch's name of an option", () => groupNorm(x, 2, { eps: 1 } as never), /unknown option "eps"/],
  ["an epsilon of zero", () => layerNorm(x, 4, { epsilon: 0 }), /epsilon is 0/],
  [
    "two types of number",
    () => layerNorm(x, 4, { bias: cast(zeros([4]), "float64") as never }),
    /one operand is float32/,
  ],
  ["an empty batch", () => groupNorm(zeros([0, 6]), 2), /the batch is empty/],
  ["a size of zero", () => localResponseNorm(x, { size: 0 }), /size is 0/],
  ["no size", () => localResponseNorm(x, {} as never), /size is undefined/],
  ["rows given to localResponseNorm", () => localResponseNorm(zeros([2, 6]), { size: 5 }), /no batch of maps/],
  ["a constant of zero", () => localResponseNorm(x, { size: 5, k: 0 }), /k is 0/],
])("%s: an error that says what would fit", (_name, call, message) => {
  expect(call).toThrow(message);
});
