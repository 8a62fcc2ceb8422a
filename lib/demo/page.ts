import { escapeHtml } from "../mime.ts";
import type { DemoSettings } from "./answer.ts";

/** What a page is made of. */
export interface DemoParts {
  readonly title: string;
  readonly caption: string;
  readonly settings: DemoSettings;
  /** An ONNX file in base64. */
  readonly network: string;
  /** JavaScript in which no element ends. */
  readonly script: string;
}

/** Whatever is in the page: it asks nobody for anything. WebAssembly is compiled from what the script itself writes. */
const POLICY =
  "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; " +
  "script-src 'unsafe-inline' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

/** The page as HTML. What there is to see, its script builds. */
export function demoPage({ title, caption, settings, network, script }: DemoParts): string {
  const json = JSON.stringify(settings).replaceAll("<", "\\u003c");
  const below = caption === "" ? "" : `<p dir="auto">${escapeHtml(caption)}</p>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="stridelab">
<title>${escapeHtml(title)}</title>
</head>
<body data-stridelab-demo="whole">
<h1 dir="auto">${escapeHtml(title)}</h1>
${below}
<main><noscript>This page computes in your browser: allow its script.</noscript></main>
<script type="application/json" id="settings">${json}</script>
<script type="text/plain" id="network">${network}</script>
<script>${script}</script>
</body>
</html>
`;
}
