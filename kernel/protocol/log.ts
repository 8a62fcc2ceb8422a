import { writeSync } from "node:fs";

/** Lines, and characters of each: together less than the 64 KB that a pipe holds whose other end nobody reads. */
const mostLines = 200;
const longestLine = 200;

/**
 * A log on the process's own stderr, for whoever looks after kernels, written at once and from any thread. It ends after
 * 200 lines: a pipe that is full would block the thread that writes, or fail, and anybody can cause lines.
 */
export function stderrLog(): (text: string) => void {
  let lines = 0;
  return (text) => {
    if (lines === mostLines) return;
    lines++;
    const line = [...text.replace(/\p{Cc}+/gu, " ")].slice(0, longestLine).join("");
    try {
      writeSync(2, lines === mostLines ? "log: nothing is logged from here on\n" : `${line}\n`);
    } catch {
      lines = mostLines; // full, or closed: nobody reads
    }
  };
}
