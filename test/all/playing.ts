import type { Locator } from "playwright-core";
import { expect } from "vitest";

/** The line of a player that says which output stands where. */
export const headOf = (player: Locator): Promise<string> => player.locator(".head").innerText();

/** Points at the middle of a number: `row` and `column` counted from the upper left corner of what is drawn. */
export async function pointAt(
  picture: Locator,
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Promise<void> {
  const { width, height } = (await picture.boundingBox())!;
  await picture.hover({ position: { x: ((column + 0.5) * width) / columns, y: ((row + 0.5) * height) / rows } });
}

/** The number at the end of a line such as `output [0, 1, 2] = -0.5`. */
export const numberIn = (line: string): number => Number(line.split(" = ").at(-1)!.replace("−", "-"));

/**
 * Steps, plays, pauses and points, as a reader does, in a player at its beginning.
 *
 * @param map rows and columns of its first output map
 * @param terms of which each number is the sum
 */
export async function expectToPlay(player: Locator, map: readonly [number, number], terms: number): Promise<void> {
  const button = (name: string) => player.getByRole("button", { name });
  await player.scrollIntoViewIfNeeded();
  expect(await headOf(player)).toMatch(/^output \[0, 0, 0\] = /);
  await button("Step forward").click();
  expect(await headOf(player)).toMatch(/^output \[0, 0, 1\] = /);
  await button("Step back").click();

  await player.getByLabel("Speed").selectOption("10");
  await button("Play").click();
  await expect.poll(() => headOf(player)).toMatch(/^output \[0, 0, [4-9]\] = /);
  await button("Pause").click();
  const stopped = await headOf(player);
  await player.page().waitForTimeout(500);
  expect(await headOf(player), "it stands still").toBe(stopped);

  await pointAt(player.locator(".output svg").first(), [map[0] - 2, 3], map);
  const pointed = await headOf(player);
  expect(pointed).toMatch(new RegExp(`^output \\[0, ${map[0] - 2}, 3\\] = `));
  expect(await player.locator(".term").count()).toBe(terms);
  const sums = (await player.locator(".line").allInnerTexts()).map(numberIn);
  expect(sums.every(Number.isFinite), "each line comes to a number").toBe(true);
}
