/**
 * Text has the colour of what is around it, light or dark; squares bring their own. Sizes follow the page's, but for small
 * ones. Directions are fixed: numbers run from left to right on Persian pages, too.
 */
export const style = `
:host { display: block; }
.player { direction: ltr; text-align: left; font: max(1em, 15px)/1.45 system-ui, sans-serif; padding: 4px; }
.stage { display: flex; flex-wrap: wrap; gap: 0.6em 1.6em; align-items: flex-start; }
.channels, .maps { display: flex; flex-wrap: wrap; gap: 0.6em 1em; }
.maps { flex-direction: column; }
.channel { display: flex; flex-direction: column; gap: 0.5em; }
.single .channel { flex-direction: row; flex-wrap: wrap; gap: 0.5em 1.6em; }
.panel { margin: 0; }
.panel figcaption { font-size: 0.85em; opacity: 0.85; white-space: nowrap; }
.panel svg { display: block; max-width: 100%; height: auto; touch-action: manipulation; user-select: none;
  font-family: system-ui, sans-serif; }
.input svg, .output svg { cursor: crosshair; }
:focus-visible { outline: 2px solid #009e73; outline-offset: 2px; border-radius: 3px; }
.player:focus-visible { outline-offset: -2px; }
.sum { margin-top: 0.7em; min-height: 5.2em; max-height: 13em; overflow: auto; overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums; }
.head { font-weight: 650; font-size: 1.1em; }
.label { opacity: 0.75; }
.term { white-space: nowrap; }
.padding { opacity: 0.6; }
.masked { text-decoration: line-through; opacity: 0.6; }
.taken { font-weight: 700; text-decoration: underline; text-underline-offset: 0.2em; }
.pointed { outline: 2px solid #a8327f; border-radius: 3px; }
.touched { min-height: 1.5em; opacity: 0.9; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4em 0.5em; margin-top: 0.5em; }
button { display: inline-flex; align-items: center; justify-content: center; min-width: 2.4em; min-height: 2.2em; padding: 0 0.4em;
  font: inherit; color: inherit; background: transparent; border: 1px solid rgba(128, 128, 128, 0.7); border-radius: 6px; cursor: pointer; }
button:hover { background: rgba(128, 128, 128, 0.2); }
button:disabled { opacity: 0.4; cursor: default; }
button svg { width: 1.1em; height: 1.1em; }
input[type="range"] { flex: 1 1 9em; min-width: 8em; max-width: 22em; accent-color: #009e73; }
select { font: inherit; color: inherit; background: transparent; border: 1px solid rgba(128, 128, 128, 0.7); border-radius: 6px; padding: 0.3em; }
option { color: #1c1e21; background: #ffffff; }
.count { min-width: 6.5em; font-variant-numeric: tabular-nums; }
@media print { .controls, .touched { display: none; } .sum { max-height: none; } }
`;
