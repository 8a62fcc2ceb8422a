import { existsSync } from "node:fs";
import { join } from "node:path";
import { findSettings, settingsFile } from "../settings.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";
import { type FoundSpec, isArgv } from "./kernelspecs.ts";

/** What a kernel that starts in this folder is set to, and by whom. */
export function checkSettings({ folder }: Pick<Surroundings, "folder">, spec: FoundSpec | undefined): Finding {
  const argv = spec?.spec?.argv;
  const { origins, problems } = findSettings(folder, isArgv(argv) ? setIn(argv) : []);
  const all = [...origins].map(([name, { value, from }]) => ({ text: `${name}=${value}`, from }));
  const width = Math.max(...all.map(({ text }) => text.length));
  const lines = all.map(({ text, from }) => `${text.padEnd(width)}  ${from}`);
  const changed = all.filter(({ from }) => from !== "default").length;
  const head = changed === 0 ? "all are the defaults" : `${changed} of ${all.length} are set`;
  const kernel = spec === undefined ? "" : `, for the kernel ${spec.name}`;
  const report = [`${head}${kernel}, in this folder`, ...lines].join("\n");
  if (problems.length === 0) return finding("settings", "ok", report);
  const file = join(folder, settingsFile);
  const mend = [
    ...(existsSync(file) ? [`correct ${file}`] : []),
    ...(problems.some((problem) => !problem.startsWith(settingsFile))
      ? ["install the kernel anew: --set name=value"]
      : []),
  ];
  return finding("settings", "look", `${problems.join("\n")}\n${report}`, ...mend);
}

/** What stands behind each `--set`. */
function setIn(argv: readonly string[]): string[] {
  return argv.flatMap((word, i) => {
    if (argv[i - 1] === "--set") return [word];
    return word.startsWith("--set=") ? [word.slice("--set=".length)] : [];
  });
}
