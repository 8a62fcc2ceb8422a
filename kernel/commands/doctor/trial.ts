import { setTimeout as delay } from "node:timers/promises";
import { type KernelClient, startKernel } from "../../notebook/client.ts";
import { startCommand } from "../../protocol/package.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";
import { type FoundSpec, isArgv } from "./kernelspecs.ts";

/** Milliseconds: many times what a slow machine takes. */
const patience = 120_000;

/** Starts the kernel as a front end would, by the first kernelspec if there is one, and runs a cell. */
export async function checkTrial({ folder, root }: Surroundings, spec: FoundSpec | undefined): Promise<Finding> {
  const subject = "a cell";
  const argv = isArgv(spec?.spec?.argv) ? spec.spec.argv : startCommand; // a damaged file is named elsewhere
  const command = argv.filter((word) => word !== "{connection_file}");
  const started = performance.now();
  let client: KernelClient | undefined;
  try {
    client = await startKernel({ command, cwd: folder });
    const answered = performance.now();
    let result: unknown;
    const running = client.execute("1 + 1", {
      onOutput: (output) => {
        if (output.type === "execute_result") result = output.content.data["text/plain"];
      },
    });
    const reply = await Promise.race([running, delay(patience, undefined, { ref: false })]);
    const ran = performance.now();
    if (reply === undefined) {
      const text = `the kernel starts, but 1 + 1 took longer than ${seconds(patience)}`;
      return finding(subject, "wrong", text, "close other programs, and look again");
    }
    if (reply.status !== "ok" || result !== "2") {
      const why = reply.status === "error" ? `${reply.ename}: ${reply.evalue}` : `the result was ${String(result)}`;
      return finding(subject, "wrong", `the kernel starts, but 1 + 1 did not give 2\n${why}`, report(root));
    }
    const times = `${seconds(answered - started)} to start, ${seconds(ran - answered)} for the first cell`;
    return finding(subject, "ok", `1 + 1 gave 2 (${times})`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return finding(subject, "wrong", `the kernel does not start\n${why}`, "mend what is wrong above, then look again");
  } finally {
    await client?.shutdown();
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const report = (root: string): string => `report it with the output of stridelab doctor --json (${root})`;
