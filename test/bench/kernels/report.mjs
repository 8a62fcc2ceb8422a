/** KERNEL.md: what a run measured, in Markdown. */
import { measures } from "./measures.mjs";

const sorted = (list) => [...list].sort((a, b) => a - b);
const at = (list, share) => sorted(list)[Math.min(list.length - 1, Math.floor(share * list.length))];
const median = (list) => at(list, 0.5);
const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** What is asked of ours: of a measure, relative to another kernel's or itself, or absolute. */
const bounds = [
  { measure: "info", peer: "Deno", most: 1 },
  { measure: "first", most: { "Node 20": 1500, "Node 24": 1000 } },
  { measure: "libraryCold", most: 2000 },
  { measure: "libraryWarm", most: 100 },
  { measure: "number", peer: "ipykernel", most: 0.8 },
  { measure: "declaration", peer: "ipykernel", most: 1.2 },
  { measure: "completion", most: 15 },
  { measure: "inspection", most: 15 },
  ...["number", "declaration", "completion", "inspection"].map((measure) => ({
    measure: `${measure}Late`,
    before: measure,
    most: 1.5,
  })),
  { measure: "memory", most: 250 },
];

/**
 * @param section title, kernels, samples by kernel's name and measure, and the number of cells
 */
export function report({ title, kernels, samples, cells }) {
  const list = (kernel, measure) => samples[kernel.name]?.[measure];
  const titleOf = (measure) => measures[measure].title.replace("CELLS", cells.toLocaleString("en"));
  const ours = kernels.filter(({ kind }) => kind === "stridelab");
  const rows = Object.entries(measures).flatMap(([measure, { unit }]) => {
    if (!kernels.some((kernel) => list(kernel, measure))) return [];
    const found = kernels.map((kernel) => list(kernel, measure));
    return [[`${titleOf(measure)}, ${unit}`, ...found.map((each) => (each ? `${digits(median(each))} (${digits(at(each, 0.9))})` : ""))]];
  });
  const peers = kernels.filter(({ kind }) => kind !== "stridelab");
  const ratios = Object.keys(measures).flatMap((measure) => {
    if (!ours.some((kernel) => list(kernel, measure))) return [];
    const cellsOf = ours.flatMap((own) =>
      peers
        .filter(({ node }) => node === undefined || node === own.node)
        .map((peer) => {
          const [mine, its] = [list(own, measure), list(peer, measure)];
          return mine && its ? digits(median(mine) / median(its)) : "";
        }),
    );
    return [[titleOf(measure), ...cellsOf]];
  });
  const columns = ours.flatMap((own) =>
    peers.filter(({ node }) => node === undefined || node === own.node).map((peer) => `${own.node}: ÷ ${peer.kind}`),
  );
  const verdicts = ours.flatMap((own) =>
    bounds.flatMap(({ measure, peer, before, most }) => {
      const mine = list(own, measure);
      const other = peer ? list(kernels.find(({ kind }) => kind === peer), measure) : before ? list(own, before) : undefined;
      if (!mine || ((peer || before) && !other)) return [];
      const value = other ? median(mine) / median(other) : median(mine);
      const bound = typeof most === "object" ? most[own.node] : most;
      if (bound === undefined) return [];
      const unit = other ? `× ${peer ?? "before"}` : measures[measure].unit;
      return [[`${own.node}: ${titleOf(measure)}`, `${bound} ${unit}`, digits(value), value <= bound ? "reached" : "**missed**"]];
    }),
  );
  return [
    `## ${title}`,
    "Median (90th percentile):",
    markdown(["", ...kernels.map(({ name }) => name)], rows),
    "Ours divided by theirs, medians; below 1 ours is faster, or smaller:",
    markdown(["", ...columns], ratios),
    "What is asked:",
    markdown(["", "at most", "found", ""], verdicts),
  ].join("\n\n");
}
