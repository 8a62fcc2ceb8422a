import { readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shellWord } from "../self.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";

/** A cell imports the `stridelab` that its folder has installed, if there is one, before the kernel's own. */
export async function checkCopies({ folder, root, version, platform }: Surroundings): Promise<Finding[]> {
  for (let at = folder; ; at = dirname(at)) {
    const copy = join(at, "node_modules", "stridelab");
    const text = await readFile(join(copy, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) return (await realpath(copy)) === (await realpath(root)) ? [] : [judge(text, copy, at)];
    if (dirname(at) === at) return [];
  }

  function judge(manifest: string, copy: string, owner: string): Finding {
    const theirs = /"version"\s*:\s*"([^"]*)"/.exec(manifest)?.[1] ?? "of no known version";
    const subject = "this folder";
    if (theirs === version)
      return finding(subject, "ok", `has its own stridelab ${theirs}, the kernel's version\n${copy}`);
    const said = `cells here import stridelab ${theirs}, the kernel is ${version}\n${copy}`;
    const place = `cd ${shellWord(owner, platform)} && npm`;
    return finding(
      subject,
      "look",
      said,
      `${place} install stridelab@${version}`,
      "or use the kernel's own copy:",
      `${place} uninstall stridelab`,
    );
  }
}
