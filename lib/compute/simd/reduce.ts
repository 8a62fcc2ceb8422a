/** The sum of all numbers. */

import { Job } from "../../wasm/jobs.ts";
import type { Floats } from "../floats.ts";
import { itemLength, locate, workPerNumber } from "./pass.ts";
import { Staging } from "./staging.ts";
import { bytesOfSums, fourSums, roomForSums } from "./sums.ts";
import { walk } from "./walk.ts";

/** An item is a chunk. */
const sumOfChunks = new Job({ x: "i32", length: "i32", sums: "i32" }, (code, { x, length, sums }, item) => {
  const first = code.i32(item.times(itemLength));
  const total = fourSums(code);
  const chunk = {
    reads: [x.plus(first.shiftedLeft(2))],
    writes: [],
    length: length.minus(first).min(itemLength),
  };
  walk(code, chunk, ([numbers], turn) => {
    total.add(numbers!, turn);
    return [];
  });
  total.store(sums.plus(item.times(bytesOfSums)));
});

const at = { x: 0 };

/** The sum of all numbers in double precision, if it is worth a job; else undefined. */
export function sum(x: Floats): number | undefined {
  if (!locate(x.length, { x }, at, new Staging())) return undefined;
  const chunks = Math.ceil(x.length / itemLength);
  const { address, sums } = roomForSums(chunks);
  sumOfChunks.run({ x: at.x, length: x.length, sums: address }, chunks, workPerNumber * x.length);
  let total = 0;
  for (const part of sums) total += part;
  return total;
}
