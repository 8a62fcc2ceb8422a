import { Graph, layout } from "@dagrejs/dagre";

/** A box to be placed, in pixels; `inputs` are the places of others in the list. */
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly inputs: readonly number[];
}

/** Where boxes lie, by their middles, and which way the lines between them take. */
export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Point[];
  readonly lines: readonly (readonly Point[])[];
}

/** In pixels from the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Places boxes in layers from top to bottom, with few crossings of the lines between them. */
export function layered(boxes: readonly Box[]): Placed {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 28, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [i, { width, height }] of boxes.entries()) graph.setNode(`${i}`, { width, height });
  const edges = boxes.flatMap(({ inputs }, to) => inputs.map((from) => [`${from}`, `${to}`] as const));
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const middles = boxes.map((_, i) => graph.node(`${i}`) as Point);
  const ways = edges.map(([from, to]) => (graph.edge(from, to) as { points: Point[] }).points);
  // It sets siblings from right to left; branches are read in the order they are written. And lines may leave its frame.
  const reached = [...ways.flat(), ...middles.flatMap(({ x, y }, i) => corners(x, y, boxes[i] as Box))];
  const right = reached.reduce((most, { x }) => Math.max(most, x), 0);
  const left = reached.reduce((least, { x }) => Math.min(least, x), right);
  const bottom = reached.reduce((most, { y }) => Math.max(most, y), 0);
  const mirrored = ({ x, y }: Point): Point => ({ x: right - x + MARGIN, y });
  return {
    width: right - left + 2 * MARGIN,
    height: bottom + MARGIN,
    boxes: middles.map(mirrored),
    lines: ways.map((points) => points.map(mirrored)),
  };
}

const MARGIN = 12;

const corners = (x: number, y: number, { width, height }: Box): Point[] => [
  { x: x - width / 2, y },
  { x: x + width / 2, y: y + height / 2 },
];
