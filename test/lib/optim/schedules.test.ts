import { describe, expect, test } from "vitest";
import { cosineDecay, cosineRestarts, oneCycle } from "../../../lib/optim/cosine.ts";
import { exponentialDecay, multiStepDecay, polynomialDecay, stepDecay } from "../../../lib/optim/decay.ts";
import { ReduceOnPlateau, type ReduceOnPlateauOptions } from "../../../lib/optim/plateau.ts";
import { joinSchedules, linearWarmup, type Schedule } from "../../../lib/optim/schedule.ts";

// The learning rates of PyTorch 2.15's schedulers, in their order from the first step on.
const torch: [string, Schedule, number[]][] = [
  ["StepLR", stepDecay({ learningRate: 0.1, every: 3, factor: 0.5 }), [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025]],
  [
    "MultiStepLR",
    multiStepDecay({ learningRate: 0.1, milestones: [2, 5] }),
    [
      0.1, 0.1, 0.010000000000000002, 0.010000000000000002, 0.010000000000000002, 0.0010000000000000002,
      0.0010000000000000002, 0.0010000000000000002,
    ],
  ],
  [
    "ExponentialLR",
    exponentialDecay({ learningRate: 0.1, factor: 0.9 }),
    [0.1, 0.09000000000000001, 0.08100000000000002, 0.07290000000000002, 0.06561000000000002, 0.05904900000000002],
  ],
  [
    "PolynomialLR, power 2",
    polynomialDecay({ learningRate: 0.1, steps: 5, power: 2 }),
    [0.1, 0.06400000000000002, 0.036000000000000004, 0.016000000000000004, 0.003999999999999999, 0.0, 0.0, 0.0],
  ],
  [
    "PolynomialLR, power 1.5",
    polynomialDecay({ learningRate: 0.1, steps: 5, power: 1.5 }),
    [0.1, 0.07155417527999329, 0.04647580015448901, 0.025298221281347042, 0.008944271909999158, 0.0, 0.0],
  ],
  [
    "CosineAnnealingLR",
    cosineDecay({ learningRate: 0.1, steps: 6, end: 0.01 }),
    [
      0.1, 0.09397114317029975, 0.07750000000000001, 0.055000000000000014, 0.032500000000000015, 0.01602885682970026,
      0.01,
    ],
  ],
  [
    "CosineAnnealingWarmRestarts",
    cosineRestarts({ learningRate: 0.1, steps: 3, factor: 2, end: 0.01 }),
    [
      0.1, 0.0775, 0.032500000000000015, 0.1, 0.09397114317029975, 0.0775, 0.05500000000000001, 0.032500000000000015,
      0.01602885682970026, 0.1, 0.09846666218300808, 0.09397114317029975,
    ],
  ],
  [
    "LinearLR",
    linearWarmup({ learningRate: 0.1, steps: 4 }),
    [0.03333333333333333, 0.05, 0.06666666666666668, 0.08333333333333334, 0.1, 0.1, 0.1],
  ],
  [
    "OneCycleLR",
    oneCycle({ learningRate: 0.5, steps: 10 }),
    [
      0.020000000000000018, 0.26, 0.5, 0.47524231600673683, 0.40587282697488153, 0.30563101096814466,
      0.19437098903185537, 0.09412917302511849, 0.024759683993263143, 2e-6,
    ],
  ],
  [
    "OneCycleLR, its own shape",
    oneCycle({ learningRate: 0.5, steps: 9, rise: 0.5, startDivisor: 10, endDivisor: 100 }),
    [
      0.04999999999999999, 0.13471479458178492, 0.3250672101401707, 0.47771799527804426, 0.4849382320412806, 0.375125,
      0.20688136762768417, 0.05893040033103527, 0.0005,
    ],
  ],
  [
    "SequentialLR",
    joinSchedules(
      [linearWarmup({ learningRate: 0.1, steps: 3, startFactor: 0.25 }), cosineDecay({ learningRate: 0.1, steps: 5 })],
      [3],
    ),
    [
      0.025, 0.05, 0.07500000000000001, 0.1, 0.09045084971874738, 0.06545084971874737, 0.03454915028125263,
      0.009549150281252633,
    ],
  ],
];

test.each(torch)("the rates of PyTorch's %s", (_, schedule, expected) => {
  for (const [step, rate] of expected.entries()) {
    // PyTorch multiplies step by step, which rounds once a step; so do its sums of fractions.
    expect(Math.abs(schedule(step) - rate)).toBeLessThan(1e-15);
  }
});

describe("a schedule", () => {
  test("stays at its end after its last step", () => {
    expect(cosineDecay({ learningRate: 0.1, steps: 6, end: 0.01 })(1000)).toBe(0.01);
    expect(polynomialDecay({ learningRate: 0.1, steps: 6, end: 0.01 })(1000)).toBe(0.01);
    expect(linearWarmup({ learningRate: 0.1, steps: 6 })(1000)).toBe(0.1);
    expect(oneCycle({ learningRate: 0.5, steps: 100 })(1000)).toBeCloseTo(0.5 / 25 / 1e4, 18);
  });

  test("of restarts begins each round at the top, however long the run", () => {
    const schedule = cosineRestarts({ learningRate: 0.1, steps: 7 });
    expect([0, 7, 700_000, 7e12].map(schedule)).toEqual([0.1, 0.1, 0.1, 0.1]);
  });

  test("of three parts counts the steps of each from 0", () => {
    const step = (base: number) => (k: number) => base + k;
    const joined = joinSchedules([step(100), step(200), step(300)], [2, 5]);
    expect([0, 1, 2, 4, 5, 9].map(joined)).toEqual([100, 101, 200, 202, 300, 304]);
  });

  test.each([
    [() => stepDecay({ learningRate: 0.1 } as never), /every is undefined/],
    [() => stepDecay({ learningRate: 0, every: 1 }), /learningRate is 0/],
    [() => multiStepDecay({ learningRate: 0.1, milestones: [5, 2] }), /milestones is \[5, 2\]/],
    [() => multiStepDecay({ learningRate: 0.1, milestones: 5 as never }), /milestones is 5/],
    [() => exponentialDecay({ learningRate: 0.1, gamma: 0.9 } as never), /unknown option "gamma"/],
    [() => polynomialDecay({ learningRate: 0.1, steps: 10, power: -1 }), /power is -1/],
    [() => cosineDecay({ learningRate: 0.1, steps: 0 }), /steps is 0/],
    [() => cosineDecay({ learningRate: 0.1, steps: 10, end: -1 }), /end is -1/],
    [() => cosineRestarts({ learningRate: 0.1, steps: 10, factor: 1.5 }), /factor is 1\.5/],
    [() => linearWarmup({ learningRate: 0.1, steps: 10, startFactor: 0 }), /startFactor is 0/],
    [() => oneCycle({ learningRate: 0.1, steps: 10, rise: 1 }), /rise is 1/],
    [() => joinSchedules([], []), /there are no schedules/],
    [() => joinSchedules([0.1 as never], []), /schedule 0 is 0\.1/],
    [() => joinSchedules(undefined as never, []), /the schedules are undefined/],
    [() => joinSchedules([() => 1, () => 2], []), /there are 2 schedules and 0 milestones/],
  ])("is refused with settings out of range (%#)", (make, message) => {
    expect(make).toThrow(message);
  });
});

// The learning rate after each of these values, beginning with 0.1, of PyTorch 2.15's ReduceLROnPlateau.
const values = [1, 0.9, 0.9, 0.89995, 0.9, 0.95, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.81, 0.6, 0.9];
const plateaus: [ReduceOnPlateauOptions, number[]][] = [
  [
    { patience: 2, factor: 0.5 },
    [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.0125],
  ],
  [
    { patience: 1, factor: 0.1, cooldown: 2, minimum: 0.002 },
    [
      0.1, 0.1, 0.1, 0.010000000000000002, 0.010000000000000002, 0.010000000000000002, 0.010000000000000002,
      0.010000000000000002, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002,
    ],
  ],
  [
    { mode: "max", patience: 0, factor: 0.5, threshold: 0.1 },
    [
      0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125, 0.0015625, 0.00078125, 0.000390625, 0.0001953125, 9.765625e-5,
      4.8828125e-5, 2.44140625e-5, 1.220703125e-5, 6.103515625e-6, 3.0517578125e-6,
    ],
  ],
];

describe("a reduction on a plateau", () => {
  test.each(plateaus)("is PyTorch's (%#)", (options, expected) => {
    const plateau = new ReduceOnPlateau(options);
    let rate = 0.1;
    const rates = values.map((value) => {
      rate = plateau.next(value, rate);
      return rate;
    });
    expect(rates).toEqual(expected);
  });

  test("goes on from a state as if it had never stopped", () => {
    const [whole, first, second] = [1, 2, 3].map(() => new ReduceOnPlateau({ patience: 1, cooldown: 2 }));
    const run = (plateau: ReduceOnPlateau, some: number[]) => some.map((value) => plateau.next(value, 1));
    const expected = run(whole!, values);
    const before = run(first!, values.slice(0, 8));
    second!.load(JSON.parse(JSON.stringify(first!.state())));
    expect([...before, ...run(second!, values.slice(8))]).toEqual(expected);
  });

  test("takes a value that is not a number for no progress", () => {
    const plateau = new ReduceOnPlateau({ patience: 0 });
    expect([1, Number.NaN, 0.5].map((value) => plateau.next(value, 1))).toEqual([1, 0.1, 1]);
  });

  test("of the accuracy waits for larger values, of anything else for smaller ones unless told", () => {
    expect(new ReduceOnPlateau({ monitor: "accuracy" }).mode).toBe("max");
    expect(new ReduceOnPlateau().mode).toBe("min");
    expect(new ReduceOnPlateau({ monitor: "top 5", mode: "max" }).mode).toBe("max");
  });

  test.each([
    [() => new ReduceOnPlateau({ factor: 1 }), /factor is 1/],
    [() => new ReduceOnPlateau({ mode: "best" as never }), /mode is the text "best"/],
    [() => new ReduceOnPlateau({ monitor: 3 as never }), /monitor is 3/],
    [() => new ReduceOnPlateau({ gamma: 0.5 } as never), /unknown option "gamma"/],
    [() => new ReduceOnPlateau().load({} as never), /the state is a plain object/],
  ])("is refused with settings out of range (%#)", (make, message) => {
    expect(make).toThrow(message);
  });
});
