import { MARGIN } from "../../display/player/grid.ts";
import type { Panel } from "../../display/player/view.ts";
import { html } from "../element.ts";

/** A place in one of the pictures. */
export interface Pointed {
  readonly kind: Panel["kind"];
  readonly index: number;
  readonly row: number;
  readonly column: number;
}

/** What somebody does with the pictures. */
export interface Gestures {
  point(pointed: Pointed | null): void;
  press(pointed: Pointed): void;
  /** By keys: from where the pointer was last. */
  nudge(panel: Panel, rows: number, columns: number): void;
}

interface Place {
  panel: Panel;
  readonly figure: HTMLElement;
  readonly heading: HTMLElement;
  readonly svg: SVGSVGElement;
  readonly cells: SVGGElement;
  readonly marks: SVGGElement;
}

/** The pictures of a player. They keep their elements from step to step, so that focus and pointer stay where they are. */
export class Stage {
  readonly element = html("div", { class: "stage" });
  readonly #gestures: Gestures;
  #places: Place[] = [];

  constructor(gestures: Gestures) {
    this.#gestures = gestures;
  }

  show(panels: readonly Panel[]): void {
    const same =
      panels.length === this.#places.length && panels.every(({ kind }, i) => kind === this.#places[i]!.panel.kind);
    if (!same) this.#rebuild(panels);
    for (const [i, panel] of panels.entries()) fill(this.#places[i]!, panel);
  }

  #rebuild(panels: readonly Panel[]): void {
    this.#places = panels.map((panel) => this.#make(panel));
    const single = panels.filter(({ kind }) => kind === "input").length === 1;
    const channels = html("div", { class: single ? "channels single" : "channels" });
    const maps = html("div", { class: "maps" });
    for (const { panel, figure } of this.#places) {
      if (panel.kind === "input") channels.append(html("div", { class: "channel" }, figure));
      else if (panel.kind === "filter") channels.lastElementChild?.append(figure);
      else maps.append(figure);
    }
    this.element.replaceChildren(channels, maps);
  }

  #make(panel: Panel): Place {
    const [svg, cells, marks] = [svgElement("svg"), svgElement("g"), svgElement("g")];
    svg.setAttribute("role", "img");
    marks.setAttribute("pointer-events", "none");
    svg.append(cells, marks);
    const heading = html("figcaption");
    const figure = html("figure", { class: `panel ${panel.kind}` }, heading, svg);
    const place: Place = { panel, figure, heading, svg, cells, marks };
    if (panel.kind === "filter") return place;
    const point = (event: PointerEvent): void => this.#gestures.point(placeUnder(place, event));
    svg.addEventListener("pointerenter", point);
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerleave", () => this.#gestures.point(null));
    svg.addEventListener("click", (event) => {
      const pressed = placeUnder(place, event);
      if (pressed) this.#gestures.press(pressed);
    });
    if (panel.kind === "input") {
      svg.setAttribute("tabindex", "0");
      svg.addEventListener("keydown", (event) => {
        const by = arrows[event.key];
        if (by === undefined && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        if (by) this.#gestures.nudge(place.panel, ...by);
        else this.#gestures.point(null);
      });
    }
    return place;
  }
}

const arrows: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function svgElement<K extends keyof SVGElementTagNameMap>(name: K): SVGElementTagNameMap[K] {
  return document.createElementNS("http://www.w3.org/2000/svg", name);
}

function fill(place: Place, panel: Panel): void {
  const { svg, heading, cells, marks } = place;
  // Squares that stay the same stay: under a pointer, new ones would be left and entered anew.
  if (cells.innerHTML === "" || panel.cells !== place.panel.cells) cells.innerHTML = panel.cells;
  if (marks.innerHTML === "" || panel.marks !== place.panel.marks) marks.innerHTML = panel.marks;
  place.panel = panel;
  heading.textContent = panel.heading;
  svg.setAttribute("viewBox", `0 0 ${panel.width} ${panel.height}`);
  svg.setAttribute("width", `${panel.width}`);
  svg.setAttribute("height", `${panel.height}`);
  const { height, width } = panel.grid.area;
  const keys = panel.kind === "input" ? "; arrow keys point at its numbers" : "";
  svg.setAttribute("aria-label", `${panel.heading}: ${height} by ${width} numbers${keys}`);
}

/** Where a pointer is, in the grid's coordinates. */
function placeUnder({ panel, svg }: Place, event: MouseEvent): Pointed | null {
  const { left, top, width } = svg.getBoundingClientRect();
  const scale = panel.width / width;
  const { area, cell } = panel.grid;
  const column = Math.floor(((event.clientX - left) * scale - MARGIN) / cell);
  const row = Math.floor(((event.clientY - top) * scale - MARGIN) / cell);
  if (row < 0 || row >= area.height || column < 0 || column >= area.width) return null;
  return { kind: panel.kind, index: panel.index, row: row + area.top, column: column + area.left };
}
