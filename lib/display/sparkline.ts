const bars = "▁▂▃▄▅▆▇█";

/**
 * A curve as one short line of text: each character the mean of its share of the values, `·` where none is finite.
 *
 * @param width characters at most
 */
export function sparkline(values: ArrayLike<number>, width = 40): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * values.length) / columns);
    const end = Math.floor(((column + 1) * values.length) / columns);
    let [sum, count] = [0, 0];
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(values[i])) continue;
      sum += values[i] as number;
      count++;
    }
    return count === 0 ? Number.NaN : sum / count;
  });
  const finite = means.filter((mean) => !Number.isNaN(mean));
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  const level = (mean: number) => (max > min ? Math.round(((mean - min) / (max - min)) * (bars.length - 1)) : 3);
  return means.map((mean) => (Number.isNaN(mean) ? "·" : bars[level(mean)])).join("");
}
