import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { startKernel } from "../../kernel/notebook/client.ts";
import { Random } from "../../lib/random.ts";

const setup = `
import { conv2d, matmul, ones, tensor, threads } from "stridelab";
threads(2);
const x = tensor(Float32Array.from({ length: 131_072 }, (_, i) => Math.sin(i)), [4, 8, 64, 64]);
const filters = tensor(Float32Array.from({ length: 1152 }, (_, i) => Math.cos(i)), [16, 8, 3, 3]);
const compute = () => conv2d(x, filters, { padding: 1 });
const large = ones([3000, 3000]);
const kept = compute();
const truth = compute().data.join();
`;

/** One operation of a second, and many of a millisecond. */
const cells = ["matmul(large, large);", "for (;;) compute();"];

test("operations on threads are broken off at any moment, and leave results and threads in order", async () => {
  const kernel = await startKernel();
  const random = new Random(1);
  try {
    expect((await kernel.execute(setup)).status).toBe("ok");
    for (let moment = 0; moment < 50; moment++) {
      let begun = () => {};
      const started = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const stopped = kernel.execute(`console.log("begun"); ${cells[moment % 2]}`, { onOutput: () => begun() });
      await Promise.race([started, stopped]);
      await delay(200 * random.uniform());
      await kernel.interrupt();
      expect(await stopped).toMatchObject({ status: "error", ename: "Interrupted" });
      let value: unknown;
      await kernel.execute("[compute().data.join() === truth, kept.add(0).data.join() === truth, threads()].join()", {
        onOutput(output) {
          value = (output.content as { data?: Record<string, unknown> }).data?.["text/plain"];
        },
      });
      expect(value).toBe("'true,true,2'");
    }
  } finally {
    await kernel.shutdown();
  }
});
