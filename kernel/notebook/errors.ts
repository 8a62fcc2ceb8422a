/** Something the user gave cannot be used: the message says what, what was expected, and the change that helps. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";

  /**
   * @param where the file, and the place in it where there is one
   * @param details one line each, for example `expected ...`, `found ...`
   * @param fix what to do about it
   */
  constructor(where: string, problem: string, details: readonly string[] = [], fix?: string) {
    const lines = [`${where}: ${problem}`, ...details.map((line) => `  ${line}`)];
    if (fix !== undefined) lines.push(`  fix: ${fix}`);
    super(lines.join("\n"));
  }
}
