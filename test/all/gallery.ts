import type { Page } from "playwright-core";

export const gallery = "notebooks/experiments/gallery/gallery.nb.ts";

/** What is wrong with the pictures on a page: broken ones, those without extent, those without words. */
export const faults = (page: Page, outputs: string) =>
  page.evaluate<string[]>(`(async () => {
    const found = [];
    for (const image of document.querySelectorAll(${JSON.stringify(`${outputs} img`)})) {
      await image.decode().catch(() => undefined); // Firefox reads an address of data when it comes to it
      if (!image.complete || image.naturalWidth === 0) found.push("broken: " + image.alt);
      const player = image.closest("[data-stridelab-player]"); // stands in its still picture's place, in a tree of its own
      const seen = player?.shadowRoot ? player : image;
      if (seen.getBoundingClientRect().width === 0) found.push("no extent: " + image.alt);
      if (image.alt.trim() === "") found.push("no words: " + image.src.slice(0, 60));
    }
    return found;
  })()`);

/** Figures of plotly's: the curves, and what the notebook's own cells plot. */
export const FIGURES = 10;
/** The player's first map, and of how many products a number of it is the sum. */
export const played = [[28, 28], 25] as const;
export const figures = (page: Page) => page.locator(".js-plotly-plot .main-svg:first-child");
