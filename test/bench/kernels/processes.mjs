/** What a process and all that it started have taken, from Linux's /proc. */
import { readdirSync, readFileSync } from "node:fs";

const clockTick = 10; // milliseconds, on every Linux that Node runs on

/** @returns mebibytes that are resident, and milliseconds of processor time; of what has ended, nothing */
export function usageOf(pid) {
  const usage = { megabytes: 0, processor: 0 };
  for (const process of treeOf(pid)) {
    try {
      const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${process}/status`, "utf8")) ?? [];
      const [user, system] = fieldsOf(process).slice(11, 13);
      usage.megabytes += Number(kilobytes) / 1024;
      usage.processor += (Number(user) + Number(system)) * clockTick;
    } catch {
      // ended meanwhile
    }
  }
  return usage;
}

function treeOf(root) {
  const children = new Map();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(fieldsOf(name)[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // ended meanwhile
    }
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** What stands behind the name, which may hold blanks and parentheses. */
function fieldsOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}
