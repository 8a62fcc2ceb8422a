import { existsSync } from "node:fs";
import { join } from "node:path";
import { obstacleIn } from "../install.ts";
import { shellWord } from "../self.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";
import { runProgram } from "./programs.ts";

/** Why the kernel does not run on this version of Node; undefined if it does. */
export function nodeObstacle(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  // 21 and 22 before 22.12 cannot require() an ES module, which a cell does to import the library.
  const fits = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  return fits ? undefined : "the kernel needs 20.19, 22.12 or newer";
}

export function checkNode({ nodeVersion, node, command }: Surroundings): Finding {
  const obstacle = nodeObstacle(nodeVersion);
  const newer = "install Node 24 (https://nodejs.org), and with it StrideLab, then:";
  if (obstacle !== undefined) {
    return finding("Node", "wrong", `${nodeVersion}, ${obstacle}\n${node}`, newer, `${command} install`);
  }
  if (Number.parseInt(nodeVersion, 10) % 2 === 1) {
    const text = `${nodeVersion}, a version that Node's authors maintain for half a year only\n${node}`;
    return finding("Node", "look", text, newer, `${command} install`);
  }
  return finding("Node", "ok", `${nodeVersion}, ${node}`);
}

export function checkOptions({ env }: Surroundings): Finding[] {
  const options = env.NODE_OPTIONS?.trim();
  if (!options) return [];
  return [finding("NODE_OPTIONS", "note", `${options}\nNode adds this to the command line of every kernel`)];
}

export function checkPackage({ root, version, command }: Surroundings): Finding {
  const obstacle = obstacleIn(root);
  if (obstacle === undefined) return finding("package", "ok", `stridelab ${version}, ${root}`);
  const [problem, hint, ...lines] = obstacle.split("\n");
  const mend = lines.length === 0 ? [hint ?? `${command} install`] : lines.map((line) => line.trim());
  return finding("package", "wrong", problem!, ...mend);
}

/** The packages that a damaged or half-finished installation lacks, and what each is for. */
const parts = [
  { subject: "sockets", name: "zeromq", code: 'console.log("ZeroMQ", (await import("zeromq")).version)' },
  {
    subject: "compiler",
    name: "tslab",
    code: `await import("tslab/dist/converter.js");
      const { createRequire } = await import("node:module");
      console.log("tslab", createRequire(process.cwd() + "/")("tslab/package.json").version)`,
  },
];

/** Loads each in a process of its own: a native addon that does not fit may end the one that loads it. */
export async function checkParts({ root, node, nodeVersion, platform }: Surroundings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { subject, name, code } of parts) {
    const { code: status, stdout, stderr } = await runProgram(node, ["--input-type=module", "-e", code], { cwd: root });
    if (status === 0) {
      findings.push(finding(subject, "ok", `${stdout.trim()} loads on ${systemName(platform)}`));
      continue;
    }
    const lines = stderr.split("\n").map((line) => line.trim());
    const reason =
      lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line !== "") ?? "no reason given";
    const text = `the package ${name} does not load in Node ${nodeVersion} on ${systemName(platform)}\n${reason}`;
    findings.push(finding(subject, "wrong", text, ...reinstall(root)));
  }
  return findings;
}

/** A clone has its lock file; anything else came from npm, most likely with --global. */
function reinstall(root: string): string[] {
  if (existsSync(join(root, "package-lock.json"))) return [`cd ${shellWord(root)} && npm ci && npm run build`];
  return ["npm install --global stridelab", "stridelab install"];
}

/** `linux x64, glibc 2.36`: what decides which binary of a native package fits. */
export function systemName(platform: NodeJS.Platform): string {
  if (platform !== "linux") return `${platform} ${process.arch}`;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  const libc = header.glibcVersionRuntime === undefined ? "musl" : `glibc ${header.glibcVersionRuntime}`;
  return `${platform} ${process.arch}, ${libc}`;
}
