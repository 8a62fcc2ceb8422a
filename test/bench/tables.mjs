// The tables of RESULTS.md: what runs of the peers' harness measured, in Markdown.
import { key, measured, us } from "./measured.mjs";
import { judge, memoryLimits, startupAim } from "./targets.mjs";

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** `86 (81)`: best and median, two digits and more. */
const pair = (best, median) => `${digits(best)} (${digits(median)})`;
const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Everything that `threads` threads computed, one row a case: speed, part of the peaks, ratio to each peer. */
function speeds({ own, ratios, gains }, threads, peaks) {
  const mine = [...own.values()].filter((line) => line.threads === threads);
  const peers = [...new Set([...ratios.keys()].map((name) => name.split(" ")[0]))];
  const there = peers.filter((peer) => mine.some((line) => ratios.has(key(peer, threads, line.case))));
  const times = (found) => (found ? pair(found.best, found.median) : "");
  const rows = mine.map((line) => [
    line.case,
    pair(line.best_ms, line.med_ms),
    line.img_s === undefined ? "" : pair((line.img_s * line.med_ms) / line.best_ms, line.img_s),
    pair(line.gflops_best, line.gflops),
    ...peaks.map(({ limits }) => `${((100 * line.gflops_best) / limits[threads - 1]).toFixed(0)} %`),
    ...(threads === 2 ? [times(gains.get(line.case))] : []),
    ...there.map((peer) => times(ratios.get(key(peer, threads, line.case)))),
  ]);
  const head = [
    "case",
    "ms",
    "images/s",
    "GFLOP/s",
    ...peaks.map(({ name }) => `of ${name}`),
    ...(threads === 2 ? ["× 1 thread"] : []),
    ...there.map((peer) => `× ${peer}`),
  ];
  return markdown(head, rows);
}

function verdicts({ ratios, gains }) {
  const found = judge(
    (peer, threads, name) => ratios.get(key(peer, threads, name))?.best,
    (name) => gains.get(name)?.best,
  );
  const rows = found.map(({ peer, what, threads, worst, ratio, must, aim, verdict }) => [
    ...[peer, what, threads, worst, digits(ratio), must, aim ?? ""],
    verdict === "missed" ? `**missed**, ${digits(ratio / must)} of it` : verdict,
  ]);
  return markdown(["against", "what", "threads", "worst case", "ratio", "must", "aim", "reached"], rows);
}

/** Where a peer is faster, the farthest ahead first: one line a peer and number of threads. */
function losses({ ratios }) {
  const lost = [...ratios].filter(([, { best }]) => best < 1).sort(([, a], [, b]) => a.best - b.best);
  const lines = new Map();
  for (const [name, { best }] of lost) {
    const [peer, threads, work] = name.split(" ");
    const place = `${peer}, ${threads} thread${threads === "1" ? "" : "s"}`;
    lines.set(place, [...(lines.get(place) ?? []), `${work} ${digits(best)}`]);
  }
  return [...lines].map(([place, cases]) => `- ${place}: ${cases.join(", ")}`).join("\n") || "Nowhere.";
}

/** Fresh processes: the time to the end of the first run of a case. */
function startups(lines) {
  const rows = lines.map((line) => {
    const rivals = lines.filter((other) => other.case === line.case && other.peer !== us);
    const ahead = rivals.every((other) => other.first_result_ms > line.first_result_ms);
    const reached = ahead ? (line.first_result_ms < startupAim ? "aim" : "must") : "**missed**";
    return [
      line.case,
      line.peer,
      line.ready_ms,
      line.first_result_ms,
      line.peak_rss_mb,
      line.peer === us ? reached : "",
    ];
  });
  return markdown(
    ["first run of", "peer", "ready, ms", "done, ms", "peak RSS, MB", `ahead of all; aim ${startupAim} ms`],
    rows,
  );
}

/** Fresh processes that go on for a while: how much memory they had at most. */
function memory(lines) {
  const rows = lines.map(({ case: name, threads, runs, peak_mb }) => {
    const limit = memoryLimits[name];
    return [name, threads, runs, peak_mb, limit ?? "", limit === undefined || peak_mb < limit ? "" : "**missed**"];
  });
  return markdown(["case", "threads", "runs", "peak RSS, MB", "must be below", ""], rows);
}

/** All tables of one section, the lines of one run. @param peaks `{ name, limits: [one thread, two] }` each */
export function tables(lines, peaks, title = `Node ${lines[0]?.node ?? ""}`) {
  const all = measured(lines);
  const begins = lines.filter((line) => line.run);
  const list = (values) => [...new Set(values)].map((value) => `- ${value}`);
  const differing = all.disagreeing.map(({ peer, case: name }) => `${peer} in ${name}`);
  return [
    `## ${title}`,
    list(begins.map(({ run, args, machine }) => `\`${[run, ...args].join(" ")}\`, ${machine}`)).join("\n"),
    list([...all.versions].map(([name, version]) => `${name} ${version.replace(/[{}"]/g, "")}`)).join("\n"),
    `Checksums: ${differing.length > 0 ? `**differ** from ${differing.join(", ")}` : "all agree"}.`,
    ...all.failures.map(({ case: name, threads, err }) => `**Failed** on ${name}, ${threads} threads: ${err}`),
    ...[1, 2]
      .filter((threads) => [...all.own.values()].some((line) => line.threads === threads))
      .flatMap((threads) => [
        `### ${threads === 1 ? "One thread" : "Two threads"}: best (median)`,
        speeds(all, threads, peaks),
      ]),
    ...(all.own.size > 0 ? ["### What was promised", verdicts(all), "### Where we lose", losses(all)] : []),
    ...(all.startups.length > 0 ? ["### A fresh process", startups(all.startups)] : []),
    ...(all.memory.length > 0 ? ["### Memory", memory(all.memory)] : []),
  ].join("\n\n");
}
