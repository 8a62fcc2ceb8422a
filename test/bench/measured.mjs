// What runs of the peers' harness measured: times of the library against times of its peers, inside one run alone.

/** The library's name among the peers. */
export const us = "ours";

/** How far checksums may differ, relative to the root mean square that they hold: "about four digits". */
const agreement = 5e-4;

/** A place among figures: `torch 2 vgg_5`. */
export const key = (...parts) => parts.join(" ");

/**
 * What some runs on one version of Node measured.
 *
 * @param lines those of `peers.mjs`, parsed
 * @returns `own`: our line a (threads, case); `ratios`: of times, a (peer, threads, case); `gains`: two threads over one, a
 *   case; both as `{ best, median }`. `startups`, `memory`: those lines; `versions`: of the peers; `disagreeing`: where
 *   checksums do not agree; `failures`: our lines of what went wrong
 */
export function measured(lines) {
  const [own, ratios, gains, versions] = [new Map(), new Map(), new Map(), new Map()];
  const disagreeing = [];
  const faster = (other, mine) => ({ best: other.best_ms / mine.best_ms, median: other.med_ms / mine.med_ms });
  let run = []; // our lines since the last beginning
  const wholeLines = lines.filter((line) => !line.err);
  for (const [i, line] of wholeLines.entries()) {
    if (line.run) run = [];
    if (line.hello) versions.set(line.name, line.version ?? line.node);
    if (line.peer !== us || line.startup) continue;
    const { threads, case: name } = line;
    own.set(key(threads, name), line);
    run.push(line);
    const single = run.find((other) => other.case === name && other.threads === 1);
    if (threads === 2 && single) gains.set(name, faster(single, line));
    // the harness writes a case's lines one after the other
    for (const other of neighbours(wholeLines, i)) {
      if (other.peer === us || other.threads !== threads) continue;
      ratios.set(key(other.peer, threads, name), faster(other, line));
      if (!agree(line.checksum, other.checksum)) disagreeing.push({ peer: other.peer, case: name });
    }
  }
  const startups = wholeLines.filter((line) => line.startup);
  const memory = wholeLines.filter((line) => line.fresh);
  const failures = lines.filter((line) => line.err && line.peer === us);
  return { own, ratios, gains, versions, disagreeing, startups, memory, failures };
}

/** The lines of the same case around one, of the same run. */
function neighbours(lines, i) {
  const same = (line) => line !== undefined && line.case === lines[i].case && !line.startup;
  let [from, to] = [i, i];
  while (same(lines[from - 1])) from--;
  while (same(lines[to + 1])) to++;
  return lines.slice(from, to + 1);
}

function agree([mean, rms], [otherMean, otherRms]) {
  return Math.max(Math.abs(mean - otherMean), Math.abs(rms - otherRms)) <= agreement * rms;
}
