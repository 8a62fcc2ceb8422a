import { formatCount, shorten } from "./format.ts";
import { layered, type Point } from "./graph-layout.ts";
import type { GraphNode } from "./graph-trace.ts";
import { element, ink, label, paleInk, round, svgDocument, textWidth } from "./svg.ts";

const SIZE = { name: 14, line: 12, pad: 10, title: 17 };

/** Ground and line of each kind of box; words say the same, so nobody need tell the colours apart. */
const looks: Record<GraphNode["role"], { readonly fill: string; readonly stroke: string }> = {
  learned: { fill: "#dcebf7", stroke: "#0072b2" },
  window: { fill: "#fbe7d6", stroke: "#d55e00" },
  part: { fill: "#f1f3f5", stroke: "#8a929c" },
  operation: { fill: "#ffffff", stroke: "#5a616b" },
  end: { fill: "#2b2f36", stroke: "#2b2f36" },
};

/** What stands in a box: its name, its kind, and what comes out of it. */
export function linesOf({ name, kind, role, shape, parameters }: GraphNode): readonly string[] {
  const size = shape.length === 0 ? "1 number" : shape.join(" × ");
  const learned = parameters > 0 ? `${formatCount(parameters)} parameters` : "";
  if (role === "end") return [`${name}  ${size}`];
  if (role === "operation") return [name];
  const out = [size, learned].filter(Boolean).join(" · ");
  return [name, ...(kind === name ? [] : [kind]), out];
}

/** The graph as a picture that needs no script. @param description the graph in words */
export function graphSvg(nodes: readonly GraphNode[], title: string, description: string): string {
  const texts = nodes.map((node) => linesOf(node).map((line, i) => cut(line, i === 0 ? 34 : 44)));
  const boxes = texts.map((lines, i) => ({
    width: 2 * SIZE.pad + Math.max(...lines.map((line, at) => textWidth(line, at === 0 ? SIZE.name : SIZE.line))),
    height: 2 * SIZE.pad + SIZE.name + (lines.length - 1) * 17 - 2,
    inputs: nodes[i]!.inputs,
  }));
  const placed = layered(boxes);
  const head = shorten(title, Math.max(30, Math.floor(placed.width / (SIZE.title * 0.6))));
  const width = Math.max(placed.width, textWidth(head, SIZE.title) + 24);
  const top = 40;
  const drawn = nodes.map((node, i) => {
    const { x, y } = placed.boxes[i]!;
    return boxOf(node, texts[i]!, { x, y: y + top, ...boxes[i]! });
  });
  const lines = placed.lines.map((points) => arrow(points.map(({ x, y }) => ({ x, y: y + top }))));
  const heading = label(head, 12, 26, SIZE.title, { "font-weight": 600 });
  return svgDocument(width, placed.height + top, description, [heading, ...lines, ...drawn]);
}

/** The end of a path says more than its beginning. */
function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `…${characters.slice(1 - most).join("")}`;
}

function boxOf(
  { role }: GraphNode,
  lines: readonly string[],
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): string {
  const round = role === "operation" || role === "end" ? height / 2 : 5;
  const frame = { x: x - width / 2, y: y - height / 2, width, height, rx: round, ...looks[role], "stroke-width": 1.3 };
  const fill = role === "end" ? "#ffffff" : ink;
  const words = lines.map((line, i) => {
    const base = y - height / 2 + SIZE.pad + SIZE.name - 2 + i * 17;
    const first = i === 0 ? { "font-weight": 600, fill } : { fill: paleInk };
    return label(line, x, base, i === 0 ? SIZE.name : SIZE.line, { "text-anchor": "middle", ...first });
  });
  return element("rect", frame) + words.join("");
}

/** A smooth line through the middles between its points, with a head. */
function arrow(points: readonly Point[]): string {
  const [first, last, before] = [points[0]!, points.at(-1)!, points.at(-2)!];
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const middle = (a: Point, b: Point) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const bends = points.slice(1, -1).map((point, i) => {
    const next = points[i + 2]!;
    return `Q${at(point)} ${at(i === points.length - 3 ? next : middle(point, next))}`;
  });
  const d = `M${at(first)}${bends.length === 0 ? `L${at(last)}` : bends.join("")}`;
  const turn = Math.atan2(last.y - before.y, last.x - before.x);
  const corner = (by: number) => ({ x: last.x - 8 * Math.cos(turn + by), y: last.y - 8 * Math.sin(turn + by) });
  const head = `M${at(last)}L${at(corner(0.42))}L${at(corner(-0.42))}Z`;
  return (
    element("path", { d, fill: "none", stroke: paleInk, "stroke-width": 1.4 }) +
    element("path", { d: head, fill: paleInk })
  );
}
