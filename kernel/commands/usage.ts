import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line itself is wrong: nothing was done, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads a command's arguments strictly.
 * @throws UsageError for an unknown option or a missing value
 */
export function readArguments<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The second sentence is about words that begin with a dash, which no command here takes.
    throw new UsageError(error.message.replace(/\. To specify.*/s, ""));
  }
}

/** Runs a command; what is wrong with its use goes to the terminal with the way to its help. */
export async function withUsage(command: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`stridelab ${command}: ${error.message}\n(stridelab ${command} --help shows the options)\n`);
    return 2;
  }
}
