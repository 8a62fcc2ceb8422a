import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, succeed, temporaryFolder } from "../package/command.ts";
import { headOf, pointAt } from "./playing.ts";
import { chromiumPath, pythonPrograms } from "./tools.ts";

let browser: Browser;
let folder: string;

/** Two players, one of them twice as many maps as fit and channels too, in a notebook as a user has it. */
const SCRIPT = `// %%
import { Conv2d, MaxPool2d, convolutionPlayer, tensor } from "stridelab";
const image = tensor(Float32Array.from({ length: 4 * 25 }, (_, i) => i % 3), [1, 4, 5, 5]);
const conv = new Conv2d({ inChannels: 4, outChannels: 2, kernelSize: 3, stride: 2, padding: 1 });
conv.filters.assign(tensor(Float32Array.from({ length: 72 }, (_, i) => (i % 5) - 2), [2, 4, 3, 3]));
conv.bias!.assign(tensor([1, -1]));
convolutionPlayer(conv, image, { title: "the first" })
// %%
console.log(JSON.stringify([...conv.forward(image).data]));
// %%
convolutionPlayer(new MaxPool2d({ kernelSize: 2 }), tensor([[[[1, 5, 2, 0], [3, 4, 1, 7]]]]), { title: "the second" })`;

beforeAll(async () => {
  folder = temporaryFolder(afterAll);
  const script = join(folder, "players.nb.ts");
  writeFileSync(script, SCRIPT);
  const files = ["--out", join(folder, "players.ipynb"), "--html", join(folder, "page.html")];
  await succeed(process.execPath, ["bin/stridelab.js", "run", script, ...files]);
  const python = join(await pythonPrograms(), "python");
  await succeed(python, [
    "-m",
    "jupyter",
    "nbconvert",
    "--to",
    "html",
    "--output",
    "nbconvert",
    join(folder, "players.ipynb"),
  ]);
  // Chromium's sandbox does not start for root, as whom containers run.
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

/** Opens a page without a network. @returns it, and what it complained about */
async function open(
  file: string,
  settings: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, ...settings });
  await context.setOffline(true);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    // nbconvert's page asks for MathJax and require.js, which is nothing of ours.
    if (message.type() === "error" && !/net::ERR/.test(message.text())) errors.push(message.text());
  });
  await page.goto(pathToFileURL(file).href, { waitUntil: "domcontentloaded" });
  return { page, errors };
}

const outputs = (): number[] => {
  const { cells } = JSON.parse(readFileSync(join(folder, "players.ipynb"), "utf8")) as {
    cells: { outputs: { text?: string | string[] }[] }[];
  };
  return JSON.parse([cells[1]!.outputs[0]!.text!].flat().join("")) as number[];
};

test.each(["page", "nbconvert"])("two players on %s play by themselves, without a network", async (name) => {
  const { page, errors } = await open(join(folder, `${name}.html`));
  const players = page.locator("[data-stridelab-player]");
  await expect.poll(() => players.locator(".player").count()).toBe(2);
  const [first, second] = [players.nth(0), players.nth(1)];
  const numbers = outputs();

  expect(await headOf(first)).toBe(`output [0, 0, 0] = ${numbers[0]}`);
  expect(await headOf(second)).toBe("output [0, 0, 0] = 5");
  await first.getByRole("button", { name: "Step forward" }).click();
  expect(await headOf(first)).toBe(`output [0, 0, 1] = ${numbers[1]}`);
  expect(await headOf(second), "the other one stands still").toBe("output [0, 0, 0] = 5");
  await first.getByRole("button", { name: "Step back" }).click();
  await first.getByRole("slider").fill("17");
  expect(await headOf(first)).toBe(`output [1, 2, 2] = ${numbers[17]}`);
  await first.getByRole("slider").fill("0");

  await first.getByLabel("Speed").selectOption("10");
  await first.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => headOf(first)).toBe(`output [1, 2, 2] = ${numbers[17]}`);
  await first.getByRole("button", { name: "Play" }).waitFor(); // it stops at the end
  expect(errors).toEqual([]);
  await page.context().close();
});

test("pointing at numbers tells sums and parts, keys do what buttons do, and more channels are to be had", async () => {
  const { page, errors } = await open(join(folder, "page.html"));
  const player = page.locator("[data-stridelab-player]").first();
  const numbers = outputs();
  await pointAt(player.locator(".output svg").nth(1), [2, 0], [3, 3]);
  expect(await headOf(player)).toBe(`output [1, 2, 0] = ${numbers[9 + 6]}`);
  const sums = await player.locator(".line").allInnerTexts();
  const totals = sums.map((line) => Number(line.split(" = ")[1]));
  expect(
    totals.reduce((sum, one) => sum + one, -1),
    "lines and bias come to the output",
  ).toBe(numbers[9 + 6]);
  expect(await player.locator(".term").count()).toBe(4 * 9);

  await pointAt(player.locator(".input svg").first(), [2, 2], [7, 7]); // the image's row 1, column 1, behind the padding
  expect(await player.locator(".touched").innerText()).toMatch(
    /^input \[0, 1, 1\] = 0 is part of 4 outputs in each of 2 maps/,
  );
  await page.mouse.move(5, 5);
  expect(await headOf(player)).toBe(`output [0, 0, 0] = ${numbers[0]}`);

  await player.locator(".player").focus();
  await page.keyboard.press("End");
  expect(await headOf(player)).toBe(`output [1, 2, 2] = ${numbers[17]}`);
  await page.keyboard.press("ArrowLeft");
  expect(await headOf(player)).toBe(`output [1, 2, 1] = ${numbers[16]}`);
  await page.keyboard.press("ArrowUp");
  expect(await headOf(player)).toBe(`output [1, 1, 1] = ${numbers[13]}`);
  await page.keyboard.press("Space");
  await player.getByRole("button", { name: "Pause" }).waitFor();
  await page.keyboard.press("Space");
  await player.getByRole("button", { name: "Play" }).waitFor();
  await player.locator(".input svg").first().focus();
  await page.keyboard.press("ArrowRight");
  expect(await player.locator(".touched").innerText()).toMatch(/^input \[0, 0, 0\] = 0/);

  await player.getByRole("button", { name: "Channels after" }).click();
  expect(await player.locator(".input figcaption").allInnerTexts()).toEqual(["input, channel 3"]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("players stand in light, dark and right-to-left pages; without scripts the still picture does", async () => {
  mkdirSync(join(root, "out"), { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await open(join(folder, "page.html"), { colorScheme });
    await page.evaluate('document.documentElement.dir = "rtl"');
    const player = page.locator("[data-stridelab-player]").first();
    const [picture, sum] = [
      await player.locator(".input svg").first().boundingBox(),
      await player.locator(".sum").boundingBox(),
    ];
    expect(picture!.x, "still from left to right").toBeLessThan(sum!.x + 20);
    await page.screenshot({ path: join(root, "out", `player-${colorScheme}.png`), fullPage: true });
    await page.context().close();
  }
  const { page } = await open(join(folder, "page.html"), { javaScriptEnabled: false });
  const still = page.locator("[data-stridelab-player] img").first();
  expect(await still.isVisible()).toBe(true);
  expect((await still.boundingBox())!.height).toBeGreaterThan(300);
  await page.screenshot({ path: join(root, "out", "player-still.png"), fullPage: true });
  await page.context().close();
});
