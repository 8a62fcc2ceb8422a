/** The desk: a drawing, the answer, the layers. Its colours are variables, which its surroundings set. */
export const style = `
.desk { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; align-items: flex-start; }
.drawing { display: block; max-width: 100%; border: 1px solid var(--line); border-radius: 8px; cursor: crosshair; touch-action: none; }
.tools { display: flex; flex-wrap: wrap; gap: 0.8rem; align-items: center; max-width: 336px; margin-top: 0.7rem; font-size: 1rem; }
.tools figure { display: flex; gap: 0.6rem; align-items: center; margin: 0; flex: 1 1 100%; }
.tools label { position: relative; }
.tools input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
.seen { width: 64px; image-rendering: pixelated; border: 1px solid var(--line); }
button, .tools label { font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: 8px; padding: 0.3em 1em; cursor: pointer; }
button:hover, .tools label:hover { background: var(--line); }
:focus-visible, .tools label:focus-within { outline: 3px solid #009e73; outline-offset: 2px; }
.bars { flex: 1 1 22rem; display: grid; grid-template-columns: fit-content(9rem) 1fr 5.2rem; column-gap: 0.7rem; margin: 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; align-items: center; min-height: 2.1rem; }
.bars li:not(.likeliest) { color: var(--soft); }
.bars .likeliest { font-weight: 700; }
.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: end; }
.share { text-align: end; font-variant-numeric: tabular-nums; }
.track { height: 1.2rem; border-radius: 4px; background: var(--line); overflow: hidden; }
.bar { display: block; height: 100%; background: var(--bar); }
.layers p { margin: 0 0 1rem; max-width: 44rem; font-size: 1rem; color: var(--soft); }
.layers figure { margin: 0 0 1rem; }
.layers figcaption { font-size: 1rem; color: var(--soft); margin-bottom: 0.2rem; }
.layers canvas { display: block; max-width: 100%; image-rendering: pixelated; }
`;

/** Around it, a page of its own. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1e21; --ground: #ffffff; --soft: #565c64; --line: #d5d9de; --bar: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e9ec; --ground: #14171a; --soft: #a9b1ba; --line: #3a4149; --bar: #56b4e9; }
}
body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; background: var(--ground); color: var(--ink);
  font: 1.15rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 0.4em; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 1.6em 0 0.4em; font-size: 1.3rem; }
`;

/**
 * Around it, the output of a cell: the page's own text colour, whether that is light or dark, and less room. Directions are
 * those of English text, also on pages in another.
 */
export const outputStyle = `
:host { --soft: color-mix(in srgb, currentColor 72%, transparent); --line: rgba(128, 128, 128, 0.35); --bar: #3d93c9; }
.demo, .title, .note { font: 15px/1.4 system-ui, sans-serif; }
.demo { direction: ltr; text-align: left; display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; padding: 4px; }
.desk { flex: 1 1 30rem; gap: 1rem 1.5rem; }
.title { margin: 0 0 0.4em; font-weight: 650; }
.note { margin: 0.4em 0; min-height: 1.4em; color: var(--soft); max-width: 60em; }
.tools { max-width: 252px; font-size: inherit; }
.seen { width: 56px; }
.bars { flex: 1 1 13rem; max-width: 28rem; grid-template-columns: fit-content(7rem) 1fr 4.4rem; column-gap: 0.5rem; }
.bars li { min-height: 25px; }
.track { height: 15px; }
.layers { flex: 1 1 25rem; max-width: 60rem; }
.layers:not(.filters) { display: flex; flex-wrap: wrap; gap: 0.5rem 1.2rem; align-items: flex-start; }
h2 { display: none; }
.layers p { order: 1; margin: 0; flex: 1 1 100%; font-size: 0.85em; }
.layers figure { margin: 0; }
.layers figcaption { font-size: 0.85em; }
`;
