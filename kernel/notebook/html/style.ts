import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The page's style sheet without its fonts. */
export const styleSheet = ({ math }: { math: boolean }): string => (math ? `${mathStyles()}\n${STYLES}` : STYLES);

/** Temml's own rules for its MathML; their font file is left out, since `fonts.ts` embeds one. */
function mathStyles(): string {
  const file = createRequire(import.meta.url).resolve("temml/dist/Temml-STIX2.css");
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@font-face\s*\{[^}]*\}/, "")
    .replace("font-family: STIX2, math", 'font-family: "STIX Two Math", math')
    .trim();
}

/*
 * Sized for a projector: 20 px text, every pair of text and ground at least 4.5 : 1 (WCAG 2.2, 1.4.3) in both schemes.
 * Pictures keep a light ground in the dark scheme, because most are drawn for paper.
 */
const STYLES = `
:root {
  --text-face: "Source Serif 4 Variable", "Vazirmatn Variable", "STIX Two Math", Georgia, serif;
  --code-face: "JetBrains Mono Variable", "Vazirmatn Variable", "STIX Two Math", ui-monospace, monospace;
}
:root, .paper {
  color-scheme: light;
  --ground: #ffffff; --ink: #1c1e21; --soft: #565c64; --faint: #8b929b; --line: #e2e5e9;
  --panel: #f6f7f9; --accent: #0a6b74; --accent-ground: #e4f3f3;
  --bad: #b3261e; --bad-ground: #fdf0ee; --warn: #8a5a00; --warn-ground: #fdf6e7;
  --keyword: #8a2b8f; --string: #28692c; --number: #a4430b; --name: #1d4f9f; --type: #0a6b74; --remark: #666d76;
  --series-1: #0b7285; --series-2: #d9480f; --series-3: #5f3dc4; --series-4: #2b8a3e; --series-5: #c2255c;
  --series-6: #8a6d00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #14171a; --ink: #e7e9ec; --soft: #a9b1ba; --faint: #7e8790; --line: #30363d;
    --panel: #1c2126; --accent: #5cc8d0; --accent-ground: #12333a;
    --bad: #ff9d92; --bad-ground: #331b1a; --warn: #f0c36a; --warn-ground: #2e2613;
    --keyword: #d99be0; --string: #8fce93; --number: #f0a070; --name: #8db8ff; --type: #6fd0d6; --remark: #949ca6;
    --series-1: #4dc4d6; --series-2: #ff8c5a; --series-3: #a48bff; --series-4: #69c97d; --series-5: #f783ac;
    --series-6: #e0c14f;
  }
}

* { box-sizing: border-box; }
html { font-size: 125%; scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 1rem/1.6 var(--text-face); }
main { max-width: 61rem; margin: 0 auto; padding: 3rem 1.5rem 6rem; }
/* Text keeps a readable measure; code, made for lines of up to 120 characters, may use the whole column. */
.text > *, .html, .picture, .output > .math-error, .output > math { max-width: 43rem; }

h1, h2, h3, h4 { line-height: 1.2; font-weight: 650; text-wrap: balance; margin: 2.2em 0 0.6em; scroll-margin-top: 1rem; }
h1 { font-size: 2.1rem; letter-spacing: -0.015em; margin-top: 0; }
h2 { font-size: 1.45rem; letter-spacing: -0.01em; padding-top: 0.9em; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; }
h4 { font-size: 1rem; }
p, ul, ol, blockquote, pre, figure, .scroll { margin: 0 0 1em; }
ul, ol { padding-inline-start: 1.4em; }
li { margin-bottom: 0.25em; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
strong { font-weight: 650; }
img { max-width: 100%; height: auto; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2.5em 0; }
blockquote { padding-inline-start: 1em; border-inline-start: 3px solid var(--accent); color: var(--soft); }
:is(p, li, h1, h2, h3, h4, blockquote, td, th):dir(rtl) { line-height: 1.85; }

code, pre, kbd, samp { font-family: var(--code-face); font-size: 0.78rem; font-variant-ligatures: none; direction: ltr; }
:not(pre) > code { font-size: 0.84em; padding: 0.1em 0.3em; border-radius: 4px; background: var(--panel); unicode-bidi: isolate; }
pre { line-height: 1.55; overflow-x: auto; tab-size: 2; text-align: left; }
pre code { font-size: inherit; }
.text pre, .source { padding: 0.7rem 0.85rem; border-radius: 8px; background: var(--panel); border: 1px solid var(--line); }

.cell { position: relative; margin: 0 0 1.4rem; }
.cell.text > :last-child { margin-bottom: 0; }
.source { margin: 0; border-inline-start: 3px solid var(--accent); }
.count { position: absolute; right: 0.7em; top: 0.55em; font: 0.65rem/1 var(--code-face); color: var(--faint); }
.failed .source { border-inline-start-color: var(--bad); }

.output { margin: 0.7rem 0 0; padding-inline-start: calc(0.85rem + 3px); overflow-x: auto; }
.output > :last-child { margin-bottom: 0; }
/* Tables may use the whole column. */
.html:has(table) { max-width: none; }
.html figcaption { max-width: 43rem !important; }
pre.output, .output pre { font-size: 0.78rem; white-space: pre-wrap; overflow-wrap: anywhere; margin-bottom: 0; }
.output.error, .output.stderr { padding: 0.6rem 0.85rem; border-radius: 8px; border-inline-start: 3px solid; }
.output.error { color: var(--bad); background: var(--bad-ground); white-space: pre; overflow-wrap: normal; }
.output.stderr { color: var(--warn); background: var(--warn-ground); }
.picture { display: block; border-radius: 6px; }
@media screen and (prefers-color-scheme: dark) { .picture { background: #fff; padding: 0.4rem; } }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; line-height: 1.45; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: 0.35em 0.9em; text-align: start; }
th { font-weight: 650; }
/* A table with a style of its own brings its own lines. */
table:not([style]) thead th { border-bottom: 2px solid var(--faint); }
table:not([style]) td { border-bottom: 1px solid var(--line); }
.text :is(th, td):first-child { padding-inline-start: 0.2em; }

math { font-size: 1.06em; }
math.tml-display { margin: 1.1em 0; overflow-x: auto; overflow-y: hidden; }
.math-error, .missing { color: var(--bad); background: var(--bad-ground); padding: 0 0.3em; border-radius: 4px; }

figure.plotly .live { display: none; }
figure.plotly.drawn .live { display: block; }
figure.plotly.drawn .static { display: none; }
figure.plotly { margin: 0; }
.paper { background: var(--ground); color: var(--ink); border-radius: 6px; overflow: hidden; }

.contents { max-width: 61rem; margin: 0 auto; padding: 2rem 1.5rem 0; font-size: 0.8rem; line-height: 1.4; }
.contents ol { list-style: none; margin: 0; padding: 0; }
.contents li { margin: 0; padding: 0.25em 0; }
.contents .level-3 { padding-inline-start: 1.1em; }
.contents a { color: var(--soft); text-decoration: none; }
.contents a:hover, .contents a:focus-visible { color: var(--accent); text-decoration: underline; }
/* Where both have room beside each other. */
@media (min-width: 78rem) {
  .with-contents { display: grid; grid-template-columns: 15rem minmax(0, 61rem); justify-content: center; }
  .with-contents main { grid-column: 2; margin: 0; width: 100%; }
  .contents {
    position: sticky; top: 0; max-height: 100vh; overflow-y: auto; width: 100%; margin: 0; padding: 3.6rem 0 2rem 1.5rem; align-self: start;
  }
}

@media screen and (max-width: 45rem) {
  html { font-size: 106%; }
  main { padding: 1.5rem 1rem 4rem; }
  .contents { padding: 1.5rem 1rem 0; }
}

.hljs-keyword, .hljs-literal, .hljs-built_in.hljs-keyword { color: var(--keyword); }
.hljs-string, .hljs-regexp, .hljs-template-tag { color: var(--string); }
.hljs-number { color: var(--number); }
.hljs-title, .hljs-title.function_ { color: var(--name); }
.hljs-title.class_, .hljs-type, .hljs-built_in { color: var(--type); }
.hljs-comment { color: var(--remark); font-style: italic; }
.hljs-subst { color: inherit; }

@page { margin: 18mm 16mm; }
@media print {
  html { font-size: 70%; }
  main { max-width: none; padding: 0; }
  .text > *, .html, .picture { max-width: none; }
  /* Drawn for the window, not for the paper. */
  figure.plotly.drawn:has(.static img) .live { display: none; }
  figure.plotly.drawn:has(.static img) .static { display: block; }
  body.with-contents { display: block; }
  .contents { display: none; }
  h1, h2, h3 { break-after: avoid; }
  pre, img, figure, tr { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  a { color: inherit; }
}
`.trim();
