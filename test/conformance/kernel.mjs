/**
 * Jupyter's own tests of a kernel and ours, put to the installed kernel through Jupyter's own client.
 *
 *     npm run --silent conformance:kernel [-- [--ipykernel] [NAME...]]
 *
 * NAME, such as test_errors or test_life.Shutdown, asks for these only. --ipykernel asks ipykernel instead, wherever a
 * claim has a form in Python: so an expectation that no other kernel meets is found out. The Python tools are installed
 * into .cache, newest first. The last line is `N passed, M failed`; the exit code is 0 only if nothing failed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonPrograms } from "../all/python.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = process.argv.slice(2).filter((argument) => argument !== "--ipykernel");
const ipykernel = names.length < process.argv.length - 2;

const folder = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const programs = await pythonPrograms();
  const install = ["bin/stridelab.js", "install", "--prefix", folder];
  if (spawnSync(process.execPath, install, { cwd: root, stdio: ["ignore", "ignore", "inherit"] }).status !== 0) {
    throw new Error("stridelab install failed");
  }
  const { status } = spawnSync(join(programs, "python"), ["test/conformance/run.py", ...names], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH}`,
      JUPYTER_PATH: join(folder, "share/jupyter"),
      PYTHONDONTWRITEBYTECODE: "1",
      STRIDELAB_HISTORY: "off", // the user's own stays as it is
      CONFORMANCE_KERNEL: ipykernel ? "python3" : "stridelab",
    },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
