import { tmpdir } from "node:os";
import { packageRoot, packageVersion } from "../protocol/package.ts";
import { type Finding, finding, type Surroundings } from "./doctor/finding.ts";
import { askJupyter, checkJupyter, checkVariables } from "./doctor/jupyter.ts";
import { checkShadows, checkSpec, dataFolders, findSpecs } from "./doctor/kernelspecs.ts";
import { checkDisks, checkHistory, checkLoopback, checkRuntime, checkTemporary } from "./doctor/machine.ts";
import { checkCopies } from "./doctor/notebook-folder.ts";
import { printReport } from "./doctor/report.ts";
import { checkSettings } from "./doctor/settings.ts";
import { checkNode, checkOptions, checkPackage, checkParts, systemName } from "./doctor/software.ts";
import { checkTrial } from "./doctor/trial.ts";
import { ownCommand } from "./self.ts";
import { readArguments, UsageError, withUsage } from "./usage.ts";

const HELP = `usage: stridelab doctor [--json]

Says what is wrong with this installation, and for each fault what mends it: Node, the packages, the kernels that
Jupyter finds, the folders and sockets that a kernel needs, what it is set to and by whom. It starts a kernel, runs one cell, and changes nothing.
Run it in the folder of your notebooks.

  --json    for programs

  ok  works     note  good to know     look  may be meant, or hurts later     wrong  does not work

exit code: 0 nothing is wrong, 1 something is, 2 the arguments are wrong
`;

/** `stridelab doctor`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("doctor", async () => {
    const { values, positionals } = readArguments(argv, {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length > 0) throw new UsageError(`takes options only; what is ${positionals.join(" ")}?`);
    const around: Surroundings = {
      env: process.env,
      platform: process.platform,
      nodeVersion: process.versions.node,
      node: process.execPath,
      root: packageRoot,
      version: packageVersion,
      folder: process.cwd(),
      temporary: tmpdir(),
      command: ownCommand(),
    };
    const findings = await examine(around);
    const well = findings.every(({ status }) => status !== "wrong");
    const { version, platform, nodeVersion } = around;
    const title = `stridelab ${version}, Node ${nodeVersion}, ${systemName(platform)}`;
    const facts = { well, version, node: nodeVersion, system: systemName(platform), findings };
    const text = values.json
      ? `${JSON.stringify(facts, null, 2)}\n`
      : printReport(title, findings, process.stdout.isTTY && !process.env.NO_COLOR);
    process.stdout.write(text);
    return well ? 0 : 1;
  });
}

/** All checks, in the order in which one fault causes the next. */
export async function examine(around: Surroundings): Promise<Finding[]> {
  const jupyter = await askJupyter(around);
  // What Jupyter says of its own folders counts more than what we know of them.
  const specs = await findSpecs([...new Set([...(jupyter?.folders ?? []), ...dataFolders(around)])]);
  const kernels = await Promise.all(specs.map((spec) => checkSpec(spec, around)));
  const missing = finding("kernel", "wrong", "not installed: no front end can find it", `${around.command} install`);
  return [
    checkNode(around),
    ...checkOptions(around),
    checkPackage(around),
    ...(await checkParts(around)),
    await checkLoopback(),
    await checkTemporary(around),
    await checkRuntime(around),
    await checkDisks(around),
    await checkHistory(around),
    ...(specs.length === 0 ? [missing] : kernels.flat()),
    ...checkShadows(specs, around),
    checkJupyter(jupyter, specs, around),
    ...checkVariables(around),
    ...(await checkCopies(around)),
    checkSettings(around, specs[0]),
    await checkTrial(around, specs[0]),
  ];
}
