import { expect, test } from "vitest";
import { Job, workMemory } from "../../../lib/wasm/jobs.ts";
import { F32x4 } from "../../../lib/wasm/values.ts";

const memory = workMemory();

test.runIf(memory)("four constants, a mask from a condition and half a vector are stored as they are written", () => {
  const address = memory!.reserve(64);
  const numbers = memory!.floats(address, 12).fill(9);
  const job = new Job({ to: "i32" }, (code, { to }) => {
    const constants = code.f32x4(F32x4.lanes(1, -2, 0.5, Number.POSITIVE_INFINITY));
    code.storeF32x4(to, constants.and(to.isAtLeast(0).mask()));
    code.storeF32x4(to, constants.and(to.isLess(0).mask()), 16);
    code.storeHalf(to, constants, 1, 32);
    code.storeHalf(to, constants, 0, 16);
  });
  job.run({ to: address }, 1, 1);
  expect([...numbers]).toEqual([1, -2, 0.5, Infinity, 1, -2, 0, 0, 0.5, Infinity, 9, 9]);
  memory!.release(address);
});
