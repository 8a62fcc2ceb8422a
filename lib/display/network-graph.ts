import { checkInteger, checkOptions } from "../errors.ts";
import { built, type NetworkOrBuilder } from "../nn/summary.ts";
import { checkShape } from "../tensor/check.ts";
import { formatCount, joinSentences, plural } from "./format.ts";
import { graphSvg, linesOf } from "./graph-svg.ts";
import { type GraphNode, graphNodes, traceGraph } from "./graph-trace.ts";
import { figureHtml, Picture } from "./picture.ts";
import { svgSize, svgUri } from "./svg.ts";

/** How a network's graph is drawn; every option may be left out. */
export interface NetworkGraphOptions {
  /** Default the network's class and the shape of its input. */
  readonly title?: string;
  /**
   * How many parts within each other are drawn: 1 draws the network's own parts alone, each as one box. Left out, as many as
   * make 90 boxes at most.
   */
  readonly depth?: number;
}

/** More boxes than this are no picture any more. */
const MOST_BOXES = 90;

/**
 * Draws a network as a graph: what goes where, from top to bottom. Any module will do: an example is followed through its
 * `forward` by shapes alone, so that branches, sums and what is computed between the parts are there as they run. Boxes are
 * parts, with their output and parameters; blue ones learn, orange ones have windows and nothing to learn; pills are operations
 * that `forward` calls itself. A part that runs twice is there twice.
 *
 * @param network or a function that builds it, then without weights
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @throws ShapeError if a layer does not fit the one before; OptionError for an unknown option
 * @example networkGraph(lenet5(), [1, 28, 28])
 * @example networkGraph(() => resnet({ depth: 18 }), [3, 224, 224], { depth: 1 })
 */
export function networkGraph(
  network: NetworkOrBuilder,
  inputShape: readonly number[],
  options: NetworkGraphOptions = {},
): Picture {
  checkOptions("networkGraph", options, ["title", "depth"]);
  if (options.depth !== undefined) checkInteger("networkGraph", "depth", options.depth, 1);
  checkShape("networkGraph", inputShape);
  const made = built("networkGraph", network);
  const trace = traceGraph(made, inputShape);
  const [nodes, depth] = boxesOf(trace, options.depth);
  const title = options.title ?? `${made.constructor.name} on [${inputShape.join(", ")}]`;
  const caption = joinSentences(
    `${plural(made.countParameters(), "parameter")}; a box says what comes out of it, channels first`,
    depth < trace.depth && `Parts are drawn to a depth of ${depth} of ${trace.depth}`,
  );
  const text = [title, ...textOf(nodes), caption].join("\n");
  const alt = joinSentences(`Graph of ${title}: ${plural(nodes.length, "box", "boxes")}`, caption);
  const svg = graphSvg(nodes, title, alt);
  const figure = { caption, alt, source: svgUri(svg), ...svgSize(svg) };
  return new Picture({ "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": text });
}

function boxesOf(trace: ReturnType<typeof traceGraph>, wanted: number | undefined): [GraphNode[], number] {
  if (wanted !== undefined) return [graphNodes(trace, wanted), Math.min(wanted, trace.depth)];
  for (let depth = trace.depth; depth > 1; depth--) {
    const nodes = graphNodes(trace, depth);
    if (nodes.length <= MOST_BOXES) return [nodes, depth];
  }
  return [graphNodes(trace, 1), 1];
}

/** A line a box: its number, what stands in it, and the numbers of those before it where that is not the line above. */
function textOf(nodes: readonly GraphNode[]): string[] {
  const width = formatCount(nodes.length).length;
  return nodes.map((node, i) => {
    const { inputs } = node;
    const usual = inputs.length === 1 && inputs[0] === i - 1;
    const from = i === 0 || usual ? "" : `  ← ${inputs.length === 0 ? "nothing" : inputs.join(", ")}`;
    return `${`${i}`.padStart(width)}  ${linesOf(node).join("  ")}${from}`;
  });
}
