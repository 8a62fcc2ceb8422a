/** What buttons show, drawn on 16 × 16: letters for these look like pictures on some systems. */
const paths = {
  first: "M2 3h2v10H2zM9 3v10L4 8zM14 3v10L9 8z",
  back: "M12 3h2v10h-2zM10 3v10L3 8z",
  play: "M4 2.5v11L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M2 3h2v10H2zM6 3v10l7-5z",
} as const;

export type Icon = keyof typeof paths;

export function iconOf(name: Icon): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[name]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}
