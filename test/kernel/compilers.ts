import { readdirSync, readFileSync } from "node:fs";

/** Whose parent is the kernel: the compiler alone, but for a process that makes a snapshot of it for later kernels. */
export function compilersOf(kernel: number | undefined): number[] {
  const isOurs = (pid: string) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const isChild = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === kernel;
      return isChild && !readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("prepare");
    } catch {
      return false; // ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isOurs(name))
    .map(Number);
}
