import type { Finding, Status } from "./finding.ts";

const COLOURS: Record<Status, string> = { ok: "32", note: "36", look: "33", wrong: "31" };

/** What a terminal shows: a column for the verdict, one for the subject, and under a fault what mends it. */
export function printReport(title: string, findings: readonly Finding[], colours: boolean): string {
  const paint = (status: Status, text: string) => (colours ? `\x1b[${COLOURS[status]}m${text}\x1b[0m` : text);
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.flatMap(({ subject, status, text, mend = [] }) => {
    const [first, ...more] = text.split("\n");
    const margin = " ".repeat(9 + width);
    const advice = status === "note" ? "try:  " : "mend: ";
    return [
      `  ${paint(status, status.padEnd(5))}  ${subject.padEnd(width)}  ${first}`,
      ...more.map((line) => `${margin}  ${line}`),
      ...mend.map((line, i) => `${margin}  ${i === 0 ? advice : "      "}${line}`),
    ];
  });
  return [title, "", ...lines, "", summary(findings), ""].join("\n");
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Status) => findings.filter((each) => each.status === status).length;
  const [wrong, look] = [count("wrong"), count("look")];
  const looks = look === 0 ? "" : `, ${look} to look at`;
  if (wrong === 0) return `All is well${looks}.`;
  return `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong${looks}.`;
}
