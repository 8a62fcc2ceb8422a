import { parseArgs } from "node:util";
import { packageName, packageVersion } from "./protocol/package.ts";

/** Each module loads when its command is given, so that a kernel starts without the tools around it. */
const commands: Record<string, () => Promise<{ run(argv: string[]): Promise<number> }>> = {
  prepare: () => import("./commands/prepare.ts"),
  start: () => import("./commands/start.ts"),
  run: () => import("./commands/run.ts"),
  convert: () => import("./commands/convert.ts"),
  install: () => import("./commands/install.ts"),
  uninstall: () => import("./commands/uninstall.ts"),
  doctor: () => import("./commands/doctor.ts"),
};

const usage = `usage: ${packageName} COMMAND [OPTIONS]

  install                  registers the kernel with Jupyter
  uninstall                takes it back
  doctor                   says what is wrong with an installation, and what mends it
  run NOTEBOOK             runs a notebook or a percent script from top to bottom
  convert FROM [TO]        makes a notebook of a percent script, or the reverse
  prepare                  makes kernels start faster, as each does by itself for the next
  start CONNECTION_FILE    what a front end calls: runs one kernel

  ${packageName} COMMAND --help    says more about each but start
  ${packageName} --version
`;

async function main([name, ...rest]: string[]): Promise<number> {
  const command = name === undefined ? undefined : commands[name];
  if (command !== undefined) return (await command()).run(rest);
  if (name !== undefined && !name.startsWith("-")) {
    process.stderr.write(`${packageName}: unknown command "${name}"\n\n${usage}`);
    return 2;
  }
  const options = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } } as const;
  try {
    const { values } = parseArgs({ args: name === undefined ? ["--help"] : [name, ...rest], options });
    process.stdout.write(values.version === true ? `${packageVersion}\n` : usage);
    return 0;
  } catch (error) {
    process.stderr.write(`${packageName}: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
