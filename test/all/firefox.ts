import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserType } from "playwright-core";
import { installSystemPackages, onPath } from "./python.mjs";
import { npmPackage } from "./tools.ts";

/**
 * Drives the Firefox that people have, by WebDriver BiDi. Later versions ask it for a command that its long-term release of
 * 2026 does not know; the project's own, which drives Chromium, need not wait for that.
 */
const DRIVER = "playwright-core@1.64.1";

/** The path of a Firefox, installed if need be; undefined where it is not there and cannot be. */
export function firefoxPath(): string | undefined {
  const found = () => onPath("firefox-esr", "firefox");
  if (found() === undefined) {
    try {
      installSystemPackages("firefox-esr");
    } catch {
      return undefined; // not Debian, or not its administrator
    }
  }
  return found();
}

export async function startFirefox(executablePath: string): Promise<Browser> {
  const driver = pathToFileURL(join(await npmPackage(DRIVER), "index.mjs")).href;
  const { firefox } = (await import(driver)) as { firefox: BrowserType };
  return firefox.launch({ channel: "moz-firefox", executablePath });
}
