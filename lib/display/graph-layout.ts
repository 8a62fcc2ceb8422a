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
  graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 28, edgesep: 12, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [i, { width, height }] of boxes.entries()) graph.setNode(`${i}`, { width, height });
  const edges = boxes.flatMap(({ inputs }, to) => inputs.map((from) => [`${from}`, `${to}`] as const));
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  // It lays siblings from right to left; branches are read in the order they are written.
  const mirrored = ({ x, y }: Point): Point => ({ x: width - x, y });
  return {
    width,
    height,
    boxes: boxes.map((_, i) => mirrored(graph.node(`${i}`) as Point)),
    lines: edges.map(([from, to]) => (graph.edge(from, to) as { points: Point[] }).points.map(mirrored)),
  };
}
