import type { DemoSettings } from "./answer.ts";

/** What an output knows of its network, beside what a page does. */
export interface EmbeddedSettings extends DemoSettings {
  readonly layers: readonly string[];
  readonly pixels: string;
}

/** What a page that computes by itself is made of. */
export interface EmbedParts {
  /** What there is to see until its script runs, and where none does. */
  readonly still: string;
  readonly settings: DemoSettings;
  /** Paths of the layers that are shown. */
  readonly layers: readonly string[];
  /** An ONNX file in base64. */
  readonly network: string;
  /** Bytes of the drawing in base64. */
  readonly pixels: string;
  /** The script of `exportDemo`'s page, gzip in base64. */
  readonly script: string;
}

/** A network within the output of a cell: the picture and, below it, what brings it to life. */
export function embedHtml({ still, settings, layers, network, pixels, script }: EmbedParts): string {
  const json = JSON.stringify({ ...settings, layers, pixels } satisfies EmbeddedSettings).replaceAll("<", "\\u003c");
  return (
    `<div data-stridelab-demo>${still}` +
    `<script type="application/json">${json}</script><script type="text/plain">${network}</script>` +
    `<script>(${unpack})("${script}")</script></div>`
  );
}

/**
 * Says that its element is there as a whole, which a page that still loads cannot say of the next one, and runs the script that
 * travelled packed, a third of its size.
 */
const unpack = `async (packed) => {
  const own = document.currentScript?.closest("[data-stridelab-demo]");
  for (const host of own ? [own] : document.querySelectorAll("[data-stridelab-demo='']")) host.dataset.stridelabDemo = "whole";
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
}`;
