import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type Module, softmax, tensor } from "../../lib/index.ts";

/** The probabilities that a page's network answers with. */
export const sharesOf = (page: Page): Promise<number[]> =>
  page
    .locator(".bars li[data-share]")
    .evaluateAll((rows) => rows.map((row) => Number((row as unknown as { dataset: { share: string } }).dataset.share)));

/** Draws a line through points, counted in pixels of the picture of 28 × 28. */
export async function drawOn(page: Page, ...points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const box = (await page.locator(".drawing").boundingBox())!;
  for (const [i, [x, y]] of points.entries()) {
    await page.mouse.move(box.x + (x * box.width) / 28, box.y + (y * box.height) / 28, { steps: 6 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

/** Draws a seven in a page that `exportDemo` wrote, and expects the answer that the network gives here. */
export async function expectToAnswer(page: Page, network: Module): Promise<void> {
  await expect.poll(async () => (await sharesOf(page)).length).toBe(10);
  const empty = await sharesOf(page);
  await drawOn(page, [8, 7], [19, 7], [12, 22]);
  await expect.poll(() => sharesOf(page)).not.toEqual(empty);

  // What the network saw is on the small canvas: grey, so one of its three colours.
  const read = `(() => {
    const canvas = document.querySelector(".seen");
    const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, i) => data[4 * i]);
  })()`;
  await page.waitForTimeout(200); // the last stroke's frame
  const bytes = await page.evaluate<number[]>(read);
  expect(bytes.filter((byte) => byte > 0).length).toBeGreaterThan(40);
  const image = tensor(
    Float32Array.from(bytes, (byte) => byte / 255),
    [1, 1, 28, 28],
  );
  const expected = [...softmax(network.eval().forward(image)).data];
  const found = await sharesOf(page);
  // Other instructions and another order of sums: some roundings of float32.
  expect(Math.max(...found.map((share, i) => Math.abs(share - expected[i]!)))).toBeLessThan(1e-6);
  expect(await page.locator(".bars li[data-share] .share").first().innerText()).toBe(
    `${(100 * expected[0]!).toFixed(1)} %`,
  );
}
