import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Lab } from "./lab.ts";

/** Opens a notebook of a Lab's. */
export async function openNotebook(browser: Browser, address: string, lab: Lab): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  page.setDefaultTimeout(240_000);
  await page.goto(address);
  const editor = page.locator(".jp-CodeCell .cm-content[data-language=typescript]").first();
  await editor.waitFor().catch((error: unknown) => {
    throw new Error(`no cell was taken for TypeScript; the server printed\n${lab.printed()}`, { cause: error });
  });
  return page;
}

/** Runs a cell until something is there: Lab passes over a cell that is run before its kernel is connected. */
export async function runUntil(page: Page, cell: number, sign: Locator): Promise<void> {
  const runs = async () => {
    await page.locator(".jp-CodeCell .cm-content").nth(cell).click();
    await page.keyboard.press("Control+Enter");
    return sign.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(runs, { timeout: 240_000, message: "what the cell shows" }).toBe(true);
}
