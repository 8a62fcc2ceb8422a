import { rm } from "node:fs/promises";
import { ownerOf, TARGET_HELP, targetOf } from "./kernelspec.ts";
import { withUsage } from "./usage.ts";

const HELP = `usage: stridelab uninstall [--user | --prefix DIR | --sys-prefix] [--name NAME]

Removes what stridelab install with the same options wrote.

${TARGET_HELP}
`;

/** `stridelab uninstall`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("uninstall", async () => {
    const target = targetOf(argv);
    if (target === undefined) {
      process.stdout.write(HELP);
      return 0;
    }
    const { name, folder } = target;
    const owner = await ownerOf(folder);
    if (owner !== "stridelab") {
      const what = owner === "nobody" ? "there is no kernel" : "the kernel is not one that stridelab install wrote";
      process.stderr.write(
        `stridelab uninstall: ${name}: ${what} in ${folder}\n(jupyter kernelspec list shows where kernels are)\n`,
      );
      return 1;
    }
    await rm(folder, { recursive: true });
    process.stdout.write(`removed the kernel ${name} from ${folder}\n`);
    return 0;
  });
}
